"""After-sale push of Jushuitan: whose it is, that its document is read afresh, and what it is answered."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode

import pytest

from connectors.callbacks import WINDOW, Arrived, Callbacks
from connectors.callbacks_jushuitan import Ear
from connectors.clock import Clock
from connectors.desk import Desk
from connectors.erp_jushuitan_gateway import sign
from connectors.errors import Later, Refused, Trouble, Unknown
from connectors.memory import Memory

JSON = dict[str, Any]
NOW = 1_795_313_700
SECRET = "test-secret"
REFUND = "192837465019283746"
BIZ: JSON = {"outer_as_id": REFUND, "as_id": 3_000_000_001, "so_id": "2837465091827364501", "status": "审核通过"}


class Heard:
    """A shop's desk that has brought one refund, and keeps what it heard."""

    def __init__(self) -> None:
        self.nick = "一号店"
        self.memory = Memory(Path(":memory:"))
        self.memory.begin(self.nick, [REFUND], "erp", "create")
        self.heard: list[JSON] = []
        self.looked: list[str] = []
        self.trouble: Trouble | None = None
        self.decisions = SimpleNamespace(heard=self.heard.append)
        self.delivery = SimpleNamespace(papers=SimpleNamespace(look=self._look))

    def _look(self, number: str) -> JSON:
        self.looked.append(number)
        if self.trouble is not None:
            raise self.trouble
        return {"refund_id": number, "decision": {"kind": "refuse"}}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Heard:
    found = Heard()
    monkeypatch.setattr(found.memory, "written", lambda _shop, number: number == REFUND)
    return found


def _arrived(biz: Any = None, *, at: float = NOW, secret: str = SECRET, **fields: str) -> Arrived:
    """Return a push of *biz*, signed as Jushuitan would, but for *fields*."""
    text = biz if isinstance(biz, str) else json.dumps(BIZ if biz is None else biz, ensure_ascii=False)
    form = {"biz": text, "app_key": "app", "timestamp": str(int(at))}
    form["sign"] = sign(secret, form)
    return Arrived({}, {}, urlencode(form | fields).encode())


def _callbacks(desk: Heard, secret: str = SECRET) -> Callbacks:
    return Callbacks(Ear(), secret, [cast(Desk, desk)], cast(Clock, SimpleNamespace(now=lambda: float(NOW))))


def test_what_a_push_is_about_is_read_afresh_however_often_it_comes(desk: Heard) -> None:
    callbacks = _callbacks(desk)

    replies = [callbacks.receive(_arrived()) for _ in range(2)]

    assert [(reply.status, json.loads(reply.content)["code"]) for reply in replies] == [(200, 0)] * 2
    assert desk.looked == [REFUND] * 2
    assert [document["decision"]["kind"] for document in desk.heard] == ["refuse"] * 2


def test_a_parcel_that_leaves_is_nothing_to_read(desk: Heard) -> None:
    reply = _callbacks(desk).receive(_arrived({"so_id": "2837465091827364501", "l_id": "SF1", "items": []}))

    assert (reply.status, desk.looked) == (200, [])


@pytest.mark.parametrize(
    ("arrived", "status"),
    [
        pytest.param(_arrived(secret="other"), 401, id="signed with another secret"),
        pytest.param(_arrived(secret=""), 401, id="signed with no secret"),
        pytest.param(_arrived(sign=""), 401, id="unsigned"),
        pytest.param(_arrived(biz_="1"), 401, id="another field"),
        pytest.param(_arrived(at=NOW - WINDOW - 1), 401, id="too late"),
        pytest.param(_arrived(at=NOW + WINDOW + 1), 401, id="too early"),
        pytest.param(Arrived({}, {}, b"\xff\xfe"), 401, id="no text"),
        pytest.param(Arrived({}, {}, b"a=1&" * 200), 401, id="too many fields"),
        pytest.param(_arrived("{"), 400, id="no JSON"),
        pytest.param(_arrived("[]"), 400, id="no object"),
        pytest.param(_arrived(BIZ | {"outer_as_id": "9" + REFUND[1:]}), 404, id="a refund that we never brought"),
    ],
)
def test_what_is_not_believed_is_refused_and_read_nowhere(desk: Heard, arrived: Arrived, status: int) -> None:
    reply = _callbacks(desk).receive(arrived)

    assert (reply.status, json.loads(reply.content)["code"]) == (status, status)
    assert (desk.looked, desk.heard) == ([], [])


def test_without_a_secret_nobody_is_believed(desk: Heard) -> None:
    assert _callbacks(desk, "").receive(_arrived(secret="")).status == 401


@pytest.mark.parametrize(("trouble", "status"), [(Later("busy"), 503), (Unknown("lost"), 503), (Refused("no"), 404)])
def test_what_cannot_be_read_now_is_to_come_again(desk: Heard, trouble: Trouble, status: int) -> None:
    desk.trouble = trouble

    assert _callbacks(desk).receive(_arrived()).status == status
    assert desk.heard == []
