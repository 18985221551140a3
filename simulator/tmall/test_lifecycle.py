"""The life cycle's table is whole: every state is reached, every name in it is known."""

from simulator.every_setting import SETTINGS
from simulator.tmall.countdowns import LIMITS, countdown_in
from simulator.tmall.guards import PREDICATES
from simulator.tmall.lifecycle import GUARDS, STATES, TABLE, find, possible
from simulator.tmall.lifecycle_row import NONE
from simulator.tmall.refund import (
    CLOSED,
    OPEN,
    SELLER_REFUSE_BUYER,
    SUCCESS,
    TERMINAL,
    WAIT_BUYER_RETURN_GOODS,
    WAIT_SELLER_AGREE,
    Refund,
)


def test_every_state_is_reached_from_nothing() -> None:
    reached, new = set(), {NONE}
    while new:
        reached |= new
        new = {row.to_from(state) for state in new for row in TABLE if state in row.from_} - reached
    assert reached == {NONE, *STATES}


def test_nothing_but_staff_who_take_it_back_leads_out_of_a_terminal_state() -> None:
    assert [row.action for row in TABLE if TERMINAL & set(row.from_) and row.to] == ["reverse"]
    still = ("reverse", "close_advance", "refuse_advance", "settle_advance")
    assert {state: possible(state) for state in TERMINAL} == {SUCCESS: still, CLOSED: ()}


def test_every_open_state_can_be_left_by_waiting() -> None:
    assert all("timeout" in possible(state, "timer") for state in OPEN)
    assert all(
        countdown_in(state, kind=kind, shipped=shipped) in LIMITS
        for state in OPEN
        for kind in ("refund_only", "return_refund")
        for shipped in (False, True)
    )
    assert all(countdown_in(state, kind="refund_only", shipped=True) == "" for state in TERMINAL)


def test_every_name_in_the_table_is_known() -> None:
    assert GUARDS.keys() == PREDICATES.keys()
    for row in TABLE:
        assert row.guard == "" or row.guard in GUARDS, row.id
        assert isinstance(row.bumps, bool) or row.bumps in SETTINGS, row.id
        assert isinstance(row.visible, bool) or row.visible in SETTINGS, row.id
        assert not row.stays or row.stays in SETTINGS, row.id
        assert isinstance(row.keeps_countdown, bool) or row.keeps_countdown in SETTINGS, row.id
        assert row.with_staff in ("", "hand", "all"), row.id
        assert set(row.from_) <= {NONE, *STATES}, row.id
        assert row.to == "" or row.to in STATES, row.id
        assert set(row.changes) <= set(Refund.__struct_fields__), row.id
        assert row.mark in ("documented", "observed", "assumed"), row.id
        assert row.source, row.id
    assert len({row.id for row in TABLE}) == len(TABLE)


def test_every_guard_is_used() -> None:
    assert {row.guard for row in TABLE} - {""} == set(GUARDS)


def test_integration_and_staff_are_both_the_seller() -> None:
    rows = find(WAIT_SELLER_AGREE, "integration", "agree")
    assert [row.id for row in rows] == ["3"]
    assert rows == find(WAIT_SELLER_AGREE, "agent", "agree") == find(WAIT_SELLER_AGREE, "seller", "agree")
    assert find(WAIT_SELLER_AGREE, "buyer", "agree") == ()


def test_what_is_possible_is_told_by_state_and_actor() -> None:
    assert possible(NONE) == ("apply",)
    case = ("call_staff", "complain", "withdraw_complaint")
    assert possible(WAIT_BUYER_RETURN_GOODS, "buyer") == ("ship_back", "withdraw", "message", *case)
    assert possible(WAIT_SELLER_AGREE, "timer") == ("timeout", "remind")
    assert possible(SELLER_REFUSE_BUYER, "platform") == ("extend", "constrain")
