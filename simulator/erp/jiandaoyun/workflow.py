"""The approval flow of a row: an instance with tasks, which people work off, and which the API can work off too.

Documented at hc.jiandaoyun.com/open/16051. Two nodes: a reviewer decides, and if goods come back the warehouse takes
them in. The instance's id is the row's. A flow is no transaction with the row's fields.
"""

from collections.abc import Mapping
from typing import Any

from simulator.erp import writing
from simulator.erp.document import Document
from simulator.erp.jiandaoyun import values
from simulator.erp.jiandaoyun.form import Form
from simulator.erp.jiandaoyun.rows import BY, FLOW
from simulator.world import World

NODES = {1: ("审核", "reviewer"), 2: ("收货", "warehouse")}
"""Nodes of the flow: id to name and assignee."""
RUNNING, FINISHED, CLOSED = 0, 1, 2
WAITING, DONE, ENDED, ACTIVATED = 0, 1, 2, 4
"""States of a task: ended with its instance, activated anew."""

_FORWARD = {"approve": 0, "receive": 0, "approve_return": 2, "approve_exchange": 2}
"""Decisions that agree, and the node that follows."""


class Failed(Exception):
    """A workflow call fails: an answer of its own kind, with HTTP 200."""

    def __init__(self, code: int, message: str) -> None:
        """Keep *code* and *message*."""
        super().__init__(message)
        self.code = code


def begun(data_id: str, now: int) -> dict[str, Any]:
    """Return the flow of a row with which it is started."""
    return {"state": RUNNING, "result": None, "began": now, "ended": None, "tasks": [_task(data_id, 1, 1, now)]}


def _task(
    data_id: str, number: int, node: int, now: int, action: str = "forward", status: int = WAITING
) -> dict[str, Any]:
    name, assignee = NODES[node]
    return {
        "task_id": f"{data_id[:20]}{number:04x}",
        "flow_id": node,
        "flow_name": name,
        "assignee": assignee,
        "create_time": now,
        "create_action": action,
        "finish_time": None,
        "finish_action": None,
        "status": status,
        "comment": "",
    }


def decided(document: Document, now: int) -> dict[str, Any] | None:
    """Return the flow after the newest decision on *document*, or None if that moves nothing."""
    flow, kind = document.raw.get(FLOW), document.decision.get("kind")
    task = _waiting(flow) if flow else None
    if flow is None or task is None or kind is None:
        return None
    back = kind in {"refuse", "refuse_return", "refuse_exchange"}
    flow = _finished(flow, task, "reject" if back else "forward", now, document.decision["text"])
    if _FORWARD.get(kind):
        return _with(flow, _task(document.external, len(flow["tasks"]) + 1, _FORWARD[kind], now))
    return {**flow, "state": FINISHED, "result": 0 if back else 1, "ended": now}


def _waiting(flow: Mapping[str, Any]) -> dict[str, Any] | None:
    return next((task for task in flow["tasks"] if task["status"] in (WAITING, ACTIVATED)), None)


def _finished(
    flow: Mapping[str, Any], task: Mapping[str, Any], action: str, now: int, comment: str = "", status: int = DONE
) -> dict[str, Any]:
    done = {**task, "finish_time": now, "finish_action": action, "status": status, "comment": comment}
    tasks = [done if each["task_id"] == task["task_id"] else each for each in flow["tasks"]]
    return {**flow, "tasks": tasks}


def _with(flow: Mapping[str, Any], task: Mapping[str, Any]) -> dict[str, Any]:
    return {**flow, "tasks": [*flow["tasks"], task]}


def act(world: World, action: str, body: Mapping[str, Any], cause: int) -> None:
    """Do what the API asks of a flow.

    Raises:
        Failed: if there is no such instance, task or member, or the task is over.
    """
    document = _instance(world, body.get("instance_id"))
    flow, now, data_id = document.raw[FLOW], world.clock.wall(), document.external
    username = body.get("username")
    if action not in {"close", "activate"} and not values.is_member(username):
        raise Failed(1010, "User Not Found")
    comment = str(body.get("comment") or "")
    number = len(flow["tasks"]) + 1
    if action == "close":
        ended = {
            **flow,
            "tasks": [{**task, "status": ENDED} if task["status"] == WAITING else task for task in flow["tasks"]],
        }
        new = {**ended, "state": CLOSED, "ended": now}
    elif action == "activate":
        new = _activated(flow, body, data_id, number, now)
    elif action == "revoke":
        new = _revoked(flow, data_id, number, now)
    else:
        task = _task_of(flow, body.get("task_id"), str(username))
        if action == "approve":
            new = _finished(flow, task, "forward", now, comment)
            if task["flow_id"] == 1 and document.type in {"return_refund", "exchange"}:
                new = _with(new, _task(data_id, number, 2, now))
            else:
                new |= {"state": FINISHED, "result": 1, "ended": now}
        elif action == "reject":
            new = _finished(flow, task, "reject", now, comment) | {"state": FINISHED, "result": 0, "ended": now}
        elif action == "rollback":
            new = _with(_finished(flow, task, "back", now, comment), _task(data_id, number, 1, now, "back"))
        else:
            new = _handed_on(flow, task, action, body, data_id, now)
    raw = {FLOW: new, BY: str(username or "api")}
    writing.update(world, document, {}, raw, cause=cause, always=True)


