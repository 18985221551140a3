"""Stretches of changes are what a walk over all documents finds, however they were changed and moved between shops."""

import sys

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from simulator.erp.document import Document
from simulator.erp.store import Store

SHOPS = ("一号店", "二号店")
WRITES = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from(SHOPS), st.sampled_from(["T1", "T2"]), st.integers(0, 3)), max_size=40
)
"""Each: which document, in which shop and trade, how many ms after the write before it."""


def _written(writes: list[tuple[int, str, str, int]]) -> Store:
    store, now = Store(), 1000
    for cursor, (number, shop, tid, later) in enumerate(writes, 1):
        now += later
        old = store.rows.get(f"D{number}")
        document = Document(id=f"D{number}", external=f"X{number}", shop=shop, tid=tid, refund_id=f"R{number}")
        store.put(msgspec.structs.replace(document, cursor=cursor, updated=now, created=old.created if old else now))
    return store


def _ids(found: list[Document]) -> list[str]:
    return [row.id for row in found]


@given(WRITES, st.integers(995, 1040), st.integers(0, 30), st.sampled_from(["", *SHOPS, "nobody"]), st.integers(0, 5))
def test_a_stretch_is_what_a_walk_finds(
    writes: list[tuple[int, str, str, int]], since: int, span: int, shop: str, begin: int
) -> None:
    store = _written(writes)
    rows = sorted(store.rows.values(), key=lambda row: row.cursor)
    mine = [row for row in rows if not shop or row.shop == shop]

    between = store.changes.between(since, since + span, shop)
    after = store.changes.after(since - 995, shop)

    right = [row for row in mine if since <= row.updated < since + span]
    assert (len(between), list(between), between.cut(begin, 2)) == (len(right), right, right[begin : begin + 2])
    assert list(after) == [row for row in mine if row.cursor > since - 995]
    assert store.updated_since(since) == [row for row in reversed(rows) if row.updated >= since]
    assert store.updated_after(0, 3, shop=shop) == mine[:3]


@given(WRITES)
def test_a_trades_documents_are_those_that_name_it_now(writes: list[tuple[int, str, str, int]]) -> None:
    store = _written(writes)
    for tid in ("T1", "T2", "T3"):
        assert set(_ids(store.of_trade(tid))) == {row.id for row in store.rows.values() if row.tid == tid}
    assert len(store.changes.between(0, sys.maxsize)) == len(store.rows)
