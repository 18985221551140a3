"""Whoever waits, for the ledger or for messages, keeps nobody else waiting."""

import socket
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
import urllib3

from simulator.clock import Clock, to_text
from simulator.ledger.entry import Asked, Connection, Delivered
from simulator.real_clients.sandbox import Sandbox
from simulator.tmall.signing import sign
from simulator.tmall.tmc_caller import UPGRADE, framed, greeting
from simulator.tmall.tmc_frames import encode

POLLS = 50
READS = 150


@pytest.fixture(name="sandbox")
def _sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path)
    yield sandbox
    sandbox.end()


def _latency(sandbox: Sandbox, refund: str) -> float:
    """Return the seconds of a read of *refund* that others on this machine disturb least: of the quickest tenth."""
    app = sandbox.app()
    params = {
        "method": "taobao.refund.get",
        "app_key": app["app_key"],
        "session": app["session"],
        "timestamp": to_text(Clock().seconds()),
        "format": "json",
        "v": "2.0",
        "sign_method": "md5",
        "refund_id": refund,
        "fields": "refund_id,status",
    }
    params["sign"] = sign(params, app["app_secret"], "md5")
    body = urlencode(params).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    found = []
    with urllib3.PoolManager() as pool:
        for _ in range(READS):
            began = time.perf_counter()
            assert pool.request("POST", app["url"], body=body, headers=headers).status == 200
            found.append(time.perf_counter() - began)
    return statistics.quantiles(found, n=10)[0]


def test_a_call_begins_after_the_answer_that_its_caller_waited_for(sandbox: Sandbox) -> None:
    refund = sandbox.refund().refund_id
    _latency(sandbox, refund)

    entries = [entry for entry in sandbox.control.ledger(0, 0, limit=5000) if entry.refunds == (refund,)]

    began = [entry.began for entry in entries if isinstance(entry, Asked)]
    delivered = [entry.mono for entry in entries if isinstance(entry, Delivered)]
    assert len(began) == len(delivered) == READS
    assert all(answer <= question for answer, question in zip(delivered, began[1:], strict=False))


def _token(sandbox: Sandbox) -> str:
    endpoints = sandbox.control.endpoints()
    return str(endpoints["token"])


def test_fifty_pending_polls_leave_the_latency_of_a_read_as_it_was(sandbox: Sandbox) -> None:
    refund = sandbox.refund().refund_id
    url = urlsplit(sandbox.control.base_url)
    request = f"GET /v1/ledger?after=999999999&wait=60 HTTP/1.1\r\nHost: {url.netloc}\r\n"
    request += f"Authorization: Bearer {_token(sandbox)}\r\n\r\n"
    alone = _latency(sandbox, refund)
    waiting = [socket.create_connection((url.hostname, url.port)) for _ in range(POLLS)]
    try:
        for poll in waiting:
            poll.sendall(request.encode())
        beside = _latency(sandbox, refund)
    finally:
        for poll in waiting:
            poll.close()

    assert beside < 2 * alone + 0.001


def test_fifty_connections_to_the_message_channel_leave_the_latency_of_a_read_as_it_was(sandbox: Sandbox) -> None:
    refund = sandbox.refund().refund_id
    url = urlsplit(sandbox.control.endpoints()["tmc"])
    keys = sandbox.app()
    alone = _latency(sandbox, refund)
    waiting = [socket.create_connection((url.hostname, url.port)) for _ in range(POLLS)]
    try:
        for client in waiting:
            client.sendall(UPGRADE + framed(encode(greeting(keys))))
            client.settimeout(10)
            assert client.recv(12) == b"HTTP/1.1 101"
        while sum(entry.event == "opened" for entry in _connections(sandbox)) < POLLS:
            sandbox.control.ledger(after=999999999, wait=0.05)
        beside = _latency(sandbox, refund)
    finally:
        for client in waiting:
            client.close()

    assert beside < 2 * alone + 0.001


def _connections(sandbox: Sandbox) -> list[Connection]:
    return [entry for entry in sandbox.control.ledger() if isinstance(entry, Connection)]
