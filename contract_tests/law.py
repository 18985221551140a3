"""The whole law: every rule, in the order in which it is shown. Importing this declares them all."""

from contract_tests.rule import REGISTRY, Rule
from contract_tests.rules import (
    coverage,
    deadlines,
    duplicates,
    messages,
    money,
    order,
    protocol,
    retries,
    sessions,
    state,
    sync,
)

FAMILIES = (coverage, duplicates, money, state, deadlines, order, retries, sync, messages, protocol, sessions)
"""The files of the law, in the order of the catalogue of failure modes."""

_ORDER = ("COV", "DUP", "MNY", "STA", "DDL", "ORD", "RTY", "SYN", "MSG", "PRO")

LAW: tuple[Rule, ...] = tuple(sorted(REGISTRY.values(), key=lambda rule: (_ORDER.index(rule.id[:3]), rule.id)))
