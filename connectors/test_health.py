"""The connector's own port: alive or not, and what the ERP sends handed over as it came."""

from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest
import urllib3

from connectors import health
from connectors.callbacks import Arrived, Reply


@pytest.fixture
def arrived() -> list[Arrived]:
    return []


@pytest.fixture
def server(arrived: list[Arrived]) -> Iterator[ThreadingHTTPServer]:
    def take(found: Arrived) -> Reply:
        arrived.append(found)
        return Reply(401, b"fail")

    server = health.serve(0, lambda: True, take)
    yield server
    server.shutdown()
    server.server_close()


def _post(server: ThreadingHTTPServer, path: str, body: bytes = b"x", **headers: str) -> urllib3.BaseHTTPResponse:
    url = f"http://127.0.0.1:{server.server_address[1]}{path}"
    return urllib3.PoolManager().request("POST", url, body=body, headers=headers, retries=False)


def test_a_callback_is_handed_over_with_head_query_and_bytes(
    server: ThreadingHTTPServer, arrived: list[Arrived]
) -> None:
    answer = _post(server, "/erp?timestamp=17&nonce=&a=%E9%80%80", b'{"a": 1.0}', **{"X-JDY-Signature": "5f"})

    (found,) = arrived
    assert (answer.status, answer.data) == (401, b"fail")
    assert (found.headers["x-jdy-signature"], found.content) == ("5f", b'{"a": 1.0}')
    assert found.query == {"timestamp": "17", "nonce": "", "a": "退"}


@pytest.mark.parametrize(("path", "status"), [("/health", 404), ("/erp/", 404), ("/", 404)])
def test_nothing_else_takes_callbacks(
    server: ThreadingHTTPServer, arrived: list[Arrived], path: str, status: int
) -> None:
    assert _post(server, path).status == status
    assert arrived == []


def test_a_callback_of_no_sound_length_is_refused_unread(server: ThreadingHTTPServer, arrived: list[Arrived]) -> None:
    longest = str(health.LONGEST + 1)

    assert _post(server, "/erp", b"", **{"Content-Length": longest}).status == 400
    assert arrived == []


def test_who_believes_no_callbacks_takes_none() -> None:
    server = health.serve(0, lambda: True)
    try:
        assert _post(server, "/erp").status == 404
    finally:
        server.shutdown()
        server.server_close()
