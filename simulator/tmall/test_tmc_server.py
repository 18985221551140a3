"""The message channel over sockets: the upgrade, pushing and confirming, and several connections."""

import asyncio
import socket
from pathlib import Path

import msgspec
import pytest

from simulator.ledger.entry import Confirmed, Connection, Published, Pushed
from simulator.tmall import messages
from simulator.tmall.tmc_caller import UPGRADE, TmcCaller, framed, greeting
from simulator.tmall.tmc_frames import BYTE, INT16, SEND, Value, encode
from simulator.tmall.tmc_scene import LOOPS, Scene, play, until

ACCEPTED = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)
"""The answer to RFC 6455's own sample key."""


def test_the_upgrade_is_answered_with_three_headers_and_no_extension(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", found.listener.port)
        head = b"GET /any?x=1 HTTP/1.1\r\nhost: elsewhere\r\nupgrade: WebSocket\r\nconnection: keep-alive, Upgrade\r\n"
        head += b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n"
        head += b"sec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
        writer.write(head[:50])
        await writer.drain()
        writer.write(head[50:] + framed(encode(greeting(found.caller.keys))))

        assert await reader.readexactly(len(ACCEPTED)) == ACCEPTED
        assert (await reader.readexactly(2))[0] == 0x82  # the acknowledgement of what came right behind
        writer.close()

    play(tmp_path, scene)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_message_is_pushed_as_soon_as_it_is_published_and_confirmed_once(tmp_path: Path, loop: str) -> None:
    async def scene(found: Scene) -> None:
        client = await found.client()
        refund = found.caller.refund()

        frame = await client.receive()

        (published,) = found.told(Published)
        assert (frame.kind, frame.token, frame.flag) == (SEND, client.token, 0)
        assert str(frame.number("id")) == published.message
        assert frame.text("topic") == "taobao_refund_RefundCreated"
        assert msgspec.json.decode(frame.text("content"))["refund_id"] == int(refund.refund_id)
        client.confirm(int(published.message))
        client.pull()
        await client.close()
        await until(lambda: len(found.told(Connection)) == 2)
        (pushed,), (confirmed,) = found.told(Pushed), found.told(Confirmed)
        assert (pushed.message, pushed.channel, pushed.connection, pushed.attempt) == (published.message, "ws", "c1", 1)
        assert (confirmed.message, confirmed.channel, confirmed.connection, confirmed.result) == (
            published.message,
            "ws",
            "c1",
            "ok",
        )
        assert published.seq < pushed.seq < confirmed.seq
        assert pushed.refunds == confirmed.refunds == (refund.refund_id,)
        assert [entry.event for entry in found.told(Connection)] == ["opened", "closed"]
        assert found.world.state.queues.rows == {}

    play(tmp_path, scene, loop=loop)


@pytest.mark.parametrize("loop", LOOPS)
def test_what_was_published_before_comes_once_somebody_connects(tmp_path: Path, loop: str) -> None:
    async def scene(found: Scene) -> None:
        for _ in range(100):
            found.caller.refund()
        client = await found.client()

        numbers = [(await client.receive()).number("id") for _ in range(100)]

        assert [str(number) for number in numbers] == [entry.message for entry in found.told(Published)]
        await client.close()

    play(tmp_path, scene, loop=loop)


@pytest.mark.parametrize("loop", LOOPS)
def test_several_connections_share_a_queue_each_message_goes_to_one(tmp_path: Path, loop: str) -> None:
    async def scene(found: Scene) -> None:
        clients = [await found.client() for _ in range(3)]
        for _ in range(30):
            found.caller.refund()

        taken = [[(await client.receive()).number("id") for _ in range(10)] for client in clients]

        assert len({number for numbers in taken for number in numbers}) == 30
        assert {entry.connection for entry in found.told(Pushed)} == {"c1", "c2", "c3"}
        for client in clients:
            await client.close()

    play(tmp_path, scene, loop=loop)


def test_a_message_that_is_not_confirmed_or_failed_comes_again_by_itself(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        client = await found.client()
        found.caller.refund()
        number = (await client.receive()).number("id")
        assert number is not None
        client.confirm(number, kind=20, msg=Value(1, "no stock"))

        again = await client.receive()

        assert (again.number("id"), again.number("retried")) == (number, 1)
        (failed,) = found.told(Confirmed)
        assert (failed.result, failed.reason) == ("failed", "no stock")
        await client.close()

    play(tmp_path, scene, tmc_redelivery=0.2)


def test_what_falls_due_when_a_story_moves_the_time_on_comes_at_once(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        client = await found.client()
        found.caller.refund()
        number = (await client.receive()).number("id")

        found.world.move_on(301_000)

        assert (await client.receive()).number("id") == number
        await client.close()

    play(tmp_path, scene)


def test_a_connection_that_ends_leaves_its_unconfirmed_messages_to_the_others(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        first = await found.client()
        found.caller.refund()
        number = (await first.receive()).number("id")
        await first.close()
        second = await found.client()

        again = await second.receive()

        assert again.number("id") == number
        assert [entry.connection for entry in found.told(Pushed)] == ["c1", "c2"]
        await second.close()

    play(tmp_path, scene, tmc_redelivery=0.3)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_client_that_does_not_read_is_given_no_more_and_holds_nobody_up(tmp_path: Path, loop: str) -> None:
    async def scene(found: Scene) -> None:
        count, content = 3000, "x" * 8000
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(deaf, ("127.0.0.1", found.listener.port))
        await loop.sock_sendall(deaf, UPGRADE + framed(encode(greeting(found.caller.keys))))
        quick = await found.client()
        await until(lambda: len(found.told(Connection)) == 2)
        for _ in range(count):
            messages.publish(found.world, found.caller.shop, "taobao_refund_RefundCreated", content)

        taken = {(await quick.receive()).number("id") for _ in range(count * 3 // 4)}

        assert len(taken) == count * 3 // 4
        deaf.close()
        await quick.close()

    play(tmp_path, scene, loop=loop)


def test_a_newer_connection_takes_the_place_of_the_oldest_by_setting(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        first = await found.client()
        second = await found.client()

        assert await first.ended() == b""
        found.caller.refund()
        assert (await second.receive()).kind == SEND
        assert [(entry.connection, entry.event) for entry in found.told(Connection)] == [
            ("c1", "opened"),
            ("c2", "opened"),
            ("c1", "taken_over"),
        ]
        await second.close()

    play(tmp_path, scene, tmc_connections=1)


def test_two_groups_and_two_apps_have_queues_of_their_own(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        world = found.world
        world.change([("group", f"{found.caller.keys['app_key']}:urgent", {})], actor="integration", action="group")
        other = await found.client(group_name="urgent")
        client = await found.client()
        found.caller.refund()

        assert (await client.receive()).kind == SEND
        other.pull()
        assert [entry.group for entry in found.told(Pushed)] == ["default"]
        await other.close()
        await client.close()

    play(tmp_path, scene)


def test_a_message_in_fragments_and_byte_by_byte_is_read(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        client = await TmcCaller.open(found.listener.port)
        payload = encode(greeting(found.caller.keys))
        pieces = (
            framed(payload[:20], first=0x02) + framed(payload[20:90], first=0x00) + framed(payload[90:], first=0x80)
        )
        for byte in pieces:
            client.writer.write(bytes((byte,)))
            await client.writer.drain()

        assert (await client.receive()).token
        await client.close()

    play(tmp_path, scene)


def test_a_number_is_confirmed_in_the_smallest_width_that_holds_it(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        client = await found.client()
        client.confirm(300, form=INT16)
        client.confirm(5, form=BYTE)
        found.caller.refund()

        assert (await client.receive()).kind == SEND  # numbers that nobody knows are no error
        assert found.told(Confirmed) == []
        await client.close()

    play(tmp_path, scene)


def test_a_listener_that_refuses_drops_its_clients_and_listens_again(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        client = await found.client()
        await found.listener.refuse()
        assert await client.ended() == b""
        with pytest.raises(ConnectionRefusedError):
            await found.client()
        await found.listener.listen()

        again = await found.client()

        assert [entry.event for entry in found.told(Connection)] == ["opened", "closed", "opened"]
        await client.close()
        await again.close()

    play(tmp_path, scene)


def test_whoever_is_connected_comes_again_when_the_sandbox_begins_again(tmp_path: Path) -> None:
    async def scene(found: Scene) -> None:
        client = await found.client()
        found.caller.refund()
        assert (await client.receive()).kind == SEND

        found.world.begin_again()

        assert await client.ended() == b""
        again = await found.client()
        found.caller.refund()
        assert (await again.receive()).number("retried") == 0
        assert [entry.connection for entry in found.told(Pushed)] == ["c1"]
        await client.close()
        await again.close()

    play(tmp_path / "first", scene)
