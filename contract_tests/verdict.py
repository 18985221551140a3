"""What a judgement consists of: findings, the outcome of each rule, and the verdict that follows from them."""

from enum import StrEnum

import msgspec


class Outcome(StrEnum):
    """What a rule found in a ledger."""

    HELD = "held"
    NOT_EXERCISED = "not exercised"
    INCONCLUSIVE = "inconclusive"
    BROKEN = "broken"


class Verdict(StrEnum):
    """May we go live?"""

    GO = "GO"
    NO_GO = "NO-GO"
    NOT_PROVEN = "NOT PROVEN"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One breach of a rule, with the entries that prove it."""

    rule: str
    because: str
    """What happened, in words, with the money in yuan."""
    zh: str = ""
    """The same in Chinese."""
    refund: str = ""
    shop: str = ""
    play: str = ""
    """The play it happened in, such as `S05#1`; empty for load."""
    entries: tuple[int, ...] = ()
    """Sequence numbers of the entries that prove it, in order; the last one is the violating step."""
    waived: str = ""
    """The reason of the waiver that covers it, or empty."""


class RuleResult(msgspec.Struct, frozen=True, kw_only=True):
    """One rule's answer."""

    id: str
    law: str
    """The rule's statement, first line of its docstring."""
    law_zh: str
    outcome: Outcome
    witnesses: int
    """How many cases exercised the rule and were decided."""
    findings: tuple[Finding, ...] = ()
    doubts: tuple[str, ...] = ()
    """Why some cases were inconclusive."""
    doubts_zh: tuple[str, ...] = ()
    """The same in Chinese."""
    mandatory: bool = False
    tier: str = "core"
    source: str = ""
    source_zh: str = ""
    confidence: str = ""


class StoryResult(msgspec.Struct, frozen=True, kw_only=True):
    """How one play ended."""

    id: str
    """Story id; generated ones are X001, X002, …"""
    play: str
    outcome: str
    """passed, failed, inconclusive, not applicable."""
    reason: str = ""
    reason_zh: str = ""
    """The same in Chinese."""
    seconds: float = 0.0
    rules_broken: tuple[str, ...] = ()


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer about one ledger."""

    verdict: Verdict
    exit: int
    """0 GO, 1 NO-GO, 2 NOT PROVEN."""
    because: tuple[str, ...]
    """Why the verdict is what it is, one sentence each."""
    because_zh: tuple[str, ...] = ()
    """The same in Chinese."""
    rules: tuple[RuleResult, ...]
    stories: tuple[StoryResult, ...]
    entries: int
    waived: int = 0
    notes: tuple[str, ...] = ()
    """Things a reader must know: a truncated last line, methods not built, clock disagreement."""
    notes_zh: tuple[str, ...] = ()
    """The same in Chinese."""
