"""Tmall and the merchant's ERP, faked: one process, one world, and a ledger of all that happened.

Start at `simulator.serving`, which listens, and `simulator.world`, which says what exists.
"""
