"""Errors: every documented code and status, by its cause where the sandbox has one, and by fault `erp-error`."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from simulator.erp.caller import Got, Wanted
from simulator.erp.jiandaoyun.conftest import ask, create, started
from simulator.erp.jiandaoyun.errors import FLOW_TEXTS, TEXTS
from simulator.erp.side import Side
from simulator.exchange import Answer, Call
from simulator.faults.kind import FaultKind
from simulator.faults.plan import FAULTS, FaultPlan

NOBODY = "5f000000000000000000dead"
Provoke = Callable[[Side], Got]


def _posted(path: str, body: bytes = b"{}", key: str = "") -> Provoke:
    def provoke(erp: Side) -> Got:
        header = (b"authorization", f"Bearer {key or erp.world.erp_key}".encode())
        return erp.ask(Wanted("POST", f"/api/{path}", body, [header]))

    return provoke


def _asked(call: str, **body: Any) -> Provoke:
    return lambda erp: ask(erp, call, **body)


def _often(erp: Side) -> Got:
    return [ask(erp, "create", data={}) for _ in range(21)][-1]


def _refused(erp: Side) -> Got:
    answer = erp.profile.refusal("goods_unknown", ("1",))
    content, _ = erp.profile.failure(answer)
    return Got(answer.status, content)


CAUSES: dict[int, Provoke] = {
    1: _posted("v5/app/entry/data/list", b"{"),
    1010: _asked("create", data={}, data_creator="nobody"),
    3000: _asked("list", entry_id=NOBODY),
    3005: _asked("list", limit=-1),
    4000: _refused,
    4001: _asked("get", data_id=NOBODY),
    8301: _posted("v5/app/list", key="wrong"),
    8303: _often,
    17025: _asked("create", data={"files": {"value": ["no-such-key"]}}),
}
"""Code to what brings it about. The others are the address book's (1005 to 1019, 6002, 6014), or about keys that are
good for some apps alone (8302), and the sandbox has neither."""


@pytest.mark.parametrize("code", CAUSES)
def test_a_code_has_its_cause(erp: Side, code: int) -> None:
    answer = CAUSES[code](erp)

    assert (answer.status, answer.json()["code"]) == (400, code)
    assert answer.json()["msg"].startswith(TEXTS[code])
    assert set(answer.json()) == {"code", "msg"}


def _flow(
    path: str,
    *,
    kind: str = "refund_only",
    before: tuple[str, ...] = (),
    more: dict[str, Any] | None = None,
    **also: Any,
) -> Provoke:
    """Return what asks *path* of a flow's waiting task, once those *before* were asked of it."""

    def provoke(erp: Side) -> Got:
        _, data_id = started(erp, type=kind)
        waiting: dict[str, Any] = {"instance_id": data_id, "username": "reviewer"}
        (task,) = ask(erp, "v6/workflow/task/list", username="reviewer").json()["tasks"]
        waiting["task_id"] = task["task_id"]
        for each in before:
            earlier = {"transfer_username": "warehouse"}
            assert ask(erp, f"v1/workflow/{each}", **waiting | earlier).json() == {"status": "success"}
        found = {name: value for name, value in (waiting | also | (more or {})).items() if value is not None}
        return ask(erp, f"v1/workflow/{path}", **found)

    return provoke


def _no_flow(erp: Side) -> Got:
    row = create(erp, refund_id="1")
    return ask(erp, "v1/workflow/instance/close", instance_id=row["_id"])


def _signed(**more: Any) -> Provoke:
    signing = {"add_sign_type": 0, "add_sign_username": "warehouse"} | more
    return _flow("task/add_sign", more=signing)


def _signed_twice(erp: Side) -> Got:
    assert _signed()(erp).json() == {"status": "success"}
    (task,) = ask(erp, "v6/workflow/task/list", username="warehouse").json()["tasks"]
    more = {"add_sign_type": 1, "add_sign_username": "reviewer", "instance_id": task["instance_id"]}
    return ask(erp, "v1/workflow/task/add_sign", username="warehouse", task_id=task["task_id"], **more)


def _before_who_signs(erp: Side) -> Got:
    assert _signed()(erp).json() == {"status": "success"}
    (task,) = ask(erp, "v6/workflow/task/list", username="warehouse").json()["tasks"]
    own = ask(erp, "v6/workflow/instance/get", instance_id=task["instance_id"]).json()["tasks"][0]
    told = {"instance_id": task["instance_id"], "task_id": own["task_id"], "username": "reviewer"}
    return ask(erp, "v1/workflow/task/approve", **told)


