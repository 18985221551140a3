"""The canonical document out of a record in an ERP's own words, and decisions put into those words, by a mapping."""

from collections.abc import Callable
from collections.abc import Mapping as Dict
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from simulator.clock import to_iso
from simulator.erp.document import STATUSES, Document
from simulator.ledger.mapping import CONTENT, UNITS, WORDS, Mapped, Mapping
from simulator.words import say

_MOST = 10**12
"""Fen; more than that is no amount."""


def read(raw: Dict[str, Any], mapping: Mapping) -> dict[str, Any]:
    """Return what *raw* says, by the field names of `Document`; what is absent or unreadable is left out.

    A status that the mapping does not know is `other`.
    """
    content: dict[str, Any] = {}
    for meaning, mapped in mapping.content:
        if mapped.field in raw:
            value = _READERS[meaning](raw[mapped.field], mapped)
            if value is not None:
                content[meaning] = value
    kind = content.get("kind", "refund")
    if content.get("status", "pending") not in STATUSES.get(kind, ()):
        content["status"] = "other"
    intercept = mapping.fields.get("intercept")
    if intercept is not None and intercept.field in raw:
        asked = _word(raw[intercept.field])
        content["intercept"] = {"result": "requested"} if asked and intercept.ours(asked) == "requested" else {}
    if "shop" in content:
        content["shop"] = nick(mapping, content["shop"])
    return content


def _text(found: Any, mapped: Mapped) -> str | None:
    return mapped.ours(_word(found))


def _enumerated(found: Any, mapped: Mapped) -> str | None:
    word = _word(found)
    return mapped.ours(word) if word else None


def _status(found: Any, mapped: Mapped) -> str | None:
    word = _word(found)
    return (mapped.ours(word) or "other") if word else None


def _flag(found: Any, mapped: Mapped) -> bool:
    return (mapped.ours(_word(found)) or "").lower() in {"true", "1"}


def _word(found: Any) -> str:
    if isinstance(found, str):
        return found.strip()
    if found is None:
        return ""
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    return str(found).strip()


def fen(found: Any, unit: str) -> int | None:
    """Return an amount as integer fen (half a fen up), or None if *found* is none. *unit*: yuan (also empty) or fen."""
    if found is None or isinstance(found, bool) or found == "":
        return None
    try:
        amount = Decimal(str(found)) * UNITS[unit or "yuan"]
    except InvalidOperation:
        return None
    if not amount.is_finite() or abs(amount) > _MOST:
        return None
    return int(amount.to_integral_value(ROUND_HALF_UP))


def in_unit(amount: int, unit: str) -> int | Decimal:
    """Return *amount* fen as a number of *unit*."""
    return amount if unit == "fen" else Decimal(amount) / 100


def _whole(found: Any, _mapped: Mapped) -> int | None:
    if type(found) is int:
        return found if 0 <= found < 2**63 else None
    try:
        whole = Decimal(str(found))
        return int(whole) if whole.is_finite() and 0 <= whole < 2**63 else None
    except InvalidOperation:
        return None


_SPECIAL: Dict[str, Callable[[Any, Mapped], Any]] = {
    "amount": lambda found, mapped: fen(found, mapped.unit),
    "quantity": _whole,
    "version": _whole,
    "hold": _flag,
    "status": _status,
}
_READERS: Dict[str, Callable[[Any, Mapped], Any]] = {
    meaning: _SPECIAL.get(meaning, _enumerated if meaning in WORDS else _text) for meaning in CONTENT
}
"""What each field of the content is read by."""


def nick(mapping: Mapping, number: str) -> str:
    """Return the nick of the shop that the ERP calls *number*."""
    return next((shop for shop, found in mapping.shops.items() if found == number), number)


def expressed(document: Document, mapping: Mapping) -> dict[str, Any]:
    """Return the fields of the record that say what was decided and reported about *document*, in the ERP's words.

    A field that the mapping does not name is left out. Amounts are numbers in the mapped unit, times ISO text.
    """
    decision = document.decision
    said: dict[str, Any] = {}
    if decision:
        said = {
            "decision": decision["kind"],
            "decision_text": decision["text"],
            "decision_reason": decision["reason_code"],
            "decision_address": str(decision["address"] or ""),
            "decision_proof": decision["proof"],
            "decision_by": decision["by"],
            "decision_amount": decision["amount"],
            "decision_type": decision["type"],
            "decided_at": to_iso(decision["at"]),
        }
    if document.note:
        said["note"] = document.note
    if document.intercept:
        said["intercept"] = document.intercept["result"]
        said["intercepted_at"] = to_iso(document.intercept["at"])
    if document.receipts:
        said["received"] = document.received
    if document.shipped:
        said |= {f"shipped_{name}": document.shipped[name] for name in ("company", "waybill")}
        said["shipped_at"] = to_iso(document.shipped["at"])
    found: dict[str, Any] = {}
    for meaning, value in said.items():
        mapped = mapping.fields.get(meaning)
        if mapped is None:
            continue
        if meaning == "decision_amount":
            value = in_unit(value, mapped.unit)
        found[mapped.field] = mapped.theirs(value) if mapped.values and isinstance(value, str) else value
    return found


def shows_decision(raw: Dict[str, Any], mapping: Mapping) -> bool:
    """Tell whether a record's decision field says anything."""
    field = mapping.field("decision")
    return not field or bool(_word(raw.get(field)))


_NEEDS: Dict[str, tuple[str, ...]] = {
    "intercept": ("intercept",),
    "ship": ("shipped_waybill",),
    "edit": ("note",),
    "recover": (),
}


def cannot(mapping: Mapping, decision: str) -> str:
    """Return why *decision* cannot be told through mapped fields, or an empty text."""
    for meaning in _NEEDS.get(decision, ("decision",)):
        mapped = mapping.fields.get(meaning)
        if mapped is None:
            return say(
                "mapping.no_field",
                "the mapping names no field for {meaning}, so the ERP cannot tell {decision}",
                meaning=meaning,
                decision=decision,
            )
        if meaning == "decision" and mapped.theirs(decision) is None:
            return say(
                "mapping.no_word",
                "field {field} has no word for {decision}",
                field=mapped.field,
                decision=decision,
            )
    return ""
