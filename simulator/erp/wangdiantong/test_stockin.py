"""Stock-in orders: once for a sender's number, in parts, never for goods that nobody expects; and how they are told."""

from collections.abc import Callable
from typing import Any

import pytest

from simulator.actors import perform
from simulator.clock import to_text
from simulator.erp.caller import Got
from simulator.erp.side import Side
from simulator.erp.wangdiantong import store
from simulator.erp.wangdiantong.enterprise_client import PUSH_STOCK_IN, STOCK_INS, EnterpriseClient
from simulator.erp.wangdiantong.flagship_client import CREATE_STOCK_IN, SEARCH_STOCK_INS, SMART, FlagshipClient
from simulator.ledger.entry import Decision
from simulator.ledger.replay import read

PROFILES = ["wangdiantong", "wangdiantong-enterprise"]
PAGE = {"page_no": "0", "page_size": "50", "calc_total": "1"}
Opens = Callable[..., Side]


class Return:
    """A return of two pieces that the reviewer has agreed to, in either dialect."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.content = side.refund() | {"type": "return_refund", "quantity": 2}
        side.ask(side.caller.create(self.content))
        perform(side.world, "reviewer.approve_return", {"refund": self.content["refund_id"]})
        (document,) = side.documents(self.content)
        self.number = f"TK{store.own_number(document)}"
        self.spec = side.world.state.orders[int(document.oid)].outer_id

    def push(self, out: str = "W1", quantity: Any = 1, *, checked: bool = True, **other: Any) -> Got:
        """Push an order."""
        client = self.side.caller
        order: dict[str, Any] = {"refund_no": self.number, "warehouse_no": "WH01"}
        if isinstance(client, FlagshipClient):
            lines = [{"spec_no": self.spec, "num": quantity}]
            order |= {"out_stockin_no": out, "create_mode": 2 if checked else 1, "detail_list": lines, **other}
            return self.side.ask(client.ask(CREATE_STOCK_IN, [order]))
        assert isinstance(client, EnterpriseClient)
        lines = [{"spec_no": self.spec, "stockin_num": quantity}]
        order |= {"outer_no": out, "is_check": int(checked), "detail_list": lines, **other}
        return self.side.ask(client.ask(PUSH_STOCK_IN, stockin_refund_info=order))

    def told(self, **asked: Any) -> list[dict[str, Any]]:
        """Query orders."""
        client, now = self.side.caller, self.side.world.clock.seconds()
        window = {"start_time": to_text(now - 60), "end_time": to_text(now + 60), **asked}
        if isinstance(client, FlagshipClient):
            data = self.side.ask(client.ask(SEARCH_STOCK_INS, [window], **PAGE)).json()["data"]
            assert data["total_count"] == len(data["order"])
            return list(data["order"])
        assert isinstance(client, EnterpriseClient)
        found = self.side.ask(client.ask(STOCK_INS, None, **{name: str(one) for name, one in window.items()})).json()
        assert found["total_count"] == len(found["stockin_list"])
        return list(found["stockin_list"])

    @property
    def received(self) -> int:
        return self.side.documents(self.content)[0].received

    @property
    def status(self) -> int:
        return int(self.side.documents(self.content)[0].raw["process_status"])


@pytest.fixture(params=PROFILES)
def coming(request: pytest.FixtureRequest, opened: Opens) -> Return:
    return Return(opened(request.param))


def _error(answer: Got) -> str:
    return str(answer.json()["message"])


def test_goods_come_in_parts_and_move_the_document(coming: Return) -> None:
    assert not coming.side.caller.error(coming.push("W1"))
    assert (coming.received, coming.status) == (1, store.PARTLY)
    assert not coming.side.caller.error(coming.push("W2"))
    assert (coming.received, coming.status) == (2, store.RECEIVED)
    assert coming.side.found(coming.content).decision == "receive"
    assert [entry.decision for entry in read(coming.side.world.book.path) if isinstance(entry, Decision)] == [
        "approve_return"
    ]

    orders = coming.told()
    assert [float(order["details_list"][0]["num"]) for order in orders] == [1, 1]
    assert [order["refund_no"] for order in orders] == [coming.number] * 2
    assert len({order["order_no"] for order in orders}) == 2


def test_a_senders_number_is_good_for_one_order(coming: Return) -> None:
    coming.push("W1")

    again = coming.push("W1")

    assert "此外部单已使用!" in _error(again)
    assert not coming.side.answer.effect
    assert coming.received == 1


def test_what_waits_to_be_checked_adds_no_goods(coming: Return) -> None:
    coming.push("W1", checked=False)

    assert (coming.received, coming.status) == (0, store.TO_RECEIVE)
    (order,) = coming.told(status="30")
    assert order["check_time"] == ""
    assert coming.told(status="80") == []


def test_what_the_erps_own_warehouse_took_in_is_an_order_too(coming: Return) -> None:
    content = coming.content | {"status": "waiting_receipt"}
    coming.side.ask(coming.side.caller.create(content))
    perform(coming.side.world, "warehouse.receive", {"refund": content["refund_id"], "quantity": 2})

    (order,) = coming.told()

    assert (float(order["goods_count"]), order["details_list"][0]["spec_no"]) == (2, coming.spec)
    assert [told.refund for told in coming.side.answer.told] == [content["refund_id"]]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"refund_no": "TK1"}, "单据不存在"),
        ({"refund_no": "5"}, "单据不存在"),
        ({"warehouse_no": ""}, "仓库编号不可为空"),
        ({"warehouse_no": "1002x"}, "仓库不存在  仓库编号: 1002x"),
        ({"detail_list": []}, "detail_list不能为空"),
        ({"detail_list": [{"spec_no": ""}]}, "must not be null"),
        ({"quantity": 3}, "数量不合法"),
        ({"quantity": 0}, "数量不合法"),
        ({"quantity": 1.5}, "数量不合法"),
        ({"quantity": "x"}, "数量不合法"),
    ],
)
def test_an_order_that_cannot_be_is_refused_in_words(coming: Return, wrong: dict[str, Any], text: str) -> None:
    assert text in _error(coming.push(**wrong))
    assert (coming.received, coming.told()) == (0, [])


def test_goods_that_the_document_is_not_about_are_refused(coming: Return) -> None:
    coming.spec = "NEW-9"

    assert "商家编码不存在" in _error(coming.push())


def test_nothing_comes_back_for_a_document_that_waits_for_nothing(coming: Return) -> None:
    coming.side.ask(coming.side.caller.create(coming.content | {"status": "refunded"}))

    assert "退换单状态不是待收货" in _error(coming.push())


@pytest.mark.parametrize("profile", PROFILES)
def test_no_order_of_tmalls_own_shops_is_told(opened: Opens, profile: str) -> None:
    coming = Return(opened(profile))
    coming.push()
    coming.side.world.set("wdt_shops", "tmall", origin="test")

    assert coming.told() == []


def test_a_quick_return_goes_to_the_document_of_its_trade_and_is_repeated_unnoticed(opened: Opens) -> None:
    coming = Return(opened("wangdiantong"))
    client, tid = coming.side.caller, coming.content["tid"]
    assert isinstance(client, FlagshipClient)

    def smart(quantity: int, *, more: bool = False, **about: str) -> dict[str, Any]:
        info = {"tid": tid, "return_warehouse_no": "WH01", "remark": "", **about}
        lines = [{"spec_no": coming.spec, "stockin_num": quantity, "remark": ""}]
        found: dict[str, Any] = coming.side.ask(client.ask(SMART, [info, lines, more])).json()
        return found

    first, second = smart(1), smart(1)
    assert (first["data"]["type"], coming.received) == (12, 2)
    assert first["data"]["stockin_id"] != second["data"]["stockin_id"]
    assert smart(1)["message"] == "数量不合法"
    assert smart(1, more=True)["status"] == 0
    assert smart(1, tid="5")["message"] == "未找到对应的单据信息!"
    assert smart(1, colour="red")["status"] == 2
    assert coming.side.ask(client.ask(SMART, [{}, []])).json()["status"] == 1


@pytest.mark.parametrize(
    "asked",
    [{"time_type": 1}, {"warehouse_no": "WH01"}, {"shop_nos": "TM01,TM02"}, {"status": "80,30"}, {"need_sn": True}],
)
def test_the_flagship_searches_orders_by_all_that_it_takes(opened: Opens, asked: dict[str, Any]) -> None:
    coming = Return(opened("wangdiantong"))
    coming.push()
    (order,) = coming.told()

    assert coming.told(**asked) == [order]
    assert coming.told(stockin_no=order["order_no"], refund_no=coming.number) == [order]
    assert coming.told(refund_no="TK9") == coming.told(warehouse_no="CK9") == []
    assert isinstance(order["created_time"], str)
    assert order["created_time"].isdigit()


@pytest.mark.parametrize(
    "wrong", [{"out_stockin_no": "x" * 21}, {"create_mode": 3}, {"create_mode": []}, {"colour": 1}, {"remark": []}]
)
def test_the_flagship_refuses_what_an_order_cannot_say(opened: Opens, wrong: dict[str, Any]) -> None:
    coming = Return(opened("wangdiantong"))

    assert coming.side.caller.error(coming.push(**wrong))
    assert coming.received == 0


@pytest.mark.parametrize("wrong", [{"outer_no": ""}, {"is_check": 2}, {"remark": "字" * 256}, {"logistics_no": []}])
def test_the_enterprise_edition_refuses_what_an_order_cannot_say(opened: Opens, wrong: dict[str, Any]) -> None:
    coming = Return(opened("wangdiantong-enterprise"))

    assert coming.side.caller.error(coming.push(**wrong)) == "100"
    assert coming.received == 0
