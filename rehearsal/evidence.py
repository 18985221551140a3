"""Collects what proves a finding: its entries in readable lines, the refund's steps, how to repeat it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

import msgspec

from contract_tests.verdict import Finding, Judgement, RuleResult
from rehearsal.causes import likely_cause
from rehearsal.diagram import draw
from rehearsal.proven import fails
from rehearsal.steps import steps
from rehearsal.words import pair
from simulator.ledger.entry import Answered, AnyEntry
from simulator.ledger.words import line

PER_RULE = 3
"""Cards a rule gets; its other findings are listed in one line each."""

_MOST_ENTRIES = 4000
"""Entries of one refund that are kept for its diagram."""


Again = Callable[[Finding], str]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as the evidence shows it."""

    seq: int
    text: dict[str, str]
    breaks: bool = False


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One finding with everything a developer needs to repair it."""

    rule: str
    law: dict[str, str]
    because: dict[str, str]
    refund: str
    shop: str
    play: str
    waived: str
    lines: tuple[Line, ...]
    cause: dict[str, str] | None
    again: str
    diagram: str


class RuleEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """All that is shown about one broken rule: a few cards, and how many findings there are."""

    rule: RuleResult
    cards: tuple[Card, ...]
    rest: tuple[Finding, ...]
    refunds: int
    """Different refunds among the findings."""


def collect(judgement: Judgement, entries: Iterable[AnyEntry], again: Again) -> list[RuleEvidence]:
    """Return the evidence of every rule that has findings, the worst first, from one pass over *entries*.

    *again* returns the command that repeats a finding.
    """
    chosen = {rule.id: _chosen(rule) for rule in judgement.rules if rule.findings}
    pages = _gather(entries, [finding for findings in chosen.values() for finding in findings])
    return [
        RuleEvidence(
            rule=rule,
            cards=tuple(_card(rule, finding, pages, again) for finding in chosen[rule.id]),
            rest=_rest(rule, chosen[rule.id]),
            refunds=len({finding.refund for finding in rule.findings}),
        )
        for rule in worst_first(judgement.rules)
    ]


def worst_first(rules: Iterable[RuleResult]) -> list[RuleResult]:
    """Return the rules that have findings: broken before waived, money first, then by their number."""
    found = [rule for rule in rules if rule.findings]
    return sorted(
        found,
        key=lambda rule: (not fails(rule), _weight(rule.id), -len(rule.findings), rule.id),
    )


def _weight(rule: str) -> int:
    """Money that moved wrongly is worse than a document that is late."""
    order = ("MNY", "DUP-01", "ORD", "STA", "DUP", "COV-03", "COV", "RTY", "SYN")
    return next((n for n, family in enumerate(order) if rule.startswith(family)), len(order))


def _chosen(rule: RuleResult) -> list[Finding]:
    """Return the findings that get a card: unwaived ones and named stories first, then one a refund."""
    ranked = sorted(rule.findings, key=lambda f: (bool(f.waived), not f.play.startswith("S"), not f.play))
    seen: set[str] = set()
    fresh = [f for f in ranked if not (f.refund in seen or seen.add(f.refund))]  # type: ignore[func-returns-value]
    return list(islice(fresh, PER_RULE))


def _rest(rule: RuleResult, chosen: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings without a card; two findings may be equal, so it is the object that counts."""
    shown = {id(finding) for finding in chosen}
    return tuple(finding for finding in rule.findings if id(finding) not in shown)


class _Pages:
    """The entries that cards need, by number and by refund."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.wanted = {seq for finding in findings for seq in finding.entries}
        self.by_seq: dict[int, AnyEntry] = {}
        self.by_refund: dict[str, list[AnyEntry]] = defaultdict(list)
        self._refunds = {finding.refund for finding in findings if finding.refund}

    def take(self, entry: AnyEntry) -> None:
        if entry.seq in self.wanted:
            self.by_seq[entry.seq] = entry
        about = self._refunds.intersection(entry.refunds) if entry.refunds else set()
        if isinstance(entry, Answered) and entry.told:
            about |= self._refunds.intersection(row.refund for row in entry.told)
        for refund in about:
            pages = self.by_refund[refund]
            if len(pages) < _MOST_ENTRIES or entry.seq in self.wanted:
                pages.append(entry)


def _gather(entries: Iterable[AnyEntry], findings: Sequence[Finding]) -> _Pages:
    pages = _Pages(findings)
    if findings:
        for entry in entries:
            pages.take(entry)
    return pages


def _card(rule: RuleResult, finding: Finding, pages: _Pages, again: Again) -> Card:
    proof = [pages.by_seq[seq] for seq in finding.entries if seq in pages.by_seq]
    story = pages.by_refund.get(finding.refund, proof)
    return Card(
        rule=rule.id,
        law={"en": rule.law, "zh": rule.law_zh or rule.law},
        because={"en": finding.because, "zh": finding.zh or finding.because},
        refund=finding.refund,
        shop=finding.shop,
        play=finding.play,
        waived=finding.waived,
        lines=tuple(_lines(proof, finding)),
        cause=likely_cause(finding, proof, story),
        again=again(finding),
        diagram=draw(steps(story, finding.refund, finding.entries)) if finding.refund else "",
    )


def _lines(proof: Iterable[AnyEntry], finding: Finding) -> Iterator[Line]:
    for entry in proof:
        yield Line(seq=entry.seq, text=pair(line(entry, finding.refund)), breaks=entry.seq == finding.entries[-1])
