"""Ways through the tables that the model check takes, and what each action is given."""

from collections.abc import Sequence
from typing import Any

from simulator.tmall.exchange import EXCHANGE, REPAIR, RESHIP
from simulator.tmall.lifecycle import TABLE
from simulator.tmall.lifecycle_row import Transition

PARCEL = {"company": "顺丰速运", "waybill": "SF1"}
OF_EXCHANGES: dict[str, dict[str, Any]] = {
    "agree": {"address": "浙江省嘉兴市", "address_id": 810012},
    "modify": {"wanted": "颜色:红"},
    "ship_back": PARCEL,
    "ship": {"seller_company": "顺丰速运", "seller_waybill": "SF2"},
    "receive_and_ship": {"seller_company": "顺丰速运", "seller_waybill": "SF2"},
}

Way = tuple[tuple[str, str], ...]
_GOES: Way = (("agent", "agree"), ("buyer", "ship_back"), ("integration", "receive"), ("agent", "ship"))
_WAITS: Way = (("timer", "timeout"),)
EXCHANGE_WAYS: tuple[Way, ...] = (
    *((*_GOES[:steps], *end) for steps in range(5) for end in ((), _WAITS)),
    (*_GOES, ("buyer", "confirm")),
    (("agent", "refuse"), ("buyer", "modify")),
    (("agent", "refuse"), *_WAITS),
    (*_GOES[:2], ("agent", "refuse_return"), ("buyer", "modify")),
    (*_GOES[:2], ("agent", "receive_and_ship"), ("buyer", "confirm")),
)
_TAKEN: Way = (("buyer", "call_staff"), ("staff", "step_in"))
STAFF_WAYS: tuple[Way, ...] = (
    (*_TAKEN, ("staff", "ask_proof"), ("staff", "rule_for_buyer")),
    (*_TAKEN, ("staff", "rule_for_seller")),
    (*_TAKEN, ("buyer", "withdraw_complaint")),
    (*_TAKEN, ("buyer", "withdraw")),
)
_SENT: Way = (("agent", "agree"), ("integration", "ship"))
RESHIP_WAYS: tuple[Way, ...] = (
    *((*_SENT[:steps], *end) for steps in range(3) for end in ((), _WAITS)),
    (*_SENT, ("buyer", "confirm")),
    (*_SENT[1:], ("integration", "void"), *_WAITS),
    (*_SENT[:1], ("integration", "refuse"), ("buyer", "modify")),
    (("agent", "refuse"), *_WAITS),
    (("buyer", "withdraw"),),
)
_MENDED: Way = (("agent", "agree"), ("buyer", "ship_back"), ("agent", "ship"))
REPAIR_WAYS: tuple[Way, ...] = (
    *((*_MENDED[:steps], *end) for steps in range(4) for end in ((), _WAITS)),
    (*_MENDED, ("buyer", "confirm")),
    (("agent", "refuse"), ("buyer", "modify")),
    (("agent", "refuse"), *_WAITS),
    (("buyer", "withdraw"),),
)
WAYS = [
    *((EXCHANGE, way) for way in EXCHANGE_WAYS + STAFF_WAYS),
    *((RESHIP, way) for way in RESHIP_WAYS + STAFF_WAYS),
    *((REPAIR, way) for way in REPAIR_WAYS + STAFF_WAYS),
]
OF_STAFF: dict[str, dict[str, Any]] = {
    "call_staff": {"cs_status": 2, "case_of": "buyer"},
    "step_in": {"cs_status": 3},
    "ask_proof": {"cs_status": 10},
    "withdraw_complaint": {"cs_status": 7, "case_of": ""},
    "rule_for_buyer": {"cs_status": 8, "case_of": ""},
    "rule_for_seller": {"cs_status": 9, "case_of": ""},
}
VALUES_OF: dict[str, dict[str, dict[str, Any]]] = {
    EXCHANGE: OF_EXCHANGES | OF_STAFF,
    RESHIP: OF_STAFF | {"ship": OF_EXCHANGES["ship"], "void": {"seller_company": "", "seller_waybill": ""}},
    REPAIR: OF_STAFF | {action: OF_EXCHANGES[action] for action in ("agree", "ship_back", "ship")},
}


def nearest(rows: Sequence[Transition], state: str, goal: Transition) -> list[Transition]:
    """Return those of *rows*, possible in *state*, that bring a refund nearest to *goal*, or that one alone."""
    if goal in rows:
        return [goal]
    far = steps_to(goal)
    found = [(far[row.to_from(state)], row) for row in rows if row.to_from(state) in far]
    best = min((steps for steps, _ in found), default=0)
    return [row for steps, row in found if steps == best]


def steps_to(goal: Transition) -> dict[str, int]:
    """Return how many rows of the table lie between each state and those in which *goal* is possible."""
    found = dict.fromkeys(goal.from_, 0)
    queue = list(found)
    for state in queue:  # grows while it is read: breadth first
        for before in {before for row in TABLE for before in row.from_ if row.to_from(before) == state} - set(found):
            found[before] = found[state] + 1
            queue.append(before)
    return found