def _from_the_start(erp: Side) -> Got:
    _, data_id = started(erp, creator="api")
    ask(erp, "v1/workflow/task/revoke", instance_id=data_id, username="api")
    (task,) = ask(erp, "v6/workflow/task/list", username="api").json()["tasks"]
    return ask(erp, "v2/workflow/task/rollback", instance_id=data_id, username="api", task_id=task["task_id"])


FLOW_CAUSES: dict[int, Provoke] = {
    1010: _flow("task/approve", username="nobody"),
    4001: _asked("v1/workflow/instance/close", instance_id=NOBODY),
    4008: _flow("task/approve", before=("instance/close",)),
    4009: _flow("task/revoke", task_id=None),
    5003: _flow("task/rollback", flow_id=7),
    5011: _flow("task/rollback", flow_id=2),
    5024: _flow("task/approve", username="warehouse"),
    5025: _flow("task/approve", kind="return_refund", before=("task/approve",)),
    50004: _flow("task/approve", task_id="x"),
    50015: _flow("task/transfer", transfer_username="reviewer"),
    50016: _no_flow,
    50024: _flow("task/transfer"),
    50040: _from_the_start,
    50041: _flow("task/rollback", flow_id=1),
    50049: _flow("task/rollback"),
    50052: _signed(add_sign_type=3),
    50053: _signed(add_sign_username=""),
    50054: _signed_twice,
    50059: _signed(add_sign_username="reviewer"),
    50060: _signed(add_sign_username="nobody"),
    50061: _signed(add_sign_username=["warehouse", "api"]),
    50062: _before_who_signs,
    50073: _flow("instance/activate", flow_id=1),
}
"""Code to what brings it about. The others are about what a flow's designer forbids or adds: here nothing is."""


@pytest.mark.parametrize("code", FLOW_CAUSES)
def test_a_workflow_code_has_its_cause(erp: Side, code: int) -> None:
    answer = FLOW_CAUSES[code](erp)

    assert answer.status == 200
    assert answer.json() == {"status": "failure", "code": code, "message": FLOW_TEXTS[code]}


def test_a_form_without_a_flow_has_none_to_move(erp: Side) -> None:
    from simulator.erp.jiandaoyun import flow_acts
    from simulator.erp.jiandaoyun.form import form_of
    from simulator.ledger.mapping import Mapping

    plain = form_of(Mapping(form={**erp.profile.mapping().form, "workflow": False}))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(flow_acts, "form", lambda _: plain)
        answer = ask(erp, "v1/workflow/instance/close", instance_id=NOBODY)

    assert answer.json()["code"] == 5056


def _struck(erp: Side, **options: Any) -> Answer:
    """Return how a call is answered that fault erp-error strikes, as the endpoint dresses it."""
    FaultPlan(erp.world).arm({"fault": "erp-error", **options})

    async def rest() -> Answer:
        raise AssertionError("the call happened")

    call = Call(side="erp", alias="erp.list", method="erp.list", shop="", refunds=(), plays=())
    kind = FAULTS["erp-error"]
    assert isinstance(kind, FaultKind)
    answer = asyncio.run(kind.around(erp.world, options, call, rest))
    erp.endpoint.dress(answer)
    return answer


@pytest.mark.parametrize("code", sorted({*TEXTS, *FLOW_TEXTS}))
def test_every_code_can_be_provoked_by_a_fault(erp: Side, code: int) -> None:
    answer = _struck(erp, code=code)

    said = msgspec.json.decode(answer.content)
    if code in TEXTS:
        assert (answer.status, said) == (400, {"code": code, "msg": TEXTS[code]})
    else:
        assert (answer.status, said) == (200, {"status": "failure", "code": code, "message": FLOW_TEXTS[code]})


@pytest.mark.parametrize("status", [429, 502, 503])
def test_what_stands_before_the_api_answers_in_html(erp: Side, status: int) -> None:
    answer = _struck(erp, status=status)

    assert answer.status == status
    assert answer.content.startswith(b"<html>")
    assert str(status).encode() in answer.content


def test_too_many_calls_at_once_are_turned_away_with_429(erp: Side) -> None:
    erp.world.set("jdy_calls_at_once", 3, origin="test")

    answers = [ask(erp, "list") for _ in range(4)]

    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].content.startswith(b"<html>")
    assert erp.answer.error["passing"]
    erp.world.clock = type("Later", (), {"mono": lambda _: 10**12, "wall": lambda _: 1, "seconds": lambda _: 1})()
    assert ask(erp, "list").status == 200
