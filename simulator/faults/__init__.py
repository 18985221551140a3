"""Faults: how answers go wrong, one small class each; `simulator.faults.plan` says which strike what, and when."""
