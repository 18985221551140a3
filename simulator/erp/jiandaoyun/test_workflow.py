"""The approval flow: people move it, and the API works its tasks off, in an envelope of its own."""

from typing import Any

import pytest

from simulator.actors import perform
from simulator.erp.jiandaoyun.conftest import ask, create, started
from simulator.erp.side import Side

JSON = dict[str, Any]
PATHS = {"rollback": "v2/workflow/task/rollback", "close": "v1/workflow/instance/close"}
PATHS |= {"activate": "v1/workflow/instance/activate"}


def _act(erp: Side, name: str, data_id: str, task: JSON | None = None, **more: Any) -> JSON:
    """Do something as the member whose task it is, or as is said."""
    told: JSON = {"instance_id": data_id}
    if task is not None:
        told |= {"task_id": task["task_id"], "username": task["assignee"]["username"]}
    answer = ask(erp, PATHS.get(name, f"v1/workflow/task/{name}"), **told | more)
    assert answer.status == 200
    found: JSON = answer.json()
    return found


def _instance(erp: Side, data_id: str) -> JSON:
    found: JSON = ask(erp, "v6/workflow/instance/get", instance_id=data_id, tasks_type=1).json()
    return found


def _waiting(erp: Side, data_id: str) -> list[JSON]:
    return [task for task in _instance(erp, data_id)["tasks"] if task["status"] in (0, 4)]


def _who(tasks: list[JSON]) -> list[tuple[str, str]]:
    return [(task["flow_name"], task["assignee"]["username"]) for task in tasks]


OK = {"status": "success"}


def test_a_reviewers_decision_moves_the_flow(erp: Side) -> None:
    refund, data_id = started(erp)
    waiting = ask(erp, "v5/workflow/task/list", username="reviewer").json()

    assert perform(erp.world, "reviewer.refuse", {"refund": refund, "text": "请提供照片"})["accepted"]

    instance = _instance(erp, data_id)
    (log,) = ask(erp, "v1/workflow/instance/logs", instance_id=data_id, types=["comment"]).json()["logs"]
    place = "v1/app/5f0000000000000000000001/entry/5f0000000000000000000002"
    (comment,) = ask(erp, f"{place}/data/{data_id}/approval_comments", skip=0).json()["approveCommentList"]
    assert [task["instance_id"] for task in waiting["tasks"]] == [data_id]
    assert (instance["status"], instance["result"], instance["tasks"][0]["finish_action"]) == (1, 0, "reject")
    assert (log["comment"], log["operator"]["username"]) == ("请提供照片", "reviewer")
    assert (comment["flowNodeName"], comment["flowAction"], comment["comment"]) == ("审核", "reject", "请提供照片")
    assert ask(erp, "get", data_id=data_id).json()["data"]["flowState"] == 1


def test_the_warehouse_has_a_task_of_its_own_when_goods_come_back(erp: Side) -> None:
    refund, data_id = started(erp, type="return_refund")

    assert perform(erp.world, "reviewer.approve_return", {"refund": refund})["accepted"]
    running = _instance(erp, data_id)
    ask(erp, "update", data_id=data_id, data={"status": {"value": "待收货"}})
    assert perform(erp.world, "warehouse.receive", {"refund": refund})["accepted"]
    over = _instance(erp, data_id)

    assert [(task["flow_name"], task["status"]) for task in running["tasks"]] == [("审核", 1), ("收货", 0)]
    assert (running["status"], over["status"], over["result"]) == (0, 1, 1)
    assert ask(erp, "get", data_id=data_id).json()["data"]["approve"] == "确认收货"


def test_what_people_write_besides_moves_no_flow(erp: Side) -> None:
    refund, data_id = started(erp, type="return_refund")
    perform(erp.world, "reviewer.approve_return", {"refund": refund})

    assert perform(erp.world, "reviewer.edit", {"refund": refund, "note": "等等"})["accepted"]

    assert _who(_instance(erp, data_id)["tasks"]) == [("审核", "reviewer"), ("收货", "warehouse")]
    assert _who(_waiting(erp, data_id)) == [("收货", "warehouse")]


def test_the_result_of_an_instance_is_told_from_version_6_on(erp: Side) -> None:
    _, data_id = started(erp)
    _act(erp, "reject", data_id, *_waiting(erp, data_id))

    assert _instance(erp, data_id)["result"] == 0
    older = ask(erp, "v5/workflow/instance/get", instance_id=data_id, tasks_type=0).json()
    assert "result" not in older
    assert "tasks" not in older


def test_the_tasks_of_a_member_go_on_from_a_number_or_since_version_6_from_a_task(erp: Side) -> None:
    ids = [started(erp)[1] for _ in range(12)]

    first = ask(erp, "v5/workflow/task/list", username="reviewer", limit=10).json()
    second = ask(erp, "v5/workflow/task/list", username="reviewer", skip=10).json()
    newer = ask(
        erp, "v6/workflow/task/list", username="reviewer", task_id=first["tasks"][-1]["task_id"], skip=99
    ).json()

    assert (first["has_more"], second["has_more"]) == (True, False)
    assert [task["instance_id"] for task in first["tasks"] + second["tasks"]] == ids
    assert newer == second


@pytest.mark.parametrize("kind", ["refund_only", "return_refund"])
def test_the_api_approves_up_to_the_end(erp: Side, kind: str) -> None:
    _, data_id = started(erp, type=kind)
    passed = []

    while waiting := _waiting(erp, data_id):
        passed += _who(waiting)
        assert _act(erp, "approve", data_id, *waiting, comment="好") == OK

    assert passed == [("审核", "reviewer"), ("收货", "warehouse")][: 2 if kind == "return_refund" else 1]
    assert (_instance(erp, data_id)["status"], _instance(erp, data_id)["result"]) == (1, 1)


