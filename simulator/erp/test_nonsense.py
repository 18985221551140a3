"""Rows of nonsense are refused in the dialect's words: never an exception, never a document that nobody can read."""

import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.actors import perform
from simulator.erp.caller import Wanted
from simulator.erp.jushuitan import client as jushuitan
from simulator.erp.side import SHOP, Side
from simulator.erp.wangdiantong import enterprise_client as enterprise
from simulator.erp.wangdiantong import flagship_client as flagship
from simulator.ledger.declaration import Declaration
from simulator.world import World

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8), st.sampled_from(["", " ", "1", "-1", "1e9", "1e400", "NaN", "0x1", "١", "x" * 50]),
)  # fmt: skip
UNLIMITED = {"jdy_rate_limits": False}
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner))


def _row(side: Side, content: dict[str, Any]) -> dict[str, Any]:
    """Return what an integration would say about a refund."""
    body: dict[str, Any] = msgspec.json.decode(side.caller.create(content).body or b"{}") if _plain(side) else {}
    return body.get("data", body) or side.caller.row(content)  # type: ignore[attr-defined,no-any-return]


def _plain(side: Side) -> bool:
    """Tell whether a request of the dialect is JSON with a key beside it."""
    return side.profile.name in ("generic", "jiandaoyun")


def _asked(side: Side, content: dict[str, Any], row: Any) -> Wanted:
    """Return an upload of one *row*."""
    caller = side.caller
    if isinstance(caller, flagship.FlagshipClient):
        return caller.ask(flagship.UPLOAD, [side.profile.shop(side.world, SHOP), [row]])
    if isinstance(caller, enterprise.EnterpriseClient):
        return caller.ask(enterprise.PUSH, api_refund_list=[row])
    if isinstance(caller, jushuitan.Client):
        return caller.ask(jushuitan.UPLOAD, [row])
    wanted = caller.create(content)
    body = msgspec.json.decode(wanted.body)
    return wanted._replace(body=msgspec.json.encode({**body, "data": row} if "data" in body else row))


def _queried(side: Side, asked: dict[str, Any]) -> Wanted:
    """Return a query with nonsense in it."""
    caller = side.caller
    if isinstance(caller, flagship.FlagshipClient):
        return caller.ask(flagship.SEARCH, [asked], page_no="0", page_size="50")
    if isinstance(caller, enterprise.EnterpriseClient):
        return caller.ask(enterprise.QUERY, None, **{name: str(value) for name, value in asked.items()})
    assert isinstance(caller, jushuitan.Client)
    return caller.ask(jushuitan.QUERY, asked)


SIGNED = ["jushuitan", "wangdiantong", "wangdiantong-enterprise"]
CALLS = [
    *(
        f"workflow/{call}"
        for call in ("task/approve", "task/list", "task/transfer", "instance/get", "instance/activate")
    ),
    *(f"app/entry/data/{call}" for call in ("list", "get", "update", "batch_create", "batch_update", "batch_delete")),
    *("app/entry/widget/list", "app/entry/list", "app/list", "app/entry/file/get_upload_token"),
]
"""Calls of 简道云."""
NAMES = [
    *("username", "instance_id", "task_id", "comment", "transfer_username", "flow_id", "limit", "skip", "data_id"),
    *("data_ids", "data", "data_list", "transaction_id", "tasks_type", "app_id", "entry_id", "filter", "fields"),
]


