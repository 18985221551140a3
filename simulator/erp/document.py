"""The canonical after-sale document: what rules know of an ERP's record, in whatever dialect it was written."""

from typing import Any

import msgspec


class Line(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One line of goods. `amount` in fen."""

    oid: int = 0
    sku: str = ""
    quantity: int = 0
    amount: int = 0


class Receipt(msgspec.Struct, kw_only=True, frozen=True):
    """Goods that came back in one go. A correction replaces the quantity and keeps the id."""

    id: str
    quantity: int
    at: int
    """ms."""


STATUSES = {
    "refund": ("pending", "waiting_buyer", "waiting_receipt", "refused", "refunded", "closed"),
    "exchange": (
        "pending",
        "waiting_buyer",
        "waiting_receipt",
        "waiting_ship",
        "shipped",
        "refused",
        "done",
        "closed",
    ),
    "reship": ("pending", "waiting_ship", "shipped", "refused", "done", "closed"),
    "inbound": ("waiting_buyer", "waiting_receipt", "closed"),
}
"""What a document can be, by kind: about the money, about other goods instead, about goods to be sent once more, or a
notice that goods come back."""

EXCHANGE_IMAGES = {
    "1": "pending",
    "2": "waiting_buyer",
    "3": "waiting_receipt",
    "6": "refused",
    "7": "shipped",
    "12": "waiting_ship",
    "13": "shipped",
    "5": "done",
    "4": "closed",
    "14": "closed",
}
"""What the document of an exchange or re-send is for each of its states; 14 has become a refund with a document of its
own."""

MAIN = ("refund", "exchange", "reship")
"""The kinds about which reviewers decide."""


class Document(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One document. Its identity for the rules is (shop, refund_id, kind), never the external number."""

    id: str
    """The ERP's own number, `D000001`."""
    external: str
    """The number the integration gave it."""
    shop: str = ""
    refund_id: str = ""
    """Also the number of an exchange or re-send, which is a refund number."""
    kind: str = "refund"
    """refund, exchange, reship (goods are sent once more) or inbound (a notice that goods come back)."""
    tid: str = ""
    oid: str = ""
    status: str = "pending"
    """One of `STATUSES` of its kind; or `other` for a word nobody knows."""
    amount: int = 0
    """Fen."""
    type: str = ""
    """refund_only, return_refund, exchange or reship."""
    quantity: int = 0
    """Pieces; of an inbound document those that are expected back."""
    lines: tuple[Line, ...] = ()
    waybill: str = ""
    company: str = ""
    wanted: str = ""
    """Exchange: the goods wanted instead, in the platform's words."""
    hold: bool = False
    """The goods are held back from shipping."""
    intercept: dict[str, Any] = {}
    """The parcel that is to be stopped, or empty: result (requested by the integration, then stopped or gone as the
    warehouse says), revision, at (ms). A newer answer replaces the older."""
    shipped: dict[str, Any] = {}
    """The parcel that left the warehouse, or empty: company, waybill, revision, at (ms). Of an exchange it is the
    replacement, of a re-send what was sent again."""
    receipts: tuple[Receipt, ...] = ()
    """What came back."""
    booked: bool = False
    """Final and refunded: the money is in the books."""
    cancelled: bool = False
    deleted: bool = False
    """Removed by the integration; it is cancelled as well."""
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

    @property
    def received(self) -> int:
        """Return how many pieces came back, all receipts together."""
        return sum(receipt.quantity for receipt in self.receipts)
