"""A refund as the platform keeps it: one row, whose names the ledger, the rules and the docs share."""

import msgspec

WAIT_SELLER_AGREE = "WAIT_SELLER_AGREE"
WAIT_BUYER_RETURN_GOODS = "WAIT_BUYER_RETURN_GOODS"
WAIT_SELLER_CONFIRM_GOODS = "WAIT_SELLER_CONFIRM_GOODS"
SELLER_REFUSE_BUYER = "SELLER_REFUSE_BUYER"
SUCCESS = "SUCCESS"
CLOSED = "CLOSED"

INTERCEPT_APPLY = "INTERCEPT_APPLY"
INTERCEPT_SUCCESS = "INTERCEPT_SUCCESS"
INTERCEPT_FAILED = "INTERCEPT_FAILED"

OPEN_STATES = (WAIT_SELLER_AGREE, WAIT_BUYER_RETURN_GOODS, WAIT_SELLER_CONFIRM_GOODS, SELLER_REFUSE_BUYER)
OPEN = frozenset(OPEN_STATES)
TERMINAL = frozenset({SUCCESS, CLOSED})

NO_CASE, CALLED, STEPPED_IN, FIRST_REVIEW, REVIEW_FAILED, CASE_OVER, WITHDRAWN = 1, 2, 3, 4, 5, 6, 7
FOR_BUYER, FOR_SELLER, COLLECTING_PROOF, APPEAL = 8, 9, 10, 11
"""Values of `cs_status`: where the case with 小二 (staff) stands."""

NO_ADVANCE, ADVANCE_ASKED, ADVANCE_PAID, ADVANCE_REFUSED, ADVANCE_CLOSED, ADVANCE_SETTLED = 0, 1, 2, 3, 4, 5
"""Values of `advance_status`: nobody asked; asked; the platform paid the buyer in advance; after that the seller
refused the goods, it was closed, or the seller settled it."""

NO_CONSTRAINT, CANNOT_REFUSE, ON_WEB = "null", "cannot_refuse", "refund_onweb"
CONSTRAINTS = (NO_CONSTRAINT, CANNOT_REFUSE, ON_WEB)

FREIGHT, CASH_BACK, PRICE_PROTECT = "freight", "cashBack", "priceProtect"
SPECIAL = (CASH_BACK, PRICE_PROTECT)
"""Refunds that the platform keeps out of the ordinary list (`special_refund_type`)."""

BILLS = {"refund_only": "refund_bill", "return_refund": "return_bill"}
"""`bill_type` of messages, by the refund's kind."""


class Refund(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """One refund (退款单). Money in fen; `created`, `modified` and the like in seconds since 1970; `version` in ms."""

    refund_id: str
    """18 digits."""
    shop: str
    tid: int
    oid: int
    kind: str
    """refund_only (REFUND) or return_refund (REFUND_AND_RETURN)."""
    status: str
    phase: str
    """onsale or aftersale; fixed when the refund is created."""
    amount: int
    """`refund_fee`: what goes back to the buyer."""
    total: int
    """`total_fee` of the refunded line."""
    first: int = 0
    """What was asked for at first."""
    most: int = 0
    """What could be asked for then."""
    change: int = 1
    """1 for the first state of this refund, one more with every `Changed` row."""
    version: int = 0
    """`refund_version`: ms, strictly growing where the life cycle's row bumps it."""
    round: int = 1
    """One more with each re-submission after a refusal."""
    created: int = 0
    modified: int = 0
    num: int = 1
    """Pieces that it is about."""
    bought: int = 0
    """Pieces of the sub-order, if the refund is about fewer; else 0."""
    good_status: str = "BUYER_NOT_RECEIVED"
    reason: str = ""
    desc: str = ""
    company: str = ""
    """`company_name`, the return parcel's carrier."""
    waybill: str = ""
    """`sid`, the return parcel's number."""
    returned: int = 0
    """`good_return_time`."""
    address: str = ""
    address_id: int = 0
    reviewed: bool = False
    constraint: str = "null"
    """`operation_contraint` (sic)."""
    purpose: str = ""
    """freight (退运费), cashBack (退差价), priceProtect (价保), or empty: for the goods."""
    freight: int = 0
    """How much of `amount` is postage."""
    auto: bool = False
    """Whether the platform agreed at once, without the seller."""
    cs_status: int = 1
    case_of: str = ""
    """Who called staff or complained (buyer, seller); empty: nobody did, or it is over."""
    advance_status: int = 0
    due: int = 0
    """When the running countdown ends (ms since 1970); 0: none runs."""
    left: int = 0
    """What was left of the countdown, in ms, when staff stopped it."""
    reminded: int = 0
    """The `due` of which the parties were reminded."""
    ended: int = 0
    buyer: str = ""
    title: str = ""
    num_iid: int = 0
    price: int = 0
    sku: str = ""
    outer_id: str = ""
    intercept: str = ""
    """Where the intercept of the parcel on its way to the buyer stands; empty: none was asked for."""
    offer_amount: int = 0
    """What the seller offers to pay back if the goods are returned; 0: there is no offer to answer."""
    offer_address: int = 0
    """`address_id` of that offer."""
    offer_binds: bool = False
    """Whether the buyer cannot decline it, but change or withdraw the application only."""

    @property
    def payment(self) -> int:
        """What stays with the seller, in fen: total minus amount (never below zero)."""
        return max(0, self.total - self.amount)


class RefundMessage(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """A message (留言) on a refund, of buyer (1), seller (2) or staff (3)."""

    id: int
    refund_id: str
    owner_role: str
    owner_nick: str
    content: str
    message_type: str = "NORMAL"
    created: int = 0
    pictures: tuple[str, ...] = ()
    """sha256 of each."""
    reason: str = ""
    """Id of the seller's reason, if the message is a refusal."""
