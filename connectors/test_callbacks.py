"""Whose word the connector takes for the ERP's: signed, new, about its own shop, and only once."""

import hashlib
import hmac
import json
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from connectors.callbacks import WINDOW, Arrived, Callbacks, Notice
from connectors.callbacks_generic import Ear
from connectors.clock import Clock
from connectors.desk import Desk
from connectors.errors import Later, Refused, Trouble
from connectors.memory import Memory, Written

JSON = dict[str, Any]
NOW = 1_795_313_700
SECRET = "s3cret"


class Heard:
    """A shop's desk that keeps what it heard."""

    def __init__(self, memory: Memory) -> None:
        self.nick = "一号店"
        self.memory = memory
        self.heard: list[Any] = []
        self.decisions = SimpleNamespace(heard=self.heard.append)
        self.delivery = SimpleNamespace(papers=SimpleNamespace(look=self._look))
        self.erp: list[JSON | Trouble | None] = []
        """What the ERP answers to looks."""

    def _look(self, _key: str) -> JSON | None:
        found = self.erp.pop(0)
        if isinstance(found, Trouble):
            raise found
        return found


@pytest.fixture
def desk() -> Heard:
    return Heard(Memory(Path(":memory:")))


def _callbacks(desk: Heard, secret: str = SECRET) -> Callbacks:
    return Callbacks(Ear(), secret, [cast(Desk, desk)], cast(Clock, SimpleNamespace(now=lambda: float(NOW))))


def _status(callbacks: Callbacks, headers: dict[str, str], content: bytes) -> int:
    arrived = Arrived({name.lower(): value for name, value in headers.items()}, {}, content)
    return callbacks.receive(arrived).status


def _signed(content: bytes, *, at: float = NOW, secret: str = SECRET, delivery: str = "cb1") -> dict[str, str]:
    stamp = str(int(at))
    right = hmac.new(secret.encode(), stamp.encode() + b"." + content, hashlib.sha256).hexdigest()
    return {"X-Signature": right, "X-Timestamp": stamp, "X-Delivery": delivery}


def _about(shop: str) -> bytes:
    return json.dumps({"delivery": "cb1", "document": {"shop": shop, "refund_id": "1795"}}).encode()


OURS = _about("一号店")


def test_what_the_erp_signed_is_taken_once(desk: Heard) -> None:
    callbacks = _callbacks(desk)

    assert [_status(callbacks, _signed(OURS), OURS) for _ in range(2)] == [204, 204]
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
        assert _status(_callbacks(desk), headers, content) == status
    assert desk.heard == []


def test_without_a_secret_nothing_is_believed_not_even_what_is_signed_with_nothing(desk: Heard) -> None:
    assert _status(_callbacks(desk, ""), _signed(OURS, secret=""), OURS) == 401


class Hint(Ear):
    """An ERP that tells only which refund to look at."""

    def read(self, arrived: Arrived) -> Notice:
        return Notice(arrived.headers["x-delivery"], number=json.loads(arrived.content))


@pytest.mark.parametrize(
    ("answers", "statuses", "heard"),
    [
        pytest.param([{"refund_id": "1795"}], [204, 204], 1, id="read afresh, and once"),
        pytest.param([Later("down"), {"refund_id": "1795"}], [503, 204], 1, id="it comes again if nothing can be read"),
        pytest.param([None], [204], 0, id="gone"),
        pytest.param([Refused("no")], [404], 0, id="refused"),
    ],
)
def test_a_callback_may_only_say_where_to_look(
    desk: Heard, answers: list[Any], statuses: list[int], heard: int
) -> None:
    desk.erp = answers
    desk.memory.wrote(desk.nick, "1795", Written(1, {}, {}))
    callbacks = Callbacks(Hint(), SECRET, [cast(Desk, desk)], cast(Clock, SimpleNamespace(now=lambda: float(NOW))))
    content = b'"1795"'

    assert [_status(callbacks, _signed(content), content) for _ in statuses] == statuses
    assert len(desk.heard) == heard


def test_a_hint_about_a_refund_that_no_shop_has_brought_is_turned_away(desk: Heard) -> None:
    callbacks = Callbacks(Hint(), SECRET, [cast(Desk, desk)], cast(Clock, SimpleNamespace(now=lambda: float(NOW))))

    assert _status(callbacks, _signed(b'"1796"'), b'"1796"') == 404
