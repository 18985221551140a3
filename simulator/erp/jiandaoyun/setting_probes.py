"""What the settings of this profile change: a probe each, for the test that every setting matters."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest

from simulator.clock import to_text
from simulator.erp import callbacks
from simulator.erp.caller import Got
from simulator.erp.jiandaoyun.calls import BASE
from simulator.erp.jiandaoyun.client import upload
from simulator.erp.side import Side
from simulator.ledger.declaration import Declaration
from simulator.tmall.caller import Caller

Probe = Callable[[Caller], Any]


def _side(caller: Caller) -> Side:
    caller.world.declaration = Declaration(profile="jiandaoyun")
    return Side(caller.world)


def _ask(side: Side, path: str, key: str = "", **body: Any) -> Got:
    wanted = side.profile.caller(side.world, key or side.world.erp_key).find("1", "")
    every = msgspec.json.decode(wanted.body)
    every = {name: every[name] for name in ("app_id", "entry_id")} | body
    return side.ask(wanted._replace(path=f"{BASE}/{path}", body=msgspec.json.encode(every)))


def _asked(path: str, key: str = "", **body: Any) -> Probe:
    def probe(caller: Caller) -> Any:
        answer = _ask(_side(caller), path, key, **body)
        return answer.status, answer.json().get("code", answer.json().get("status"))

    return probe


def _limited(caller: Caller) -> Any:
    side = _side(caller)
    return [_ask(side, "v5/app/entry/widget/list").status for _ in range(31)][-1]


def _at_once(caller: Caller) -> Any:
    side = _side(caller)
    side.world.set("jdy_rate_limits", False, origin="test")
    return [_ask(side, "v5/app/entry/widget/list").status for _ in range(11)][-1]


def _by_day(caller: Caller) -> Any:
    """List what was created after the second in Beijing in which the row was."""
    side = _side(caller)
    side.ask(side.caller.create(side.refund()))
    (document,) = side.world.state.documents.rows.values()
    begin = to_text(document.created // 1000)
    chosen = {"rel": "and", "cond": [{"field": "createTime", "method": "range", "value": [begin, None]}]}
    return len(_ask(side, "v5/app/entry/data/list", filter=chosen).json()["data"])


def _repeated(caller: Caller) -> Any:
    side = _side(caller)
    first, again = (_ask(side, "v5/app/entry/data/batch_create", data_list=[{}], transaction_id="t1") for _ in range(2))
    assert first.json()["success_count"] == 1
    return again.json()["success_count"]


def _uploaded(caller: Caller) -> Any:
    """Upload a file of 150 bytes."""
    side = _side(caller)
    token = _ask(side, "v5/app/entry/file/get_upload_token", transaction_id="t1").json()["token_and_url_list"][0]
    return side.ask(upload(token["token"], b"x" * 150)).status


def _heard(*path: str, **body: Any) -> Probe:
    """Return the probe that tells what is pushed about a row, then about a call that names it."""

    def probe(caller: Caller) -> Any:
        side = _side(caller)
        sent: list[str] = []

        async def hear(_url: str, content: bytes, _headers: dict[str, str]) -> tuple[int, bytes]:
            sent.append(msgspec.json.decode(content)["op"])
            return 200, b"success"

        async def played() -> None:
            callbacks.set_url(side.world, "http://127.0.0.1:9/")
            side.ask(side.caller.create(side.refund()))
            (document,) = side.world.state.documents.rows.values()
            for each in path:
                _ask(side, each, data_ids=[document.external], **body)
            while callbacks._under_way:
                await asyncio.wait(callbacks._under_way)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(callbacks, "post", hear)
            asyncio.run(played())
        return sorted(sent)

    return probe


def _pushes(caller: Caller) -> Any:
    side = _side(caller)
    side.ask(side.caller.create(side.refund()))
    (document,) = side.world.state.documents.rows.values()
    return side.profile.push(side.world, document, "update", "cb1") is not None


JDY_PROBES: Mapping[str, Probe] = {
    "jdy_rate_limits": _limited,
    "jdy_key_status": _asked("v5/app/entry/data/list", key="wrong"),
    "jdy_unknown_field": _asked("v5/app/entry/data/create", data={"colour": {"value": "red"}}),
    "jdy_wrong_type": _asked("v5/app/entry/data/create", data={"refund_fee": {"value": "8.35"}}),
    "jdy_list_limit": _asked("v5/app/entry/data/list", limit=500),
    "jdy_filter_zone": _by_day,
    "jdy_filter_methods": _asked(
        "v5/app/entry/data/list", filter={"rel": "and", "cond": [{"field": "num", "method": "like", "value": ["1"]}]}
    ),
    "jdy_repeat_ids": _repeated,
    "jdy_flow_failure_status": _asked("v1/workflow/task/approve", username="nobody"),
    "jdy_push_api_writes": _pushes,
    "jdy_push_batch_edit": _heard("v5/app/entry/data/batch_update", data={"num": {"value": 2}}),
    "jdy_message_push": _heard(),
    "jdy_calls_at_once": _at_once,
    "jdy_upload_bytes": _uploaded,
}
