"""Callbacks: signed, repeated until accepted, recorded, and never in the way of anything else."""

import asyncio
import hashlib
import hmac
from pathlib import Path

import msgspec
import pytest

from simulator.actors import perform
from simulator.erp import callbacks, registry, writing
from simulator.errors import UserError
from simulator.faults.plan import FaultPlan
from simulator.ledger.entry import Callback
from simulator.ledger.replay import read
from simulator.tmall.trades import create_trade
from simulator.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World.open(tmp_path)
    world.add_shop("一号店")
    world.set("erp_push_pause", 0, origin="test")
    return world


def _decide(world: World) -> str:
    """Let a reviewer approve a refund and return its id."""
    trade = create_trade(world, {"orders": [{"price": "19.99"}]})
    refund = str(perform(world, "buyer.apply", {"tid": str(trade.tid), "amount": "8.35"})["result"]["refund_id"])
    content = {"shop": "一号店", "refund_id": refund, "type": "refund_only", "amount": 835}
    writing.create(world, "TM-1", content, {})
    assert perform(world, "reviewer.approve", {"refund": refund})["accepted"]
    return refund


class Listener:
    """An integration that gives prepared answers and keeps what it was sent."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.heard: list[tuple[dict[str, str], bytes]] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
        self.heard.append((headers, await reader.readexactly(int(headers["content-length"]))))
        writer.write(self.answers.pop(0))
        writer.close()


def _play(world: World, listener: Listener) -> list[Callback]:
    """Decide something while *listener* listens, and return the callback entries once all is delivered."""

    async def played() -> None:
        server = await asyncio.start_server(listener, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        callbacks.set_url(world, f"http://127.0.0.1:{port}/callback?a=1")
        _decide(world)
        while callbacks._under_way:
            await asyncio.wait(callbacks._under_way)
        server.close()

    asyncio.run(played())
    return [entry for entry in read(world.book.path) if isinstance(entry, Callback)]


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nsuc\r\n4;x=1\r\ncess\r\n0\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
BUSY = b"HTTP/1.1 503 Service Unavailable\r\n\r\n"


def test_a_decision_is_sent_signed_with_the_document_as_the_api_shows_it(world: World) -> None:
    listener = Listener(OK)

    entries = _play(world, listener)

    ((headers, content),) = listener.heard
    signed = headers["x-timestamp"].encode() + b"." + content
    body = msgspec.json.decode(content)
    right = hmac.new(world.callback_secret.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["x-signature"] == right
    assert (body["delivery"], body["event"]) == (headers["x-delivery"], "decision")
    assert (body["document"]["external"], body["document"]["decision"]["kind"]) == ("TM-1", "approve")
    assert [(entry.event, entry.status) for entry in entries] == [("sent", 0), ("answered", 200)]
    assert (entries[1].document, entries[1].revision, entries[1].side) == ("D000001", 2, "erp")


def test_a_refused_callback_is_repeated_under_the_same_number(world: World) -> None:
    listener = Listener(BUSY, b"", OK)

    entries = _play(world, listener)

    assert [entry.event for entry in entries] == ["sent", "refused", "sent", "failed", "sent", "answered"]
    assert len({headers["x-delivery"] for headers, _ in listener.heard}) == 1
    assert "without an answer" in entries[3].detail


@pytest.mark.parametrize(
    ("fault", "events"),
    [
        ({"fault": "callback-lost"}, []),
        ({"fault": "callback-delayed", "seconds": 0.01}, ["sent", "answered"]),
        ({"fault": "callback-duplicated", "copies": 2}, ["sent", "answered"] * 3),
        ({"fault": "callback-lost", "refund": "1"}, ["sent", "answered"]),
    ],
)
def test_faults_lose_delay_and_repeat_it(world: World, fault: dict[str, object], events: list[str]) -> None:
    FaultPlan(world).arm(fault)
    listener = Listener(OK, OK, OK)

    entries = _play(world, listener)

    assert sorted(entry.event for entry in entries) == sorted(events)
    assert len({entry.callback for entry in entries}) <= 1
    assert len({content for _, content in listener.heard}) <= 1


def test_faults_of_callbacks_strike_nothing_else(world: World) -> None:
    with pytest.raises(UserError, match=r"fault callback-lost does not strike erp\.create"):
        FaultPlan(world).arm({"fault": "callback-lost", "call": "erp.create"})
    with pytest.raises(UserError, match=r"fault slow does not strike erp\.callback"):
        FaultPlan(world).arm({"fault": "slow", "call": "erp.callback"})


def test_after_three_tries_it_is_given_up(world: World) -> None:
    listener = Listener(BUSY, BUSY, b"what?\r\n")

    entries = _play(world, listener)

    assert [entry.event for entry in entries][-2:] == ["sent", "failed"]
    assert "not HTTP" in entries[-1].detail
    assert len(entries) == 6


def test_an_interim_answer_is_waited_past(world: World) -> None:
    assert [entry.status for entry in _play(world, Listener(b"HTTP/1.1 100 Continue\r\n\r\n" + OK))] == [0, 200]


@pytest.mark.parametrize(
    ("answer", "content"),
    [
        (CHUNKED, b"success"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfailing", b"fail"),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", b"until the end"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", b"short"),
        (CHUNKED.replace(b"4;x=1", b"what?"), b"suc"),
    ],
)
def test_the_profile_is_asked_whether_an_answer_takes_the_callback(
    world: World, monkeypatch: pytest.MonkeyPatch, answer: bytes, content: bytes
) -> None:
    asked: list[tuple[int, bytes]] = []

    def took(_profile: object, status: int, said: bytes) -> bool:
        asked.append((status, said))
        return len(asked) == 2

    monkeypatch.setattr(type(registry.of(world)), "took", took)

    entries = _play(world, Listener(answer, answer))

    assert [entry.event for entry in entries] == ["sent", "refused", "sent", "answered"]
    assert asked == [(int(answer[9:12]), content)] * 2


def test_without_the_setting_there_is_no_signature(world: World) -> None:
    world.set("erp_callbacks_signed", False, origin="control")
    listener = Listener(OK)

    _play(world, listener)

    assert "x-signature" not in listener.heard[0][0]


def test_without_a_url_nothing_is_sent(world: World) -> None:
    callbacks.set_url(world, "http://127.0.0.1:9/")
    callbacks.set_url(world, "")

    async def played() -> None:
        _decide(world)
        assert not callbacks._under_way

    asyncio.run(played())


def test_a_silent_listener_holds_nobody_up(world: World) -> None:
    world.set("erp_push_timeout", 0.05, origin="test")
    world.set("erp_push_tries", 1, origin="test")
    hung: list[asyncio.StreamWriter] = []

    async def played() -> None:
        server = await asyncio.start_server(lambda _, writer: hung.append(writer), "127.0.0.1", 0)
        callbacks.set_url(world, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        _decide(world)
        assert len(callbacks._under_way) == 1  # the decision is done, the callback is not
        await asyncio.wait(callbacks._under_way)
        for writer in hung:
            writer.close()
        server.close()

    asyncio.run(played())
    last = [entry for entry in read(world.book.path) if isinstance(entry, Callback)][-1]
    assert (last.event, last.detail) == ("failed", "no answer within 0.05 s")


@pytest.mark.parametrize("url", ["ftp://host/x", "127.0.0.1:9000", "http://"])
def test_a_callback_url_is_http(world: World, url: str) -> None:
    with pytest.raises(UserError, match="no callback URL"):
        callbacks.set_url(world, url)