def _instance(world: World, instance_id: Any) -> Document:
    document = world.state.documents.external(instance_id) if isinstance(instance_id, str) else None
    if document is None or document.deleted or FLOW not in document.raw:
        raise Failed(4001, "Data Not Found")
    return document


def _task_of(flow: Mapping[str, Any], task_id: Any, username: str) -> dict[str, Any]:
    task = next((task for task in flow["tasks"] if task["task_id"] == task_id), None)
    if task is None:
        raise Failed(4001, "Task Not Found")
    if task["status"] not in (WAITING, ACTIVATED):
        raise Failed(4000, "Task Already Finished")
    if task["assignee"] != username:
        raise Failed(8302, "No Permission")
    found: dict[str, Any] = task
    return found


def _activated(flow: Mapping[str, Any], body: Mapping[str, Any], data_id: str, number: int, now: int) -> dict[str, Any]:
    node = body.get("flow_id")
    if not isinstance(node, int) or node not in NODES:
        raise Failed(3005, "Flow Node Not Found")
    if flow["state"] == RUNNING:
        raise Failed(4000, "Instance Is Running")
    task = _task(data_id, number, int(node), now, "activate", ACTIVATED)
    return {**_with(flow, task), "state": RUNNING, "ended": None, "result": None}


def _revoked(flow: Mapping[str, Any], data_id: str, number: int, now: int) -> dict[str, Any]:
    last = next((task for task in reversed(flow["tasks"]) if task["status"] == DONE), None)
    if last is None:
        raise Failed(4000, "Nothing To Revoke")
    tasks = [{**task, "status": ENDED} if task["status"] == WAITING else task for task in flow["tasks"]]
    again = _task(data_id, number, last["flow_id"], now, "revoke")
    return {**flow, "tasks": [*tasks, again], "state": RUNNING, "ended": None, "result": None}


def _handed_on(
    flow: Mapping[str, Any], task: Mapping[str, Any], action: str, body: Mapping[str, Any], data_id: str, now: int
) -> dict[str, Any]:
    """Transfer a task, or let somebody sign besides."""
    other = body.get("transfer_username" if action == "transfer" else "add_sign_username")
    if not values.is_member(other):
        raise Failed(1010, "User Not Found")
    done = "transfer" if action == "transfer" else "sign_before"
    new = _task(data_id, len(flow["tasks"]) + 1, task["flow_id"], now, done) | {"assignee": other}
    return _with(_finished(flow, task, done, now, str(body.get("comment") or "")), new)


def shown_task(form: Form, document: Document, task: Mapping[str, Any]) -> dict[str, Any]:
    """Return a task as the API shows it."""
    times = {name: values.utc(task[name]) if task[name] else None for name in ("create_time", "finish_time")}
    return {
        **{name: found for name, found in task.items() if name != "comment"},
        **times,
        "instance_id": document.external,
        "app_id": form.app_id,
        "form_id": form.entry_id,
        "form_title": form.name,
        "title": f"{form.name} {document.refund_id}",
        "url": f"/dashboard#/app/{form.app_id}/form/{form.entry_id}/data/{document.external}",
        "assignee": values.member(task["assignee"]),
        "creator": values.member("api"),
    }


def shown(form: Form, world: World, instance_id: Any, *, tasks: bool) -> dict[str, Any]:
    """Return an instance as the API shows it."""
    document = _instance(world, instance_id)
    flow = document.raw[FLOW]
    found = {
        "app_id": form.app_id,
        "form_id": form.entry_id,
        "form_title": form.name,
        "instance_id": document.external,
        "url": f"/dashboard#/app/{form.app_id}/form/{form.entry_id}/data/{document.external}",
        "create_time": values.utc(flow["began"]),
        "update_time": values.utc(document.updated),
        "finish_time": values.utc(flow["ended"]) if flow["ended"] else None,
        "status": flow["state"],
        "result": flow["result"],
        "creator": values.member("api"),
    }
    return found | ({"tasks": [shown_task(form, document, task) for task in flow["tasks"]]} if tasks else {})


def waiting_for(world: World, username: str) -> list[tuple[Document, dict[str, Any]]]:
    """Return the tasks that wait for a member, oldest first."""
    found = []
    for document in world.state.documents.rows.values():
        flow = document.raw.get(FLOW)
        task = _waiting(flow) if flow and not document.deleted else None
        if task is not None and task["assignee"] == username:
            found.append((document, task))
    return found


def logs(world: World, instance_id: Any) -> list[dict[str, Any]]:
    """Return what was done in an instance."""
    document = _instance(world, instance_id)
    return [
        {
            **{name: task[name] for name in ("flow_id", "flow_name", "create_action", "finish_action", "comment")},
            **{name: values.utc(task[name]) for name in ("create_time", "finish_time")},
            "operator": values.member(task["assignee"]),
        }
        for task in document.raw[FLOW]["tasks"]
        if task["finish_time"]
    ]
