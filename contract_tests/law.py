"""The whole law: every rule, in the order in which it is shown. Importing this declares them all."""

from contract_tests.rule import REGISTRY, Rule
from contract_tests.rules import coverage, duplicates, money, order, protocol, retries, sessions, state, sync

FAMILIES = (coverage, duplicates, money, state, order, retries, sync, protocol, sessions)
"""The files of the law, in the order of the catalogue of failure modes."""

LAW: tuple[Rule, ...] = tuple(
    sorted(
        REGISTRY.values(),
        key=lambda rule: (["COV", "DUP", "MNY", "STA", "ORD", "RTY", "SYN", "PRO"].index(rule.id[:3]), rule.id),
    )
)
