"""A trade and its sub-orders as the platform keeps them."""

import msgspec


class Order(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """A sub-order (oid). Money in fen. `paid` is the share of the payment that falls on it (divide_order_fee)."""

    oid: int
    tid: int
    shop: str
    status: str
    """WAIT_SELLER_SEND_GOODS, WAIT_BUYER_CONFIRM_GOODS, TRADE_FINISHED, TRADE_CLOSED."""
    title: str
    price: int
    num: int
    total: int
    """price x num."""
    paid: int
    refunded: int = 0
    """Fen already paid back."""
    freight: int = 0
    """How much of that was postage."""
    discount: int = 0
    """`discount_fee`: what the seller took off this line. The rest of total - paid is its share of trade-level ones."""
    special: str = ""
    """`special_refund_type` of a difference in price that went back."""
    refund_id: str = ""
    """Latest refund (onsale refunds only keep it in step)."""
    refund_status: str = "NO_REFUND"
    num_iid: int = 0
    sku_id: int = 0
    sku: str = ""
    """`sku_properties_name`."""
    outer_id: str = ""
    """The merchant's code."""
    consigned: int = 0
    parcel: int = 0
    """Which of the trade's parcels it left in, from 0."""
    ended: int = 0
    due: int = 0
    """When its receipt is confirmed by itself, in ms; 0: it does not run."""
    left: int = 0
    """Milliseconds left of that where it stands still because a refund or exchange is open."""

    @property
    def goods_left(self) -> int:
        """What has not gone back of its share of the payment, in fen."""
        return self.paid - (self.refunded - self.freight)


class Service(msgspec.Struct, kw_only=True, frozen=True, gc=False):
    """A service that was bought with goods, such as installing them, under a number of its own. Money in fen."""

    oid: int
    item_oid: int
    """The sub-order that it is for."""
    title: str
    price: int


class Trade(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """A trade (tid) with its sub-orders' numbers. The receiver's data follow from (seed, tid) and are not stored."""

    tid: int
    shop: str
    status: str
    oids: tuple[int, ...]
    payment: int
    """What the buyer paid, postage included."""
    post_fee: int = 0
    services: tuple[Service, ...] = ()
    """Bought with the goods; their price is in `payment`, and in no sub-order's share of it."""
    points: int = 0
    """`point_fee`: points with which a part was paid."""
    buyer: str = ""
    created: int = 0
    paid_at: int = 0
    modified: int = 0
    consigned: int = 0
    """When the first parcel left."""
    later: tuple[int, ...] = ()
    """When each further parcel left."""
    ended: int = 0
    received: int = 0
    """`received_payment`."""

    @property
    def parcels(self) -> tuple[int, ...]:
        """When each of its parcels left."""
        return (self.consigned, *self.later) if self.consigned else ()