def test_a_task_is_handed_on(erp: Side) -> None:
    _, data_id = started(erp)
    assert _act(erp, "transfer", data_id, *_waiting(erp, data_id), transfer_username="warehouse") == OK

    (task,) = _waiting(erp, data_id)
    assert (_who([task]), task["create_action"]) == ([("审核", "warehouse")], "transfer")
    assert ask(erp, "v6/workflow/task/list", username="reviewer").json()["tasks"] == []


def test_whoever_signs_before_gives_the_task_back(erp: Side) -> None:
    _, data_id = started(erp)
    (own,) = _waiting(erp, data_id)
    assert _act(erp, "add_sign", data_id, own, add_sign_type=0, add_sign_username="warehouse") == OK

    assert _act(erp, "approve", data_id, own)["code"] == 50062
    assert [task["status"] for task in _instance(erp, data_id)["tasks"]] == [5, 0]
    (other,) = _waiting(erp, data_id)
    assert _act(erp, "add_sign", data_id, other, add_sign_type=1, add_sign_username="reviewer")["code"] == 50054
    assert _act(erp, "approve", data_id, other) == OK
    assert _waiting(erp, data_id) == [own]
    assert _act(erp, "approve", data_id, own) == OK
    assert _instance(erp, data_id)["result"] == 1


def test_whoever_signs_after_has_the_last_word(erp: Side) -> None:
    _, data_id = started(erp)
    assert _act(erp, "add_sign", data_id, *_waiting(erp, data_id), add_sign_type=1, add_sign_username="warehouse") == OK

    assert _instance(erp, data_id)["tasks"][0]["finish_action"] == "sign_after"
    assert _act(erp, "approve", data_id, *_waiting(erp, data_id)) == OK
    assert _instance(erp, data_id)["result"] == 1


def test_all_who_sign_in_parallel_must_agree(erp: Side) -> None:
    _, data_id = started(erp)
    (own,) = _waiting(erp, data_id)
    assert _act(erp, "add_sign", data_id, own, add_sign_type=2, add_sign_username="warehouse") == OK

    assert _act(erp, "approve", data_id, own) == OK
    assert _who(_waiting(erp, data_id)) == [("审核", "warehouse")]
    assert _act(erp, "approve", data_id, *_waiting(erp, data_id)) == OK
    assert _instance(erp, data_id)["status"] == 1


@pytest.mark.parametrize(("back_type", "then"), [(1, "审核"), (2, "收货")])
def test_a_task_goes_back_to_who_handed_it_in_and_on_node_by_node_or_straight(
    erp: Side, back_type: int, then: str
) -> None:
    _, data_id = started(erp, creator="api", type="return_refund")
    _act(erp, "approve", data_id, *_waiting(erp, data_id))

    assert _act(erp, "rollback", data_id, *_waiting(erp, data_id), flow_id=0, back_type=back_type) == OK
    assert _who(_waiting(erp, data_id)) == [("发起", "api")]
    assert _act(erp, "approve", data_id, *_waiting(erp, data_id)) == OK
    assert _who(_waiting(erp, data_id))[0][0] == then


def test_without_a_node_a_task_goes_back_to_the_one_before(erp: Side) -> None:
    _, data_id = started(erp, type="return_refund")
    _act(erp, "approve", data_id, *_waiting(erp, data_id))

    assert _act(erp, "rollback", data_id, *_waiting(erp, data_id)) == OK
    assert _who(_waiting(erp, data_id)) == [("审核", "reviewer")]
    assert _act(erp, "rollback", data_id, *_waiting(erp, data_id))["code"] == 50049  # nobody handed it in


def test_what_was_submitted_is_taken_back(erp: Side) -> None:
    _, data_id = started(erp, creator="api", type="return_refund")
    (own,) = _waiting(erp, data_id)
    _act(erp, "approve", data_id, own)

    assert _act(erp, "revoke", data_id, own) == OK
    assert _who(_waiting(erp, data_id)) == [("审核", "reviewer")]
    assert _act(erp, "revoke", data_id, username="api") == OK
    assert _who(_waiting(erp, data_id)) == [("发起", "api")]


def test_an_instance_is_closed_and_activated(erp: Side) -> None:
    _, data_id = started(erp)

    assert _act(erp, "close", data_id) == OK
    assert (_instance(erp, data_id)["status"], _waiting(erp, data_id)) == (2, [])
    assert _act(erp, "activate", data_id, flow_id=1) == OK
    assert (_instance(erp, data_id)["status"], _waiting(erp, data_id)[0]["status"]) == (0, 4)
    assert _act(erp, "approve", data_id, *_waiting(erp, data_id)) == OK


def test_a_failed_workflow_call_comes_with_http_200_and_another_envelope(erp: Side) -> None:
    _, data_id = started(erp)

    answer = ask(erp, "v1/workflow/task/approve", username="nobody", instance_id=data_id, task_id="x")

    assert answer.status == 200
    assert answer.json() == {"status": "failure", "code": 1010, "message": "User Not Found"}
    assert erp.answer.error["code"] == 1010


@pytest.mark.parametrize(
    "path", ["v2/workflow/task/approve", "v3/workflow/task/rollback", "v2/workflow/instance/close"]
)
def test_a_version_that_a_workflow_call_never_had_is_not_found(erp: Side, path: str) -> None:
    assert ask(erp, path).status == 404


def test_a_row_without_a_flow_has_no_instance(erp: Side) -> None:
    row = create(erp, refund_id="1")

    answer = ask(erp, "v6/workflow/instance/get", instance_id=row["_id"])

    assert (answer.status, answer.json()["code"]) == (400, 4001)
