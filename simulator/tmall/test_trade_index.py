"""The index of trades finds what a naive filter finds, whether its lists were made before or after the trades."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.tmall.trade import Trade
from simulator.tmall.trade_index import CONSIGNED, CREATED, MODIFIED, TradeIndex, parcel_status

ORDERS = (CREATED, MODIFIED, CONSIGNED)
STATUSES = ("WAIT_SELLER_SEND_GOODS", "WAIT_BUYER_CONFIRM_GOODS", "TRADE_FINISHED")
TIMES = st.integers(0, 9)
SHOPS, BUYERS = ("甲店", "乙店"), ("小明", "小红")
TRADES = st.builds(
    lambda tid, shop, status, buyer, created, modified, consigned: Trade(
        tid=tid, shop=shop, status=status, oids=(tid,), payment=1, buyer=buyer,
        created=created + 1, modified=modified + 1, consigned=consigned,
    ),
    st.integers(1, 12), st.sampled_from(SHOPS), st.sampled_from(STATUSES), st.sampled_from(BUYERS), TIMES, TIMES, TIMES,
)  # fmt: skip


def _naive(
    rows: dict[int, Trade], order: str, status: str, buyer: str, start: int | None, end: int | None
) -> list[int]:
    found = []
    for row in rows.values():
        second = getattr(row, order)
        shown = parcel_status(row) if order == CONSIGNED else row.status
        if row.shop != SHOPS[0] or not second or (status and shown != status) or (buyer and row.buyer != buyer):
            continue
        if (start is None or second >= start) and (end is None or second <= end):
            found.append((second, row.tid))
    return [tid for _, tid in sorted(found, reverse=True)]


@given(
    st.lists(TRADES, max_size=30),
    st.sampled_from(ORDERS),
    st.sampled_from(("", *STATUSES, "CREATED", "ACCEPTED_BY_RECEIVER")),
    st.sampled_from(("", *BUYERS)),
    st.none() | TIMES,
    st.none() | TIMES,
    st.integers(0, 30),
)
def test_a_window_holds_what_a_naive_filter_finds_newest_first(
    puts: list[Trade], order: str, status: str, buyer: str, start: int | None, end: int | None, asked: int
) -> None:
    rows: dict[int, Trade] = {}
    index = TradeIndex(rows)
    for number, trade in enumerate(puts):
        if number == asked:
            index.window(order, SHOPS[0], status=status, buyer=buyer)
        old = rows.get(trade.tid)
        rows[trade.tid] = trade
        index.put(trade, old)

    window = index.window(order, SHOPS[0], status=status, buyer=buyer, start=start, end=end)

    expected = _naive(rows, order, status, buyer, start, end)
    assert len(window) == len(expected)
    assert [tid for number in range(1, 12) for tid in window.page(number, 3)] == expected
