"""Why an ERP refuses to write an after-sale document; each profile says it in its own words (`Profile.refusal`)."""

from collections.abc import Mapping
from typing import Any

from simulator.ledger.values import RowResult

REFUSALS: Mapping[str, str] = {
    "order_unknown": "the order is not known yet",
    "goods_unknown": "the goods code is not known",
    "period_closed": "the accounting period is closed",
    "stale": "the document was changed by somebody else meanwhile",
    "duplicate": "there is a document with that number already",
}
"""The reasons. The first passes by itself, the last two when the document is read again; the others need people."""

PASSING = frozenset({"order_unknown", "stale", "duplicate"})
"""What may be tried again as it is, if only later or after another look."""


def refused(why: str, code: str | int = "", **texts: str) -> dict[str, Any]:
    """Return the error as the ledger keeps it: *code* (or *why* itself) with *texts*, why, and whether it passes."""
    return {"code": code or why, **texts, "why": why, **({"passing": True} if why in PASSING else {})}


def row(refund: str, message: str, why: str = "") -> RowResult:
    """Return how the ledger keeps that the row of *refund* was refused; *why* is one of `REFUSALS`, if it is known."""
    return RowResult(refund, False, message, code=why or "row", passing=why in PASSING)
