"""Why an ERP refuses to write an after-sale document; each profile says it in its own words (`Profile.refusal`)."""

from collections.abc import Mapping
from typing import Any

REFUSALS: Mapping[str, str] = {
    "order_unknown": "the order is not known yet",
    "goods_unknown": "the goods code is not known",
    "period_closed": "the accounting period is closed",
    "stale": "the document was changed by somebody else meanwhile",
}
"""The reasons. The first passes by itself, the last when the document is read again; the others need people."""

PASSING = frozenset({"order_unknown", "stale"})
"""What may be tried again as it is, if only later or after another look."""


def refused(why: str, code: str | int = "", **texts: str) -> dict[str, Any]:
    """Return the error as the ledger keeps it: *code* (or *why* itself) with *texts*, marked if it passes."""
    return {"code": code or why, **texts, **({"passing": True} if why in PASSING else {})}
