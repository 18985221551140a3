"""The index of trades finds what a naive filter finds, whether its lists were made before or after the trades."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator.tmall.receivers import shown_name
from simulator.tmall.trade import Trade
from simulator.tmall.trade_index import CONSIGNED, CREATED, MODIFIED, TradeIndex, parcel_status

ORDERS = (CREATED, MODIFIED, CONSIGNED)
STATUSES = ("WAIT_SELLER_SEND_GOODS", "WAIT_BUYER_CONFIRM_GOODS", "TRADE_FINISHED")
TIMES = st.integers(0, 9)
SHOPS, BUYERS = ("甲店", "乙店"), ("小明", "小红")
TRADES = st.builds(
    lambda tid, shop, status, buyer, created, modified, consigned, later: Trade(
        tid=tid, shop=shop, status=status, oids=(tid,), payment=1, buyer=buyer, created=created + 1,
        modified=modified + 1, consigned=consigned, later=tuple(consigned + more for more in later if consigned),
    ),
    st.integers(1, 12), st.sampled_from(SHOPS), st.sampled_from(STATUSES), st.sampled_from(BUYERS), TIMES, TIMES, TIMES,
    st.lists(TIMES, max_size=3),
)  # fmt: skip


def _naive(
    rows: dict[int, Trade], order: str, status: str, buyer: str, receiver: str, start: int | None, end: int | None
) -> list[Any]:
    found: list[tuple[int, Any]] = []
    for row in rows.values():
        shown = parcel_status(row) if order == CONSIGNED else row.status
        if row.shop != SHOPS[0] or (status and shown != status) or (buyer and row.buyer != buyer):
            continue
        if receiver and shown_name(row.buyer) != receiver:
            continue
        parcels = [(second, (row.tid, number)) for number, second in enumerate(row.parcels)]
        for second, ident in parcels if order == CONSIGNED else [(getattr(row, order), row.tid)]:
            if (start is None or second >= start) and (end is None or second <= end):
                found.append((second, ident))
    return [ident for _, ident in sorted(found, reverse=True)]


@given(
    st.lists(TRADES, max_size=30),
    st.sampled_from(ORDERS),
    st.sampled_from(("", *STATUSES, "CREATED", "ACCEPTED_BY_RECEIVER")),
    st.sampled_from(("", *BUYERS)),
    st.sampled_from(("", *map(shown_name, BUYERS))),
    st.none() | TIMES,
    st.none() | TIMES,
    st.integers(0, 30),
)
def test_a_window_holds_what_a_naive_filter_finds_newest_first(
    puts: list[Trade],
    order: str,
    status: str,
    buyer: str,
    receiver: str,
    start: int | None,
    end: int | None,
    asked: int,
) -> None:
    rows: dict[int, Trade] = {}
    index = TradeIndex(rows)
    for number, trade in enumerate(puts):
        if number == asked:
            index.window(order, SHOPS[0], status=status, buyer=buyer, receiver=receiver)
        old = rows.get(trade.tid)
        rows[trade.tid] = trade
        index.put(trade, old)

    window = index.window(order, SHOPS[0], status=status, buyer=buyer, receiver=receiver, start=start, end=end)

    expected = _naive(rows, order, status, buyer, receiver, start, end)
    assert len(window) == len(expected)
    slots = [slot for number in range(1, 40) for slot in window.page(number, 3)]
    assert [(slot.tid, slot.part) if order == CONSIGNED else slot.tid for slot in slots] == expected
