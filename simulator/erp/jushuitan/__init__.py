"""聚水潭 (Jushuitan): the open platform's after-sale calls, over its present gateway and the one before it."""
