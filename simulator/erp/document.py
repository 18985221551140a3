"""The canonical after-sale document: what rules know of an ERP's record, in whatever dialect it was written."""

from typing import Any

import msgspec


class Line(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One line of goods. `amount` in fen."""

    oid: int = 0
    sku: str = ""
    quantity: int = 0
    amount: int = 0


class Document(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One document. Its identity for the rules is (shop, refund_id, kind), never the external number."""

    id: str
    """The ERP's own number, `D000001`."""
    external: str
    """The number the integration gave it."""
    shop: str = ""
    refund_id: str = ""
    kind: str = "refund"
    tid: str = ""
    oid: str = ""
    status: str = "pending"
    """pending, waiting_buyer, waiting_receipt, refused, refunded, closed; or `other` for a word nobody knows."""
    amount: int = 0
    """Fen."""
    type: str = ""
    """refund_only or return_refund."""
    quantity: int = 0
    lines: tuple[Line, ...] = ()
    waybill: str = ""
    company: str = ""
    hold: bool = False
    """The goods are held back from shipping."""
    booked: bool = False
    """Final and refunded: the money is in the books."""
    cancelled: bool = False
    reason: str = ""
    """Why the buyer wants the money back, as the integration wrote it."""
    note: str = ""
    version: int = 0
    """The platform version on which the integration says the content is based; 0 if it does not say."""
    revision: int = 1
    """One more with every change, whoever makes it."""
    cursor: int = 0
    """Position in the list ordered by update; grows over the whole store."""
    decision: dict[str, Any] = {}
    """The current decision, or empty: kind, revision, by, at (ms), amount (fen), type, quantity, version, text,
    reason_code, proof (sha256), address (contact id, 0: none).

    New content clears it: it was about other content.
    """
    created: int = 0
    updated: int = 0
    raw: dict[str, Any] = {}
    """The document as the integration wrote it, in the profile's own words."""