@pytest.mark.parametrize("profile", ["generic", "jiandaoyun", *SIGNED])
def test_a_row_with_nonsense_in_it_is_answered(profile: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        side = Side(World.open(Path(folder), declaration=Declaration(profile=profile), chosen=UNLIMITED))
        content = side.refund()
        good = _row(side, content)

        @settings(max_examples=150, deadline=None)
        @given(changes=st.dictionaries(st.sampled_from([*good, "other", "lines"]), VALUES, min_size=1, max_size=3))
        def answered(changes: dict[str, Any]) -> None:
            answer = side.ask(_asked(side, content, good | changes))
            assert answer.status < 500
            assert isinstance(side.caller.error(answer), str)
            for document in side.world.state.documents.rows.values():
                assert abs(document.amount) <= 10**12
                assert document.quantity >= 0

        answered()
        side.world.book.close()


@pytest.mark.parametrize("call", CALLS)
def test_a_call_of_jiandaoyun_with_nonsense_in_it_is_answered(call: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        side = Side(World.open(Path(folder), declaration=Declaration(profile="jiandaoyun"), chosen=UNLIMITED))
        wanted = side.caller.create(side.refund())
        form = {name: msgspec.json.decode(wanted.body)[name] for name in ("app_id", "entry_id")}

        @settings(max_examples=60, deadline=None)
        @given(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5), st.sampled_from(["v5", "v6", "v3"]))
        def answered(changes: dict[str, Any], version: str) -> None:
            body = msgspec.json.encode(form | changes)
            assert side.ask(wanted._replace(path=f"/api/{version}/{call}", body=body)).status < 500

        answered()
        side.world.book.close()


@pytest.mark.parametrize("profile", SIGNED)
def test_a_query_with_nonsense_in_it_is_answered(profile: str) -> None:
    names = (
        *("so_ids", "as_ids", "o_ids", "status", "type", "page_index", "page_size", "start_ts", "modified_begin"),
        *("modified_end", "modified_from", "modified_to", "shop_nos", "raw_refund_nos", "order_type", "start_time"),
        *("end_time", "src_refund_no", "page_no", "shop_no", "shop_id", "process_status"),
    )
    with tempfile.TemporaryDirectory() as folder:
        side = Side(World.open(Path(folder), declaration=Declaration(profile=profile)))
        side.brought()

        @settings(max_examples=150, deadline=None)
        @given(asked=st.dictionaries(st.sampled_from(names), VALUES, max_size=4))
        def answered(asked: dict[str, Any]) -> None:
            answer = side.ask(_queried(side, asked))
            assert answer.status == 200
            assert isinstance(side.caller.error(answer), str)

        answered()
        side.world.book.close()


GOODS = {
    "jushuitan": [jushuitan.CONFIRM_GOODS, jushuitan.RECEIVED, jushuitan.PARCELS, jushuitan.PAYMENTS],
    "wangdiantong": [flagship.CREATE_STOCK_IN, flagship.SEARCH_STOCK_INS, flagship.SMART, flagship.SEARCH_RAW],
    "wangdiantong-enterprise": [enterprise.PUSH_STOCK_IN, enterprise.STOCK_INS],
}
"""Calls about goods that came back, and about money that went."""
_OF_GOODS = (
    *("as_id", "return_id", "items", "wh_id", "l_id", "outer_as_id", "shop_id", "type", "shop_status", "question_type"),
    *("refund_no", "out_stockin_no", "outer_no", "warehouse_no", "detail_list", "create_mode", "is_check", "remark"),
    *("start_time", "end_time", "modified_begin", "modified_end", "start_ts", "page_index", "page_size", "page_no"),
    *("status", "time_type", "date_type", "as_ids", "io_ids", "shop_nos", "tid", "return_warehouse_no"),
)
_LINES = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("sku_id", "spec_no", "qty", "num", "stockin_num", "qty_type", "amount", "type"), SCALARS),
)
_ASKED = st.dictionaries(st.sampled_from(_OF_GOODS), VALUES | st.lists(_LINES, max_size=3), max_size=5)


def _about_goods(side: Side, call: str, asked: dict[str, Any], right: dict[str, Any]) -> Wanted:
    caller, whole = side.caller, right | asked
    if isinstance(caller, flagship.FlagshipClient):
        args = [whole, asked.get("detail_list", []), True] if call == flagship.SMART else [whole]
        return caller.ask(call, args, page_no="0", page_size="50")
    if isinstance(caller, enterprise.EnterpriseClient):
        if call == enterprise.PUSH_STOCK_IN:
            return caller.ask(call, stockin_refund_info=whole)
        return caller.ask(call, None, **{name: str(value) for name, value in asked.items()})
    assert isinstance(caller, jushuitan.Client)
    if call == jushuitan.CONFIRM_GOODS:
        return caller.ask(call, [whole])
    return caller.ask(call, {"data": [whole]} if call == jushuitan.PARCELS else asked)


@pytest.mark.parametrize(("profile", "call"), [(profile, call) for profile, calls in GOODS.items() for call in calls])
def test_a_call_about_goods_with_nonsense_in_it_is_answered(profile: str, call: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        side = Side(World.open(Path(folder), declaration=Declaration(profile=profile)))
        content = side.refund() | {"type": "return_refund", "quantity": 3}
        side.ask(side.caller.create(content))
        perform(side.world, "reviewer.approve_return", {"refund": content["refund_id"]})
        spec = next(iter(side.world.state.orders.values())).outer_id
        right: dict[str, Any] = {"as_id": int(3e9) + 1, "items": [{"sku_id": "SKU-A", "qty": 1, "amount": "1"}]}
        right |= {"type": "普通退货", "shop_id": 10001, "shop_status": "SUCCESS", "question_type": "无"}
        if profile != "jushuitan":
            lines = [{"spec_no": spec, "num": 1, "stockin_num": 1}]
            right = {"refund_no": "TK1000001", "warehouse_no": "WH01", "detail_list": lines}

        @settings(max_examples=40, deadline=None)
        @given(asked=_ASKED)
        def answered(asked: dict[str, Any]) -> None:
            answer = side.ask(_about_goods(side, call, asked, right))
            assert answer.status == 200
            assert isinstance(side.caller.error(answer), str)
            for document in side.world.state.documents.rows.values():
                assert document.received <= max(document.quantity, 80)
            assert side.ask(side.caller.find(content["refund_id"], SHOP)).status == 200

        answered()
        side.world.book.close()
