"""The index finds what a naive filter finds, in the same order, at a cost that does not grow."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from simulator.tmall.refund import CLOSED, SUCCESS, WAIT_SELLER_AGREE, Refund
from simulator.tmall.refund_index import RefundIndex

STATUSES = (WAIT_SELLER_AGREE, SUCCESS, CLOSED)
SHOPS = ("甲店", "乙店")
BUYERS = ("小明", "小红")
TIMES = st.integers(0, 12)


def _refund(number: int, shop: str, status: str, buyer: str, modified: int, phase: str = "onsale") -> Refund:
    return Refund(
        refund_id=f"{number:018d}",
        shop=shop,
        tid=number,
        oid=number,
        kind="refund_only",
        status=status,
        phase=phase,
        amount=1,
        total=1,
        buyer=buyer,
        modified=modified,
    )


REFUNDS = st.builds(
    _refund,
    st.integers(1, 15),
    st.sampled_from(SHOPS),
    st.sampled_from(STATUSES),
    st.sampled_from(BUYERS),
    TIMES,
).map(lambda refund: replace(refund, phase="aftersale" if int(refund.refund_id) % 3 == 0 else "onsale"))


def _filled(puts: list[Refund]) -> tuple[RefundIndex, dict[str, Refund]]:
    """Put each refund in the place of an older one with its number."""
    rows = dict[str, Refund]()
    index = RefundIndex(rows)
    for refund in puts:
        old = rows.get(refund.refund_id)
        rows[refund.refund_id] = refund
        index.put(refund, old)
    return index, rows


def _naive(
    rows: dict[str, Refund],
    shop: str,
    status: str,
    buyer: str,
    phase: str,
    start: int | None,
    end: int | None,
    *,
    turned: bool,
) -> list[str]:
    found = [
        (row.modified, row.refund_id)
        for row in rows.values()
        if row.shop == shop
        and (not status or row.status == status)
        and (not buyer or row.buyer == buyer)
        and (not phase or row.phase == phase)
        and (start is None or row.modified >= start)
        and (end is None or row.modified <= end)
    ]
    if turned:
        return [refund_id for _, refund_id in sorted(found, key=lambda entry: (entry[0], -int(entry[1])))]
    return [refund_id for _, refund_id in sorted(found)]


@given(
    puts=st.lists(REFUNDS, max_size=40),
    status=st.sampled_from(("", *STATUSES)),
    buyer=st.sampled_from(("", *BUYERS)),
    phase=st.sampled_from(("", "onsale")),
    asked_before=st.integers(0, 40),
    start=st.none() | TIMES,
    end=st.none() | TIMES,
    size=st.integers(1, 5),
    newest_first=st.booleans(),
    turned=st.booleans(),
)
def test_pages_equal_those_of_a_naive_filter(
    puts: list[Refund],
    status: str,
    buyer: str,
    phase: str,
    asked_before: int,
    start: int | None,
    end: int | None,
    size: int,
    newest_first: bool,
    turned: bool,
) -> None:
    index, rows = _filled(puts[:asked_before])
    index.window(SHOPS[0], phase=phase)  # lists of one phase are made when they are first asked for
    for refund in puts[asked_before:]:
        old = rows.get(refund.refund_id)
        rows[refund.refund_id] = refund
        index.put(refund, old)
    for shop in SHOPS:
        expected = _naive(rows, shop, status, buyer, phase, start, end, turned=turned)
        if newest_first:
            expected.reverse()
        window = index.window(shop, status=status, buyer=buyer, phase=phase, start=start, end=end)
        assert len(window) == len(expected)
        number = 1
        while page := window.page(number, size, newest_first=newest_first, turned=turned):
            assert page == expected[(number - 1) * size : number * size]
            number += 1
        assert (number - 1) * size >= len(expected)


def test_a_changed_refund_moves_to_its_new_place_and_leaves_the_old_one() -> None:
    index, _ = _filled(
        [_refund(1, "甲店", WAIT_SELLER_AGREE, "小明", 5), _refund(2, "甲店", WAIT_SELLER_AGREE, "小明", 6)]
    )
    assert index.window("甲店").page(1, 9) == [f"{2:018d}", f"{1:018d}"]
    index.put(_refund(1, "甲店", SUCCESS, "小明", 7), _refund(1, "甲店", WAIT_SELLER_AGREE, "小明", 5))
    assert index.window("甲店").page(1, 9) == [f"{1:018d}", f"{2:018d}"]
    assert index.window("甲店", status=WAIT_SELLER_AGREE).page(1, 9) == [f"{2:018d}"]
    assert len(index.window("甲店", end=5)) == 0


def test_an_unknown_shop_or_a_page_beyond_the_end_is_empty() -> None:
    index, _ = _filled([_refund(1, "甲店", SUCCESS, "小明", 5)])
    assert index.window("丙店").page(1, 40) == []
    assert index.window("甲店").page(2, 40) == []
    assert len(index.window("甲店", start=9, end=3)) == 0
