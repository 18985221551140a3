"""Waivers: known breaches that do not fail the verdict, for one rule, within a scope, until a day."""

from collections.abc import Iterable

from contract_tests.verdict import Finding
from simulator.ledger.declaration import Waiver


def waived(finding: Finding, waivers: Iterable[Waiver], day: str) -> Waiver | None:
    """Return the waiver that covers *finding* on *day* (`YYYY-MM-DD`), or None. Its last day still counts."""
    for waiver in waivers:
        if waiver.rule == finding.rule and day <= waiver.expires and _in_scope(finding, waiver.scope):
            return waiver
    return None


def _in_scope(finding: Finding, scope: str) -> bool:
    story = finding.play.partition("#")[0]
    return scope == "*" or (scope != "" and scope in {story, finding.play, finding.refund, finding.shop})
