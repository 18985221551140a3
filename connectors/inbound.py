"""Notices that goods come back: one beside each refund or exchange whose goods do, taken back when they will not."""

from collections.abc import Mapping
from typing import Any

JSON = dict[str, Any]

SUFFIX = "-in"

_COMING = {"waiting_buyer": "waiting_buyer", "waiting_receipt": "waiting_receipt"}
_OVER = frozenset({"closed", "refused"})


def key(refund_id: str) -> str:
    """Return the key of the notice beside a refund or exchange."""
    return refund_id + SUFFIX


def refund_of(name: str) -> str:
    """Return the refund (or exchange) that a document's key is about."""
    return name.removesuffix(SUFFIX)


def notice(main: Mapping[str, Any], known: Mapping[str, Any] | None, *, received: bool, owed: bool) -> JSON | None:
    """Return the notice that goes with the document *main*, or None if there is nothing to write.

    Args:
        main: The document of the refund or exchange, as it is to be written.
        known: The notice as it was last written.
        received: The warehouse has taken in goods: the notice stays, whatever becomes of the refund.
        owed: The goods are still to come although the money went: the platform advanced it.
    """
    status = _COMING.get(str(main["status"]), "")
    if not status:
        if known is None:
            status = _afterwards(main) if owed else ""
        elif str(main["status"]) in _OVER and not received:
            status = "closed"
        else:  # paid or refused after receipt: the notice stays as it is, but for a waybill that came later
            status = str(known["status"])
            status = _afterwards(main) if status == "waiting_buyer" else status
    if not status:
        return None
    names = ("shop", "refund_id", "tid", "oid", "quantity", "lines", "waybill", "company", "version")
    return {"kind": "inbound", "status": status, **{name: main[name] for name in names if name in main}}


def _afterwards(main: Mapping[str, Any]) -> str:
    return "waiting_receipt" if main.get("waybill") else "waiting_buyer"
