"""The whole law: every rule, in the order in which it is shown. Importing this declares them all."""

from contract_tests.rule import REGISTRY, Rule
from contract_tests.rules import (
    ag,
    callbacks,
    completeness,
    coverage,
    crash,
    deadlines,
    duplicates,
    erp,
    evidence,
    exchange,
    holds,
    messages,
    money,
    neighbours,
    order,
    progress,
    protocol,
    refusals,
    restraint,
    retries,
    sessions,
    shops,
    siblings,
    staff,
    state,
    sync,
)

FAMILIES = (
    *(coverage, duplicates, money, state, progress, staff, siblings, deadlines),
    *(
        order,
        evidence,
        holds,
        completeness,
        ag,
        exchange,
        retries,
        refusals,
        restraint,
        neighbours,
        crash,
        sync,
        messages,
        protocol,
        sessions,
    ),
    *(erp, callbacks, shops),
)
"""The files of the law, in the order of the catalogue of failure modes."""

_ORDER = ("COV", "DUP", "MNY", "STA", "DDL", "ORD", "RTY", "SYN", "MSG", "PRO", "ERP", "DAT", "SEC")

LAW: tuple[Rule, ...] = tuple(sorted(REGISTRY.values(), key=lambda rule: (_ORDER.index(rule.id[:3]), rule.id)))
