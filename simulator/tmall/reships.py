"""Re-sends (补寄) and repairs (维修) as the methods of refunds show them: among the refunds, without money.

Their types are RESHIPPING and REPAIR.
"""

from collections.abc import Mapping

from simulator.settings import AnySettings
from simulator.state import State
from simulator.tmall import exchange as of
from simulator.tmall.exchange import REPAIR, RESHIP, Exchange
from simulator.tmall.exchange_store import AMONG_REFUNDS
from simulator.tmall.refund import (
    CLOSED,
    SELLER_REFUSE_BUYER,
    SUCCESS,
    WAIT_BUYER_RETURN_GOODS,
    WAIT_SELLER_AGREE,
    WAIT_SELLER_CONFIRM_GOODS,
    Refund,
)
from simulator.tmall.refund_index import Window
from simulator.tmall.trade import Order

WAIT_SELLER_CONSIGN_GOODS = "WAIT_SELLER_CONSIGN_GOODS"
WAIT_BUYER_CONFIRM_REDO_SEND_GOODS = "WAIT_BUYER_CONFIRM_REDO_SEND_GOODS"
EXCHANGE_TRANSFORM_TO_REFUND = "EXCHANGE_TRANSFORM_TO_REFUND"

NAMES: Mapping[str, str] = {
    of.PENDING: WAIT_SELLER_AGREE,
    of.WAIT_BUYER_RETURN: WAIT_BUYER_RETURN_GOODS,
    of.RETURNED: WAIT_SELLER_CONFIRM_GOODS,
    of.WAIT_BUYER_MODIFY: SELLER_REFUSE_BUYER,
    of.WAIT_SELLER_SHIP: WAIT_SELLER_CONSIGN_GOODS,
    of.WAIT_BUYER_RESENT: WAIT_BUYER_CONFIRM_REDO_SEND_GOODS,
    of.CLOSED: CLOSED,
    of.SUCCESS: SUCCESS,
    of.TURNED_TO_REFUND: EXCHANGE_TRANSFORM_TO_REFUND,
}
"""Their status as refunds name theirs: by the names that filters of refunds and disputes take."""

_SETTINGS = {RESHIP: "list_reships", REPAIR: "list_repairs"}

_NUMBERS = {name: number for number, name in NAMES.items()}
_NONE = Window(None, 0, 0)


def as_refund(reship: Exchange, order: Order) -> Refund:
    """Return *reship* (or a repair) of *order* in the shape of a refund, of which nothing is paid back."""
    return Refund(
        refund_id=reship.dispute_id,
        shop=reship.shop,
        tid=reship.tid,
        oid=reship.oid,
        kind=reship.kind,
        status=NAMES[reship.status],
        phase=reship.phase,
        amount=0,
        total=reship.total,
        change=reship.change,
        version=reship.version,
        round=reship.round,
        created=reship.created,
        modified=reship.modified,
        ended=reship.ended,
        due=reship.due,
        num=reship.num,
        price=reship.price,
        title=reship.title,
        sku=reship.sku,
        outer_id=order.outer_id,
        num_iid=order.num_iid,
        buyer=reship.buyer,
        reason=reship.reason,
        desc=reship.desc,
        good_status=reship.good_status,
        address=reship.address,
        address_id=reship.address_id,
        company=reship.company,
        waybill=reship.waybill,
        cs_status=reship.cs_status,
        left=reship.left,
    )


def shown(state: State, settings: AnySettings, number: str) -> Refund | None:
    """Return the re-send or repair with that *number* in the shape of a refund, if there is one and it is shown so."""
    found = state.exchanges.rows.get(number)
    if found is None or found.kind not in _SETTINGS or not settings[_SETTINGS[found.kind]]:
        return None
    return as_refund(found, state.orders[found.oid])


def window(
    state: State,
    settings: AnySettings,
    shop: str,
    *,
    status: str = "",
    buyer: str = "",
    phase: str = "",
    start: int | None = None,
    end: int | None = None,
) -> Window:
    """Return the re-sends and repairs of *shop* that its list of refunds shows within these bounds."""
    own = _NUMBERS.get(status, "") if status else ""
    kinds = [kind for kind, setting in _SETTINGS.items() if settings[setting]]
    if not kinds or (status and not own):
        return _NONE
    kind = AMONG_REFUNDS if len(kinds) > 1 else kinds[0]
    return state.exchanges.window(shop, kind=kind, status=own, buyer=buyer, phase=phase, start=start, end=end)
