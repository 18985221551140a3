"""Which field of the ERP means what, in which unit and words.

It travels in the declaration, so that a ledger explains itself.
"""

from collections.abc import Mapping as Dict
from functools import cached_property
from typing import Any

import msgspec


class Mapped(msgspec.Struct, frozen=True, omit_defaults=True):
    """One field of the ERP that means something to the rules."""

    field: str
    """Its name in the dialect."""
    unit: str = ""
    """Of an amount: yuan or fen."""
    values: dict[str, str] = {}
    """The ERP's words to ours, where it has an enumeration; of several with one meaning the ERP writes the first."""

    def ours(self, word: str) -> str | None:
        """Return what the ERP's *word* means, or None if nobody said so."""
        return self.values.get(word) if self.values else word

    def theirs(self, word: str) -> str | None:
        """Return the ERP's word for ours, or None if it has none."""
        if not self.values:
            return word
        return next((found for found, meaning in self.values.items() if meaning == word), None)


class Mapping(msgspec.Struct, frozen=True, omit_defaults=True, dict=True):
    """What a target says of its ERP's fields; a profile has one for those that say nothing."""

    fields: dict[str, Mapped] = {}
    """By the names in `MEANINGS`."""
    shops: dict[str, str] = {}
    """The ERP's own number of a shop, by nick; a shop that is not named is called by its nick."""
    form: dict[str, Any] = {}
    """What only the profile understands, such as the widgets of a form."""
    source: str = ""
    """The file it was read from; empty: the profile's own."""

    @cached_property
    def content(self) -> tuple[tuple[str, Mapped], ...]:
        """Return what is mapped of `CONTENT`, in its order."""
        return tuple((meaning, self.fields[meaning]) for meaning in CONTENT if meaning in self.fields)

    def field(self, meaning: str) -> str:
        """Return the name of the field with that *meaning*, or an empty text."""
        found = self.fields.get(meaning)
        return found.field if found is not None else ""


CONTENT = (
    *("shop", "refund_id", "kind", "tid", "oid", "type", "status", "amount", "quantity", "waybill", "company"),
    *("wanted", "hold", "version", "reason", "note"),
)
"""What an integration writes, by the field names of `simulator.erp.document.Document`."""

ANSWERS = (
    *("decision", "decision_text", "decision_reason", "decision_address", "decision_proof", "decision_by"),
    *("decision_amount", "decision_type", "decided_at", "intercept", "intercepted_at", "received", "shipped_company"),
    *("shipped_waybill", "shipped_at"),
)
"""What reviewers and the warehouse write. `intercept` is asked for by the integration and answered by the warehouse."""

MEANINGS = (*CONTENT, *ANSWERS)
"""Everything that a field of an ERP can mean."""

UNITS: Dict[str, int] = {"yuan": 100, "fen": 1}
"""Fen in one of it."""

WORDS: Dict[str, tuple[str, ...]] = {
    "kind": ("refund", "exchange", "reship", "inbound"),
    "type": ("refund_only", "return_refund", "exchange", "reship"),
    "status": (
        *("pending", "waiting_buyer", "waiting_receipt", "waiting_ship", "shipped", "refused", "refunded", "done"),
        "closed",
    ),
    "decision": (
        *("approve", "refuse", "approve_return", "receive", "refuse_return", "approve_exchange", "refuse_exchange"),
        *("approve_reship", "refuse_reship"),
    ),
    "decision_type": ("refund_only", "return_refund", "exchange", "reship"),
    "intercept": ("requested", "stopped", "gone"),
    "hold": ("true", "false"),
}
"""Our words, for what has an enumeration."""
