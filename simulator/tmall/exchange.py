"""An exchange (换货) as the platform keeps it: the buyer sends goods back and gets others instead."""

import msgspec

PENDING = "1"
WAIT_BUYER_RETURN = "2"
RETURNED = "3"
CLOSED = "4"
SUCCESS = "5"
WAIT_BUYER_MODIFY = "6"
WAIT_SELLER_SHIP = "12"
WAIT_BUYER_RECEIPT = "13"
TURNED_TO_REFUND = "14"

OPEN = frozenset({PENDING, WAIT_BUYER_RETURN, RETURNED, WAIT_BUYER_MODIFY, WAIT_SELLER_SHIP, WAIT_BUYER_RECEIPT})
TERMINAL = frozenset({CLOSED, SUCCESS, TURNED_TO_REFUND})


class Exchange(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True, gc=False):
    """One exchange (换货单). Money in fen; times in seconds since 1970; `version` and `due` in ms."""

    dispute_id: str
    """18 digits, from the same numbers as refund ids."""
    shop: str
    tid: int
    oid: int
    status: str
    """The platform's number as text: 1 to 6, 12, 13, 14."""
    phase: str
    """onsale or aftersale; fixed when the exchange is created."""
    total: int
    """What the goods to be exchanged cost; it stays with the seller."""
    wanted: str
    """`exchange_sku`: properties of the goods that the buyer wants instead."""
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
    """Carrier of the goods sent instead (`seller_logistic_name`)."""
    seller_waybill: str = ""
    refusal: str = ""
    """Id of the reason of the last refusal."""
