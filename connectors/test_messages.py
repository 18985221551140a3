"""From the platform's messages to the ERP."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.clock import Clock
from connectors.conftest import Bench
from connectors.errors import Later
from connectors.messages import listening
from connectors.program import Connector
from connectors.settings import Settings, Shop
from connectors.stand_in import ISP, LOST_AFTER, Sides

ID = "318273645091827364"
OTHER = "318273645091827365"


def test_a_message_brings_the_refund_as_it_is_now_and_is_confirmed(bench: Bench, sides: Sides) -> None:
    sides.add(ID)
    sides.post(ID)

    bench.listen()

    assert sides.document(ID)["amount"] == "8.35"
    assert sides.queue == []
    assert sides.asked("taobao.refunds.receive.get") == []


def test_the_app_asks_for_messages_without_any_session(bench: Bench, sides: Sides) -> None:
    bench.listen()

    assert "session" not in sides.asked("taobao.tmc.messages.consume")[0]


def test_a_message_is_kept_before_it_is_confirmed_and_survives_a_crash_in_between(
    bench_of: Callable[..., Bench], sides: Sides
) -> None:
    sides.add(ID)
    sides.post(ID)
    killed = bench_of()
    killed.post.cycle()
    killed.close()

    bench_of().listen()

    assert sides.queue == []
    assert sides.document(ID)["status"] == "pending"


def test_a_confirmation_that_fails_leaves_the_message_to_be_delivered_again(bench: Bench, sides: Sides) -> None:
    sides.add(ID)
    sides.post(ID)
    sides.trouble("taobao.tmc.messages.confirm", ISP)

    with pytest.raises(Later):
        bench.listen()
    assert len(sides.queue) == 1
    bench.until(lambda: not sides.queue, bench.listen)

    assert len(sides.asked("erp.put")) == 1


def test_the_same_message_twice_and_another_about_the_same_make_one_document_and_no_second_write(
    bench: Bench, sides: Sides
) -> None:
    sides.add(ID)
    for _ in range(3):
        sides.post(ID)
    bench.listen()
    sides.post(ID)
    bench.listen()

    assert len(sides.asked("erp.put")) == 1


def test_an_erp_that_is_down_keeps_the_refund_in_the_inbox_and_the_queue_empty(bench: Bench, sides: Sides) -> None:
    sides.add(ID)
    sides.post(ID)
    sides.trouble("erp.put", 503)

    bench.listen()

    assert sides.queue == []
    assert [refund_id for refund_id, _ in bench.memory.inbox("shop")] == [ID]
    bench.until(lambda: bench.memory.inbox("shop") == [], bench.listen)
    assert list(sides.documents) == [f"TM-{ID}"]


def test_a_write_of_unknown_outcome_is_looked_at_before_the_message_is_let_go(bench: Bench, sides: Sides) -> None:
    sides.add(ID)
    sides.post(ID)
    sides.trouble("erp.put", LOST_AFTER)

    bench.until(lambda: bench.memory.inbox("shop") == [] and bool(sides.documents), bench.listen)

    assert len(sides.documents) == 1


def test_a_refund_told_of_again_while_it_is_looked_at_is_looked_at_once_more(bench: Bench) -> None:
    bench.memory.take_in([("shop", ID)], [])
    ((_, number),) = bench.memory.inbox("shop")
    bench.memory.take_in([("shop", ID)], [])

    bench.memory.looked_at("shop", ID, number)

    assert [refund_id for refund_id, _ in bench.memory.inbox("shop")] == [ID]


@pytest.mark.parametrize(
    ("shop", "content", "why"),
    [
        ("shop", '{"refund_id": 1', "its content is no JSON"),
        ("shop", "[1]", "its content is no JSON object"),
        ("shop", '{"tid": 1}', "it names no refund"),
        ("elsewhere", "", "elsewhere is no shop of ours"),
    ],
)
def test_what_makes_no_sense_is_put_aside_and_confirmed_and_stops_nothing(
    bench: Bench, sides: Sides, shop: str, content: str, why: str
) -> None:
    odd = sides.post(ID, shop=shop, content=content)
    sides.add(OTHER)
    sides.post(OTHER)

    bench.listen()

    assert bench.memory.aside() == [(odd, why)]
    assert sides.queue == []
    assert list(sides.documents) == [f"TM-{OTHER}"]


def test_what_trades_and_ag_say_besides_is_confirmed_and_not_even_put_aside(bench: Bench, sides: Sides) -> None:
    sides.add(ID)
    for topic in ("taobao_trade_TradeChanged", "taobao_trade_TradePartlyConfirmPay", "taobao_ag_RefundBroad"):
        sides.post(ID, topic=topic)

    bench.listen()

    assert sides.queue == []
    assert bench.memory.aside() == []
    assert sides.asked("taobao.refund.get") == []


def test_a_classic_message_of_a_replacement_is_about_an_exchange(bench: Bench, sides: Sides) -> None:
    sides.post(ID, content=json.dumps({"refund_id": int(ID), "seller_nick": "shop", "bill_type": "replace_bill"}))

    bench.post.cycle()

    assert bench.memory.fact("shop", ID, "kind") == "exchange"


def test_more_messages_than_one_answer_holds_are_all_taken_at_once(bench: Bench, sides: Sides) -> None:
    ids = [str(310020045678900000 + number) for number in range(230)]
    for refund_id in ids:
        sides.post(refund_id)

    bench.post.cycle()

    assert sides.queue == []
    assert [refund_id for refund_id, _ in bench.memory.inbox("shop")] == ids
    assert len(sides.asked("taobao.tmc.messages.consume")) == 3


def test_it_listens_once_for_each_app_and_reads_the_list_of_each_shop_now_and_then(tmp_path: Path) -> None:
    shops = tuple(
        Shop(nick=nick, app_key=app, app_secret="s", session="main", sub_session="sub")
        for nick, app in (("a", "1"), ("b", "1"), ("c", "2"))
    )
    told = Settings(
        top_url="http://127.0.0.1:9/router/rest", erp_url="http://127.0.0.1:9", erp_key="key", shops=shops,
        database=tmp_path / "a.sqlite", clock=Clock(), poll=0.5, reconcile=7,
    )  # fmt: skip

    connector = Connector(told, listening)
    connector.desks[0].delivery.memory.close()

    names = [loop.name for loop in connector.loops]
    assert [name for name in names if name.startswith("messages")] == ["messages of 1", "messages of 2"]
    assert [name for name in names if name.endswith("refunds")] == ["a refunds", "b refunds", "c refunds"]
    assert all(isinstance(loop, threading.Thread) for loop in connector.loops)


def test_ids_beyond_what_a_float_holds_come_through_unchanged(bench: Bench, sides: Sides) -> None:
    number = sides.post("318273645091827367")

    (letter,) = bench.post.take()

    assert (letter.id, letter.refund_id) == (number, "318273645091827367")
    assert json.loads(letter.content)["refund_id"] == 318273645091827367
