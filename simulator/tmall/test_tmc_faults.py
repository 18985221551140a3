"""Faults of the message channel's connections, and what each client that is known does about them, in its own bytes."""

import gzip
from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.errors import UserError
from simulator.faults.channel import MOMENTS
from simulator.faults.plan import FaultPlan
from simulator.ledger.entry import Confirmed, Connection, Fault, Pushed
from simulator.tmall.tmc_caller import PING, PONG, TmcCaller, framed, greeting
from simulator.tmall.tmc_frames import BYTES, SEND
from simulator.tmall.tmc_scene import Scene, play, until
from simulator.world import World


def test_a_silent_channel_takes_the_connection_and_says_nothing(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        found.plan.arm({"fault": "tmc-silent"})
        mute = await TmcCaller.open(found.listener.port)
        await _said_connect(found, mute)
        found.caller.refund()
        other = await found.client()  # the fault struck once

        assert (await other.receive()).kind == SEND
        await found.listener.refuse()
        assert await mute.ended() == b""
        assert {entry.connection for entry in found.told(Pushed)} == {"c2"}
        await mute.close()
        await other.close()

    play(tmp_path, scene)


async def _said_connect(found: Scene, client: TmcCaller) -> None:
    """Say CONNECT, and wait until the ledger has it."""
    client.send(greeting(found.caller.keys))
    await until(lambda: len(found.told(Connection)) == 1)


@pytest.mark.parametrize(
    ("options", "expected"),
    [({}, (15, "Remote service error")), ({"status": 0, "phrase": "busy"}, (0, "busy")), ({"status": "7"}, (7, "R"))],
)
def test_a_client_in_the_right_is_refused_and_the_server_closes(
    tmp_path: Path, options: dict[str, Any], expected: tuple[int, str]
) -> None:
    async def scene(found: Scene) -> None:
        found.plan.arm({"fault": "tmc-refused", **options})
        client = await TmcCaller.open(found.listener.port)

        answer = await client.connect(found.caller.keys, flag=2)

        assert (answer.status, answer.flag, answer.token) == (expected[0], 2, "")
        assert answer.phrase.startswith(expected[1])
        assert await client.ended() == b""
        assert [entry.event for entry in found.told(Connection)] == ["refused"]
        await client.close()

    play(tmp_path, scene)


@pytest.mark.parametrize(("options", "flag"), [({}, 1003), ({"flag": 0}, 0), ({"flag": 9}, 9)])
def test_a_connection_is_acknowledged_under_another_flag(tmp_path: Path, options: dict[str, Any], flag: int) -> None:
    async def scene(found: Scene) -> None:
        found.plan.arm({"fault": "tmc-unknown-flag", **options})
        client = await TmcCaller.open(found.listener.port)

        assert (await client.connect(found.caller.keys, flag=3)).flag == flag
        await client.close()

    play(tmp_path, scene)


def test_a_ping_is_answered_only_by_this_fault(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        found.plan.arm({"fault": "tmc-pong", "times": 1})
        client = await found.client()
        client.writer.write(framed(b"one", PING) + framed(b"two", PING))
        piece = await client.piece()
        found.caller.refund()

        assert (piece.opcode, piece.payload) == (PONG, b"one")
        assert (await client.receive()).kind == SEND
        await client.close()

    play(tmp_path, scene)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_connection_is_dropped_before_or_after_a_message(tmp_path: Path, when: str) -> None:
    async def scene(found: Scene) -> None:
        found.plan.arm({"fault": "tmc-dropped", "when": when})
        client = await found.client()
        found.caller.refund()

        if when == "after":
            assert (await client.receive()).kind == SEND
        assert await client.ended() == b""
        again = await found.client()
        frame = await again.receive()

        assert frame.number("retried") == (1 if when == "after" else 0)
        assert [entry.connection for entry in found.told(Pushed)] == (["c1", "c2"] if when == "after" else ["c2"])
        assert found.told(Connection)[1].detail == "fault tmc-dropped"
        await client.close()
        await again.close()

    play(tmp_path, scene, tmc_redelivery=0.2)


def test_content_comes_as_gzip(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        found.plan.arm({"fault": "tmc-gzip", "times": 1})
        client = await found.client()
        refund = found.caller.refund()
        found.caller.refund()

        packed, plain = await client.receive(), await client.receive()

        assert packed.values["content"].form == BYTES
        content = msgspec.json.decode(gzip.decompress(packed.values["content"].value))
        assert content["refund_id"] == int(refund.refund_id)
        assert [entry.fault for entry in found.told(Pushed)] == ["tmc-gzip", "tmc-gzip"]
        assert plain.values["content"].form == BYTES  # it strikes each refund once
        client.confirm(packed.number("id") or 0)
        await client.close()

    play(tmp_path, scene)


def test_a_fault_of_a_play_strikes_connections_of_its_shop_only(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        found.plan.arm({"fault": "tmc-refused", "play": "S1#1", "shop": "another"})
        await (await found.client()).close()
        second = found.world.add_shop()  # of the same app
        found.plan.arm({"fault": "tmc-refused", "play": "S1#1", "shop": second.nick})
        client = await TmcCaller.open(found.listener.port)

        assert (await client.connect(found.caller.keys)).status == 15
        await client.close()

    play(tmp_path, scene)


def test_a_fault_of_a_refund_leaves_the_messages_of_others_alone(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        refund = found.caller.refund()
        found.caller.refund()
        found.plan.arm({"fault": "tmc-gzip", "refund": refund.refund_id})
        client = await found.client()

        frames = [await client.receive() for _ in range(2)]

        assert ["gzip" if frame.values["content"].form == BYTES else "text" for frame in frames] == ["gzip", "text"]
        assert [entry.refunds for entry in found.told(Fault) if entry.event == "strike"] == [(refund.refund_id,)]
        assert found.told(Confirmed) == []
        await client.close()

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ({"fault": "tmc-refused", "status": -1}, "status of fault tmc-refused is -1"),
        ({"fault": "tmc-refused", "phrase": ""}, "phrase of fault tmc-refused is ''"),
        ({"fault": "tmc-unknown-flag", "flag": "x"}, "flag of fault tmc-unknown-flag is 'x'"),
        ({"fault": "tmc-unknown-flag", "flag": 2**31}, "flag of fault tmc-unknown-flag is"),
        ({"fault": "tmc-dropped", "when": "now"}, "when of fault tmc-dropped is 'now'"),
        ({"fault": "tmc-gzip", "call": "tmall.list"}, "tmc-gzip does not strike tmall.list"),
        ({"fault": "tmc-gzip", "call": "tmc.ping"}, "tmc-gzip does not strike tmc.ping"),
        *(({"fault": "lost-answer", "call": call}, f"lost-answer does not strike {call}") for call in MOMENTS),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(tmp_path: Path, spec: dict[str, Any], problem: str) -> None:
    plan = FaultPlan(World.open(tmp_path))

    with pytest.raises(UserError, match=problem):
        plan.arm(spec)
