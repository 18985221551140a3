"""What a rule is, how it is declared, and the three things it can say of a case: held, in doubt, broken."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from contract_tests.case import Case
from contract_tests.exchange_case import ExchangeCase
from contract_tests.history import History
from contract_tests.words import chinese
from simulator.ledger.declaration import Declaration
from simulator.phrase import Phrase, zh


class Held(msgspec.Struct, frozen=True):
    """The rule was put to the test, *count* times, and kept."""

    count: int = 1


class Doubt(msgspec.Struct, frozen=True):
    """It cannot be decided. *why* names no refund, so that equal doubts can be counted."""

    why: str


class Breach(msgspec.Struct, frozen=True):
    """The rule was broken. The entries prove it; the last one is the violating step."""

    because: str
    zh: str
    entries: tuple[int, ...]
    case: Case | None = None

    def of(self, case: Case) -> "Breach":
        """Return the same as a breach about *case*."""
        return Breach(self.because, self.zh, self.entries, case)


Said = Held | Doubt | Breach
HELD = Held()

OfCase = Callable[[Case, Declaration], Iterable[Said]]
OfExchange = Callable[[ExchangeCase, Declaration], Iterable[Said]]
OfRun = Callable[[History, Declaration], Iterable[Said]]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One law."""

    id: str
    tier: str
    source: str
    """Where the law comes from."""
    confidence: str
    """documented, observed or assumed."""
    law: str
    """Its statement: the first line of the function's docstring."""
    check: OfRun

    @property
    def law_zh(self) -> str:
        """The statement in Chinese."""
        return chinese(f"law.{self.id}")

    @property
    def source_zh(self) -> str:
        """Where it comes from, in Chinese."""
        return chinese(f"source.{self.id}")


REGISTRY: dict[str, Rule] = {}
"""Every rule that has been declared, by id; `contract_tests.law` sees to it that all are."""


def rule(
    ident: str, *, tier: str = "core", source: str, confidence: str, exchanges: OfExchange | None = None
) -> Callable[[OfCase], OfCase]:
    """Declare a rule that looks at one case at a time. The docstring's first line is the law.

    *exchanges* says what the same law demands of an exchange.
    """

    def declare(function: OfCase) -> OfCase:
        def check(history: History, declared: Declaration) -> Iterator[Said]:
            for case in history.cases.values():
                for said in function(case, declared):
                    yield said.of(case) if isinstance(said, Breach) else said
            if exchanges is None:
                return
            for exchange in history.exchanges.values():
                for said in exchanges(exchange, declared):
                    yield said.of(exchange) if isinstance(said, Breach) else said

        _register(ident, tier, source, confidence, function.__doc__, check)
        return function

    return declare


def run_rule(ident: str, *, tier: str = "core", source: str, confidence: str) -> Callable[[OfRun], OfRun]:
    """Declare a rule that looks at the whole run. The docstring's first line is the law."""

    def declare(function: OfRun) -> OfRun:
        _register(ident, tier, source, confidence, function.__doc__, function)
        return function

    return declare


def _register(ident: str, tier: str, source: str, confidence: str, doc: str | None, check: OfRun) -> None:
    if ident in REGISTRY:
        raise ValueError(f"rule {ident} is declared twice")
    if not doc:
        raise ValueError(f"rule {ident} has no docstring, and so states no law")
    law = doc.strip().partition("\n")[0]
    REGISTRY[ident] = Rule(id=ident, tier=tier, source=source, confidence=confidence, law=law, check=check)


def broken(ident: str, english: str, entries: Iterable[int], /, **values: Any) -> Breach:
    """Return a breach in both languages: *english* and the Chinese text named *ident*, with *values* in both."""
    proof = tuple(sorted({seq for seq in entries if seq}))
    theirs = {name: zh(value) if isinstance(value, Phrase) else value for name, value in values.items()}
    return Breach(english.format(**values), chinese(ident).format(**theirs), proof)
