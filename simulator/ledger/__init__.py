"""The append-only record of everything that happened, and the only thing that rules may see.

Start at `simulator.ledger.entry`: the kinds of entries are the vocabulary of the whole project.
"""
