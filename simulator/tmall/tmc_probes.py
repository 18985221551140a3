"""What shows that a setting of the message channel matters: for the test of every setting."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from simulator.faults.plan import FaultPlan
from simulator.ledger.entry import Pushed
from simulator.tmall import exchanges, negotiation, platform, timers, tmc_session
from simulator.tmall.caller import Caller
from simulator.tmall.queue import Message
from simulator.tmall.test_flow import Stepped
from simulator.tmall.tmc_caller import TmcCaller, greeting
from simulator.tmall.tmc_channel import Channel
from simulator.tmall.tmc_frames import encode
from simulator.tmall.tmc_scene import Scene, play_with


class _Reader:
    """A connection that keeps what happens to it."""

    def __init__(self, ident: str, heard: list[str]) -> None:
        self.ident = ident
        self.joined = 0
        self.ready = True
        self._heard = heard

    def push(self, given: list[tuple[Message, Pushed]]) -> None:
        self._heard.append(f"{self.ident} {len(given)}")

    def end(self, event: str, detail: str) -> None:
        self._heard.append(f"{self.ident} {event} {detail}")


def _two_connections(caller: Caller) -> list[str]:
    heard: list[str] = []

    async def scene() -> None:
        channel = Channel(caller.world, FaultPlan(caller.world))
        key = (caller.keys["app_key"], "default")
        readers = [_Reader("c1", heard), _Reader("c2", heard)]
        for reader in readers:
            channel.join(reader, key)
        for reader in readers:
            channel.leave(reader, key)

    asyncio.run(scene())
    return heard


def _three_messages(caller: Caller) -> list[str]:
    """Return who is pushed how many of three messages that wait for two connections."""
    for _ in range(3):
        caller.refund()
    heard: list[str] = []

    async def scene() -> None:
        channel = Channel(caller.world, FaultPlan(caller.world))
        for ident in ("c1", "c2"):
            channel.join(_Reader(ident, heard), (caller.keys["app_key"], "default"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(scene())
    return heard


def _refused_connect(caller: Caller) -> bytes:
    """Return what a client with a wrong signature is told."""

    async def scene(found: Scene) -> bytes:
        client = await TmcCaller.open(found.listener.port)
        return encode(await client.connect(found.caller.keys, sign="0" * 32))

    return play_with(caller, scene)


def _connected(caller: Caller) -> int:
    async def scene(found: Scene) -> int:
        return len((await found.client()).token)

    return play_with(caller, scene)


def _offered(caller: Caller) -> str:
    address = caller.shop.addresses[0]
    negotiation.negotiate(caller.world, caller.refund(shipped=True), 100, address)
    return _waiting(caller)[-1][1]


def _old_timestamp(caller: Caller) -> str:
    now = caller.world.clock.wall()
    payload = encode(greeting(caller.keys, timestamp=now - 700_000))
    channel = Channel(caller.world, FaultPlan(caller.world))
    return type(tmc_session.read(payload, "", channel.rules, now)).__name__


def _waiting(caller: Caller) -> list[tuple[str, str]]:
    """Return topic and content of all that waits, without what differs by itself."""
    rows = caller.world.state.queues.rows.values()
    return [(row.topic, row.content) for row in rows]


def _exchanged(caller: Caller) -> int:
    exchanges.apply(caller.world, caller.order(shipped=True), "尺码:XL")
    return len(_waiting(caller))


def _paid(caller: Caller) -> list[str]:
    timers.timer(caller.world, caller.refund())
    return [topic for topic, _ in _waiting(caller)]


def _told_twice(caller: Caller) -> list[str]:
    caller.refund()
    return [topic for topic, _ in _waiting(caller)]


def _reviewed(caller: Caller) -> list[str]:
    platform.step(caller.world, caller.refund(), "integration", "review", reviewed=True)
    return [topic for topic, _ in _waiting(caller)]


def _with_ag(caller: Caller) -> list[str]:
    world, shop = caller.world, caller.shop
    world.change([("shop", shop.nick, replace(shop, ag=True))], actor="agent", action="switch_ag", shop=shop.nick)
    return _told_twice(caller)


def _reminded(caller: Caller) -> bool:
    timers.remind(caller.world, caller.refund())
    return "refund_id" in _waiting(caller)[-1][1]


def _messages(caller: Caller) -> list[Any]:
    """Return what a queue holds after one application."""
    caller.refund()
    rows: list[Any] = caller.call("taobao.tmc.messages.consume").get("messages", {}).get("tmc_message", [])
    return rows


def _later(caller: Caller, seconds: int) -> int:
    """Return how many messages come (again) after *seconds*."""
    clock = caller.world.clock
    assert isinstance(clock, Stepped)
    clock.now += seconds * 1000
    return len(caller.call("taobao.tmc.messages.consume").get("messages", {}).get("tmc_message", []))


TMC_PROBES: Mapping[str, Callable[[Caller], Any]] = {
    "tmc_connections": _two_connections,
    "tmc_spread": _three_messages,
    "tmc_refusal": _refused_connect,
    "tmc_refusal_status": _refused_connect,
    "tmc_token": _connected,
    "tmc_dispute_fee": _offered,
    "tmc_dispute_ids": _offered,
    "tmc_exchange_topics": _exchanged,
    "tmc_dispute_topics": _told_twice,
    "tmc_mark_topics": _reviewed,
    "tmc_ag_topics": _with_ag,
    "tmc_trade_topics": _paid,
    "tmc_remind_content": _reminded,
    "tmc_timestamp_skew": _old_timestamp,
    "tmc_permitted": lambda caller: len(_messages(caller)),
    "tmc_redelivery": lambda caller: [len(_messages(caller)), _later(caller, 11)],
    "tmc_hidden": lambda caller: [len(_messages(caller)), _later(caller, 31)],
    "tmc_growth": lambda caller: [len(_messages(caller)), _later(caller, 301), _later(caller, 301)],
    "tmc_tries": lambda caller: [len(_messages(caller)), _later(caller, 301), _later(caller, 301)],
    "tmc_retention": lambda caller: [len(_messages(caller)), _later(caller, 2 * 3600)],
}
