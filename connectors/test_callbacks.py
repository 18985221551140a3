"""Whose word the connector takes for the ERP's: signed, new, about its own shop, and only once."""

import hashlib
import hmac
import json
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from connectors.callbacks import WINDOW, Callbacks
from connectors.clock import Clock
from connectors.desk import Desk
from connectors.memory import Memory

NOW = 1_795_313_700
SECRET = "s3cret"


class Heard:
    """A shop's desk that keeps what it heard."""

    def __init__(self, memory: Memory) -> None:
        self.nick = "一号店"
        self.memory = memory
        self.heard: list[Any] = []
        self.decisions = SimpleNamespace(heard=self.heard.append)


@pytest.fixture
def desk() -> Heard:
    return Heard(Memory(Path(":memory:")))


def _callbacks(desk: Heard, secret: str = SECRET) -> Callbacks:
    return Callbacks(secret, [cast(Desk, desk)], cast(Clock, SimpleNamespace(now=lambda: float(NOW))))


def _signed(content: bytes, *, at: float = NOW, secret: str = SECRET, delivery: str = "cb1") -> dict[str, str]:
    stamp = str(int(at))
    right = hmac.new(secret.encode(), stamp.encode() + b"." + content, hashlib.sha256).hexdigest()
    return {"X-Signature": right, "X-Timestamp": stamp, "X-Delivery": delivery}


def _about(shop: str) -> bytes:
    return json.dumps({"delivery": "cb1", "document": {"shop": shop, "refund_id": "1795"}}).encode()


OURS = _about("一号店")


def test_what_the_erp_signed_is_taken_once(desk: Heard) -> None:
    callbacks = _callbacks(desk)

    assert [callbacks.receive(_signed(OURS), OURS) for _ in range(2)] == [204, 204]
    assert [document["refund_id"] for document in desk.heard] == ["1795"]


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        pytest.param({}, OURS, 401, id="unsigned"),
        pytest.param(_signed(OURS, secret="other"), OURS, 401, id="forged"),
        pytest.param(_signed(OURS), _about("一号店 "), 401, id="changed on the way"),
        pytest.param(_signed(OURS, at=NOW - WINDOW - 1), OURS, 401, id="kept by somebody"),
        pytest.param(_signed(OURS, at=NOW + WINDOW + 1), OURS, 401, id="ahead of time"),
        pytest.param(_signed(_about("别家")), _about("别家"), 404, id="another shop's"),
        pytest.param(_signed(b"[]"), b"[]", 400, id="no document"),
        pytest.param(_signed(b"{"), b"{", 400, id="no JSON"),
    ],
)
def test_what_is_not_the_erps_own_is_turned_away(
    desk: Heard, caplog: pytest.LogCaptureFixture, headers: dict[str, str], content: bytes, status: int
) -> None:
    with caplog.at_level(logging.CRITICAL):
        assert _callbacks(desk).receive(headers, content) == status
    assert desk.heard == []


def test_without_a_secret_nothing_is_believed_not_even_what_is_signed_with_nothing(desk: Heard) -> None:
    assert _callbacks(desk, "").receive(_signed(OURS, secret=""), OURS) == 401
