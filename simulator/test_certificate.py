"""https on request: a certificate that its own authority vouches for, kept over a restart."""

import asyncio
import importlib
import os
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from simulator import certificate
from simulator.clock import to_text
from simulator.errors import UserError
from simulator.serving import Options, Simulator
from simulator.tmall.signing import sign


def _request(keys: dict[str, str], now: int) -> bytes:
    params = {"method": "taobao.time.get", "app_key": keys["app_key"], "timestamp": to_text(now), "v": "2.0"}
    params |= {"sign_method": "md5"}
    params["sign"] = sign(params, keys["app_secret"])
    return f"GET /router/rest?{urlencode(params)} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode()


async def _get(found: dict[str, Any], request: bytes, host: str) -> bytes:
    trusting = ssl.create_default_context(cafile=found["tls_ca"])
    port = urlsplit(found["tmall"]).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting, server_hostname=host)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    return answer


def _run(data: Path, host: str, fault: dict[str, Any] | None = None) -> bytes:
    """Return what a client that asks the clock of *host* over https gets."""

    async def scene() -> bytes:
        simulator = Simulator(Options(data=data, port=0, tls=True))
        await simulator.start()
        try:
            found = simulator.endpoints()
            assert urlsplit(found["tmall"]).scheme == urlsplit(found["oauth"]).scheme == "https"
            assert urlsplit(found["erp"]).scheme == urlsplit(found["control"]).scheme == "http"
            if fault:
                simulator.plan.arm(fault)
            return await _get(found, _request(found["shops"][0], simulator.world.clock.seconds()), host)
        finally:
            await simulator.stop()

    return asyncio.run(scene())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "eco.taobao.com"])
def test_a_client_that_trusts_the_authority_is_answered(tmp_path: Path, host: str) -> None:
    answer = _run(tmp_path, host)

    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"<time_get_response>" in answer


def test_answers_can_be_lost_over_https_too(tmp_path: Path) -> None:
    fault = {"fault": "lost-answer", "call": "tmall.time"}

    assert _run(tmp_path, "localhost", fault) == b""


def test_a_restart_finds_the_same_certificate_and_nobody_else_can_read_its_key(tmp_path: Path) -> None:
    certificate.context(tmp_path, ("sandbox",))
    key = tmp_path / "tls-server.pem"
    before = key.read_bytes()

    certificate.context(tmp_path, ("other",))

    assert key.read_bytes() == before
    assert os.name != "posix" or key.stat().st_mode & 0o077 == 0


def test_without_the_extra_package_the_user_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)

    with pytest.raises(UserError, match=r"tmall-refund-sandbox\[tls\]"):
        certificate.context(tmp_path, ())
