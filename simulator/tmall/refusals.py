"""What the platform would answer to an act that is refused: the error of the call that does the same, where known."""

from collections.abc import Mapping

from simulator.errors import ActRefused
from simulator.phrase import Phrase
from simulator.tmall.errors import (
    CANNOT_REFUSE,
    NO_REASON,
    NO_SUCH_REFUND,
    NO_SUCH_TRADE,
    ON_WEB_ONLY,
    STAFF_HAVE_IT,
    WRONG_AMOUNT,
    WRONG_PARCEL,
    WRONG_STATE,
    TopError,
)
from simulator.tmall.transition import Impossible

_BY_REASON: Mapping[str, TopError] = {
    "refund.none": NO_SUCH_REFUND,
    "exchange.none": NO_SUCH_REFUND,
    "reship.none": NO_SUCH_REFUND,
    "trade.none": NO_SUCH_TRADE,
    "order.none": NO_SUCH_TRADE,
    **dict.fromkeys(("amount.none", "amount.decimals", "amount.negative"), WRONG_AMOUNT),
    **dict.fromkeys(("refund.zero", "order.too_much", "order.nothing_left", "guard.offer"), WRONG_AMOUNT),
    **dict.fromkeys(("guard.parcel", "guard.no_parcel", "parcel.nothing"), WRONG_PARCEL),
    "guard.cannot_refuse": CANNOT_REFUSE,
    "guard.no_reason": NO_REASON,
    "guard.on_web": ON_WEB_ONLY,
    "guard.staff": STAFF_HAVE_IT,
}
"""By the id of the reason."""


def error_of(refused: ActRefused) -> TopError | None:
    """Return the platform's error for a refused act; None where it is no business of the platform's."""
    why = refused.why if isinstance(refused, Impossible) else refused.reason
    found = _BY_REASON.get(why.key) if isinstance(why, Phrase) else None
    return found or (WRONG_STATE if isinstance(refused, Impossible) else None)
