"""The ERP's side of the wire: what the ledger learns of a call, before and after it happens."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.actors import perform
from simulator.erp.endpoint import ErpEndpoint
from simulator.errors import UserError
from simulator.exchange import Answer, Received
from simulator.ledger.declaration import Declaration
from simulator.ledger.values import Told
from simulator.request import RawRequest
from simulator.tmall.trades import create_trade
from simulator.world import World

DOCUMENT = "/generic/v1/documents/TM-1"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World.open(tmp_path)
    world.add_shop("一号店")
    return world


@pytest.fixture
def refund(world: World) -> str:
    trade = create_trade(world, {"orders": [{"price": "19.99"}]}, play="S01#1")
    applied = perform(world, "buyer.apply", {"tid": str(trade.tid), "amount": "8.35"})
    return str(applied["result"]["refund_id"])


def _raw(world: World, method: str, path: str, body: Any = None, *, query: str = "", key: str = "") -> RawRequest:
    headers = [(b"host", b"127.0.0.1:8820"), (b"authorization", f"Bearer {key or world.erp_key}".encode())]
    content = b""
    if body is not None:
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        headers.append((b"content-type", b"application/json"))
    return RawRequest(method, path, query.encode(), headers, content, began=5)


def _new(refund: str) -> dict[str, Any]:
    return {"shop": "一号店", "refund_id": refund, "type": "refund_only", "amount": "8.35"}


def _done(world: World, received: Received) -> Answer:
    """Go through the exchange as the wire does."""
    world.book.append(received.asked)
    answer = received.effect() if received.effect is not None else received.refusal
    assert answer is not None
    received.render(answer)
    return answer


def test_a_first_write_is_a_create_and_the_next_an_update(world: World, refund: str) -> None:
    endpoint = ErpEndpoint(world)

    first = endpoint.receive(_raw(world, "PUT", DOCUMENT, _new(refund)))
    assert world.state.documents.rows == {}
    _done(world, first)
    second = endpoint.receive(_raw(world, "PUT", DOCUMENT, {"hold": True}))

    assert (first.asked.method, second.asked.method) == ("erp.create", "erp.update")
    assert (first.asked.refunds, first.asked.shop, first.asked.plays) == ((refund,), "一号店", ("S01#1",))
    assert second.asked.refunds == (refund,)
    assert second.call is not None
    assert (second.call.alias, second.call.refunds) == ("erp.update", (refund,))
    assert second.asked.params == {"path": DOCUMENT, "body": {"hold": True}}


def test_a_write_tells_its_document_and_names_its_cause(world: World, refund: str) -> None:
    received = ErpEndpoint(world).receive(_raw(world, "PUT", DOCUMENT, _new(refund)))

    answer = _done(world, received)

    (changed,) = (
        found for line in world.book.lines(0, 99) if (found := msgspec.json.decode(line)).get("action") == "create"
    )
    assert answer.told == [Told(refund, 1, document="D000001")]
    assert answer.fields == ("*",)
    assert (answer.status, answer.effect, answer.body["amount"]) == (201, True, "8.35")
    assert (changed["actor"], changed["cause"], changed["side"]) == ("integration", received.asked.seq, "erp")
    assert answer.content == msgspec.json.encode(answer.body)


def test_an_unchanged_write_has_no_effect(world: World, refund: str) -> None:
    endpoint = ErpEndpoint(world)
    _done(world, endpoint.receive(_raw(world, "PUT", DOCUMENT, _new(refund))))

    again = _done(world, endpoint.receive(_raw(world, "PUT", DOCUMENT, _new(refund))))

    assert (again.status, again.effect, again.told) == (200, False, [Told(refund, 1, document="D000001")])


def test_a_list_tells_every_document_and_names_no_refund(world: World, refund: str) -> None:
    endpoint = ErpEndpoint(world)
    for number in range(3):
        _done(world, endpoint.receive(_raw(world, "PUT", f"{DOCUMENT}{number}", _new(refund))))

    received = endpoint.receive(_raw(world, "GET", "/generic/v1/documents", query="after=1&limit=1"))
    answer = _done(world, received)

    assert (received.asked.method, received.asked.refunds) == ("erp.list", ())
    assert received.asked.params["query"] == {"after": "1", "limit": "1"}
    assert (answer.told, answer.has_next, answer.body) == ([Told(refund, 1, document="D000002")], True, {})


def test_an_error_tells_nothing_and_is_kept_in_short(world: World, refund: str) -> None:
    answer = _done(world, ErpEndpoint(world).receive(_raw(world, "GET", DOCUMENT)))

    assert (answer.status, answer.told, answer.effect) == (404, [], False)
    assert answer.error == {"code": "not_found", "message": "there is no document TM-1"}


def test_a_wrong_key_is_refused_before_faults_and_hooks(world: World, refund: str) -> None:
    received = ErpEndpoint(world).receive(_raw(world, "PUT", DOCUMENT, _new(refund), key="wrong"))

    assert received.call is None
    assert received.effect is None
    assert received.refusal is not None
    assert (received.refusal.status, received.refusal.error["code"]) == (401, "unauthorized")
    assert world.state.documents.rows == {}


def test_the_key_never_reaches_the_ledger(world: World, refund: str) -> None:
    body = _new(refund) | {"note": f"key is {world.erp_key}"}
    _done(world, ErpEndpoint(world).receive(_raw(world, "PUT", DOCUMENT, body, query=f"key={world.erp_key}")))

    asked = next(line for line in world.book.lines(0, 99) if b'"kind":"asked"' in line)
    assert world.erp_key.encode() not in asked
    assert asked.count(world.vault.token(world.erp_key).encode()) == 2


@pytest.mark.parametrize("body", [b"\x00\xff", b'{"refund_id": [1]}', b"[]", b"1e999", b'{"shop": 1%s}' % (b"0" * 99)])
def test_whatever_comes_can_be_written_into_the_ledger(world: World, body: bytes) -> None:
    answer = _done(world, ErpEndpoint(world).receive(_raw(world, "PUT", DOCUMENT, body)))

    assert answer.status == 400


def test_an_answer_that_a_fault_made_up_is_shaped_as_an_error(world: World, refund: str) -> None:
    received = ErpEndpoint(world).receive(_raw(world, "GET", DOCUMENT))
    answer = Answer(status=503, error={"code": "internal_error", "message": "the ERP is out of order"})

    received.render(answer)

    assert msgspec.json.decode(answer.content) == {"error": answer.error}
    assert answer.headers == ((b"content-type", b"application/json"),)


def test_an_unknown_profile_is_answered_with_the_nearest(tmp_path: Path) -> None:
    world = World.open(tmp_path, declaration=Declaration(profile="genric"))

    with pytest.raises(UserError, match="Did you mean generic"):
        ErpEndpoint(world)
