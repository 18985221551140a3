"""What most likely went wrong: read from the numbers where they tell, else the usual cause of the breach.

The usual causes come from the catalogue of real failure modes; they are guesses and are shown as such.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import yaml

from contract_tests.verdict import Finding
from rehearsal.words import both
from simulator.ledger.entry import AnyEntry, Asked, Changed
from simulator.ledger.words import plain


def likely_cause(finding: Finding, proof: Sequence[AnyEntry], story: Sequence[AnyEntry]) -> dict[str, str] | None:
    """Return the likely cause of *finding* in both languages, or None where nothing is known."""
    if finding.entries and finding.rule.startswith(("MNY", "COV-02", "COV-03")):
        return _money(finding, proof, story) or _usual(finding.rule)
    return _usual(finding.rule)


def _money(finding: Finding, proof: Sequence[AnyEntry], story: Sequence[AnyEntry]) -> dict[str, str] | None:
    sent = _sent(finding, proof)
    refunds = [
        plain(entry.rows[0].values)
        for entry in story
        if isinstance(entry, Changed)
        and entry.rows
        and entry.rows[0].entity == "refund"
        and entry.seq < finding.entries[-1]
    ]
    if sent is None or not refunds:
        return None
    amount, total = int(refunds[-1].get("amount", 0)), int(refunds[-1].get("total", 0))
    older = {int(refund.get("amount", 0)) for refund in refunds[:-1]} - {amount}
    return _reading(sent, amount, total, older)


def _reading(sent: int, amount: int, total: int, older: set[int]) -> dict[str, str] | None:
    if sent == amount:
        return None
    if sent in older:
        return both(
            "cause.older",
            "The amount is the one from before the buyer's change: the update leaves it out, or reads it from memory.",
        )
    if sent == total:
        return both(
            "cause.total",
            "The amount is the line's total_fee. Take refund_fee: the two differ only on partial refunds.",
        )
    if sent == total - amount:
        return both("cause.payment", "The amount is payment, what the seller keeps. Take refund_fee.")
    if sent * 100 == amount or sent == amount * 100:
        return both(
            "cause.unit",
            "The amount is off by a factor of 100: agree takes fen (分), refund_fee is yuan (元).",
        )
    if abs(sent - amount) == 1:
        return both("cause.float", "The amount is one fen off: binary floating point. Use a decimal type for yuan.")
    return None


def _sent(finding: Finding, proof: Sequence[AnyEntry]) -> int | None:
    """Return the fen that the violating step carried for this refund."""
    for entry in reversed(proof):
        if isinstance(entry, Asked) and entry.method == "taobao.rp.refunds.agree":
            for info in str(entry.params.get("refund_infos", "")).split(","):
                parts = info.split("|")
                if parts[0] == finding.refund and len(parts) > 1 and parts[1].isdigit():
                    return int(parts[1])
        if isinstance(entry, Changed) and entry.rows and entry.rows[0].entity == "document":
            amount = plain(entry.rows[0].values).get("amount", 0)
            return int(amount)
    return None


def _usual(rule: str) -> dict[str, str] | None:
    return causes().get(rule)


@cache
def causes() -> dict[str, dict[str, str]]:
    """Return the usual cause of each rule's breach, by rule id, in both languages."""
    text = Path(__file__).with_name("causes.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, str]] = yaml.safe_load(text)
    return loaded
