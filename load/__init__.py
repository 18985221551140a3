"""The crowd: buyers and reviewers at an arrival rate, and what their wave did to the integration.

Start at `load.run.run_load`. Only `load.locustfile` imports locust, and it runs in a process of its own.
"""
