"""An exchange (换货), a re-send (补寄) or a repair (维修) as the platform keeps it.

For an exchange the buyer sends goods back and gets others instead; of a re-send the buyer keeps what came, and gets
what was missing or broken once more; for a repair the same goods go to the seller and come back mended. All are
disputes without money and share their row.
"""

import msgspec

EXCHANGE, RESHIP, REPAIR = "exchange", "reship", "repair"
"""Values of `kind`."""

PENDING = "1"
WAIT_BUYER_RETURN = "2"
RETURNED = "3"
CLOSED = "4"
SUCCESS = "5"
WAIT_BUYER_MODIFY = "6"
WAIT_BUYER_RESENT = "7"
WAIT_SELLER_SHIP = "12"
WAIT_BUYER_RECEIPT = "13"
TURNED_TO_REFUND = "14"

OPEN = frozenset({PENDING, WAIT_BUYER_RETURN, RETURNED, WAIT_BUYER_MODIFY, WAIT_SELLER_SHIP, WAIT_BUYER_RECEIPT})
OPEN |= {WAIT_BUYER_RESENT}
TERMINAL = frozenset({CLOSED, SUCCESS, TURNED_TO_REFUND})


class Exchange(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True, gc=False):
    """One exchange (换货单), re-send (补寄) or repair (维修).

    Money in fen; times in seconds since 1970; `version` and `due` in ms.
    """

    dispute_id: str
    """18 digits, from the same numbers as refund ids."""
    shop: str
    tid: int
    oid: int
    status: str
    """The platform's number as text: 1 to 7, 12, 13, 14."""
    phase: str
    """onsale or aftersale; fixed when the exchange is created."""
    total: int
    """What the goods in dispute cost; it stays with the seller."""
    wanted: str
    """`exchange_sku`: properties of the goods that the buyer wants instead; of a re-send empty."""
    kind: str = EXCHANGE
    """exchange, reship or repair."""
    change: int = 1
    """1 for the first state, one more with every `Changed` row."""
    version: int = 0
    round: int = 1
    """One more with each re-submission after a refusal."""
    created: int = 0
    modified: int = 0
    ended: int = 0
    due: int = 0
    """When the running countdown ends; 0: none runs."""
    num: int = 1
    """Pieces; of a re-send those that are to be sent again."""
    price: int = 0
    title: str = ""
    sku: str = ""
    """`bought_sku`."""
    buyer: str = ""
    reason: str = ""
    desc: str = ""
    good_status: str = "BUYER_RECEIVED"
    address: str = ""
    address_id: int = 0
    """contact_id of the return address, once the seller agreed."""
    company: str = ""
    """Carrier of the goods that come back (`buyer_logistic_name`)."""
    waybill: str = ""
    seller_company: str = ""
    """Carrier of the goods sent instead, or again (`seller_logistic_name`)."""
    seller_waybill: str = ""
    cs_status: int = 1
    """Where the case with 小二 (staff) stands, as a refund's."""
    case_of: str = ""
    """Who called staff (buyer, seller); empty: nobody did, or it is over."""
    left: int = 0
    """What was left of the countdown, in ms, when staff stopped it."""
    refusal: str = ""
    """Id of the reason of the last refusal."""
