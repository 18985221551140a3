"""Listeners: ports, refusal, and what may be bound."""

import asyncio
import socket
from pathlib import Path

import pytest

from simulator.connection import KEEP_ALIVE, Connection
from simulator.errors import UserError
from simulator.exchange import Answer
from simulator.listeners import Listener, bind, is_loopback
from simulator.request import RawRequest
from simulator.serving import Options, Simulator


class _Hello:
    def take(self, raw: RawRequest, connection: Connection) -> None:
        connection.answer(Answer(content=b"hi"))


async def _get(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return answer


def test_a_listener_that_refuses_listens_again_on_the_same_port() -> None:
    async def scene() -> None:
        listener = Listener("tmall", _Hello(), bind("tmall", "127.0.0.1", 0))
        await listener.listen()
        assert (await _get(listener.port)).endswith(b"hi")
        listener.refuse()
        with pytest.raises(ConnectionRefusedError):
            await _get(listener.port)
        await listener.listen()
        assert (await _get(listener.port)).endswith(b"hi")
        await listener.close()

    asyncio.run(scene())


def test_a_port_in_use_is_named_with_the_remedy() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(UserError, match=f"port {port} on 127.0.0.1 cannot be used for erp.*--port 0"):
            bind("erp", "127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("shop", False)],
)
def test_only_loopback_addresses_are_of_this_machine_alone(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(("allow", "token"), [(False, ""), (True, ""), (False, "t0ken")])
def test_binding_beyond_loopback_needs_permission_and_a_token(tmp_path: Path, allow: bool, token: str) -> None:
    options = Options(data=tmp_path, host="0.0.0.0", port=0, allow_remote=allow, token=token)

    with pytest.raises(UserError, match="reachable from other machines"):
        Simulator(options)


def test_an_idle_connection_is_kept_for_longer_than_anybody_waits_between_polls() -> None:
    assert KEEP_ALIVE > 60
