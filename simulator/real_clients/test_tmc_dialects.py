"""Message clients that are not run here, by their bytes: each connects, takes messages, confirms, and how it fails."""

from pathlib import Path

import pytest

from simulator.ledger.entry import Confirmed, Connection, Pushed
from simulator.real_clients.tmc_dialects import DIALECTS, JAVA_UPGRADE, java_confirm, tmcpy_confirm
from simulator.tmall.tmc_caller import CLOSE, PING, TmcCaller, framed
from simulator.tmall.tmc_frames import SEND, SEND_ACK, VOID, Frame, Value
from simulator.tmall.tmc_scene import Scene, play, until


async def _connected(found: Scene, name: str) -> TmcCaller:
    dialect = DIALECTS[name]
    client = await TmcCaller.open(found.listener.port, dialect.upgrade)
    client.writer.write(dialect.after + dialect.connect(found.caller.keys))
    answer = await client.receive()
    assert (answer.flag, answer.status, len(answer.token)) == (dialect.flag, 0, 36)
    client.token = answer.token
    return client


@pytest.mark.parametrize("name", DIALECTS)
def test_it_connects_is_pushed_two_messages_and_confirms_them(tmp_path: Path, name: str) -> None:
    async def scene(found: Scene) -> None:
        client = await _connected(found, name)
        client.pull()
        numbers = []
        for _ in range(2):
            found.caller.refund()
            frame = await client.receive()
            assert (frame.kind, frame.token) == (SEND, client.token)
            numbers.append(frame.number("id") or 0)
            client.writer.write(DIALECTS[name].confirm(client.token, numbers[-1]))
        client.writer.write(framed(b"", CLOSE))
        await until(lambda: [entry.event for entry in found.told(Connection)] == ["opened", "closed"])

        confirmed = [int(entry.message) for entry in found.told(Confirmed)]
        exactly = [number for number in numbers if name != "node-top" or int(float(number)) == number]
        assert confirmed == exactly  # node-top confirms numbers that nobody sent
        await client.close()

    play(tmp_path, scene)


def test_node_top_is_sent_what_it_confirmed_under_another_number_again_and_again(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        client = await _connected(found, "node-top")
        found.caller.refund()
        found.caller.refund()
        numbers = [(await client.receive()).number("id") or 0 for _ in range(2)]
        number = next(number for number in numbers if int(float(number)) != number)  # of two neighbours at least one
        client.writer.write(DIALECTS["node-top"].confirm(client.token, number))

        assert number in [(await client.receive()).number("id") for _ in range(2)]
        assert found.told(Confirmed) == []
        await client.close()

    play(tmp_path, scene, tmc_redelivery=0.2)


def test_java_confirms_from_many_threads_in_any_order_and_a_repeat_changes_nothing(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        client = await _connected(found, "java")
        numbers = []
        for _ in range(5):
            found.caller.refund()
            numbers.append((await client.receive()).number("id") or 0)
        for number in [*reversed(numbers), *numbers]:
            client.writer.write(java_confirm(client.token, number))
        await until(lambda: len(found.told(Confirmed)) == 5)

        assert [int(entry.message) for entry in found.told(Confirmed)] == numbers[::-1]
        assert found.world.state.queues.rows == {}
        await client.close()

    play(tmp_path, scene)


def test_java_that_could_not_read_a_message_neither_confirms_nor_fails_it(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        client = await _connected(found, "java")
        found.caller.refund()
        number = (await client.receive()).number("id")
        client.send(Frame(kind=SEND_ACK, phrase="java.lang.ClassCastException", token=client.token))

        assert (await client.receive()).number("id") == number
        assert found.told(Confirmed) == []
        await client.close()

    play(tmp_path, scene, tmc_redelivery=0.2)


def test_java_with_manual_confirmation_fails_each_message_before_it_confirms_it(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        client = await _connected(found, "java")
        found.caller.refund()
        number = (await client.receive()).number("id") or 0
        client.confirm(number, kind=20, msg=Value(VOID, None))
        client.writer.write(java_confirm(client.token, number))
        await until(lambda: len(found.told(Confirmed)) == 2)

        assert [entry.result for entry in found.told(Confirmed)] == ["failed", "ok"]
        await client.close()

    play(tmp_path, scene)


def test_java_pings_before_and_after_it_connects_and_hears_nothing_but_messages(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        client = await TmcCaller.open(found.listener.port, JAVA_UPGRADE)
        client.writer.write(framed(b"", PING) + DIALECTS["java"].connect(found.caller.keys) + framed(b"", PING))

        assert (await client.piece()).first == 0x82
        found.caller.refund()
        assert (await client.piece()).first == 0x82
        await client.close()

    play(tmp_path, scene)


def test_java_that_reconnects_has_a_new_flag_and_gets_what_it_had_not_confirmed(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        client = await _connected(found, "java")
        found.caller.refund()
        number = (await client.receive()).number("id")
        client.writer.transport.abort()
        again = await TmcCaller.connected(found.listener.port, found.caller.keys, flag=2)

        frame = await again.receive()

        assert (frame.number("id"), frame.number("retried")) == (number, 1)
        assert len(found.told(Pushed)) == 2
        await again.close()

    play(tmp_path, scene, tmc_redelivery=0.2)


def test_tmcpy_writes_small_numbers_in_few_bytes() -> None:
    assert len(tmcpy_confirm("t", 5)) < len(tmcpy_confirm("t", 300)) < len(tmcpy_confirm("t", 70_000))


def test_a_long_close_reason_of_java_ends_the_connection_cleanly(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        client = await _connected(found, "java")
        client.writer.write(framed(b"\x03\xe8" + b"x" * 200, CLOSE))  # longer than RFC 6455 lets it be

        assert (await client.piece()).opcode == CLOSE
        assert await client.ended() == b""
        await (await _connected(found, "java")).close()
        await client.close()

    play(tmp_path, scene)
