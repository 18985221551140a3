"""The approval flow of a row: an instance with tasks, which people work off, and which the API can work off too.

Documented at hc.jiandaoyun.com/open/16051 and the pages beside it; codes of failures at zh_cn/open/12344. Two nodes
follow the one in which a row is handed in: a reviewer decides, and if goods come back the warehouse takes them in.
The instance's id is the row's. A flow is no transaction with the row's fields.
"""

from collections.abc import Mapping
from typing import Any

from simulator.erp.document import Document
from simulator.erp.jiandaoyun.errors import FLOW_TEXTS
from simulator.erp.jiandaoyun.rows import FLOW
from simulator.world import World

Flow = dict[str, Any]
Task = dict[str, Any]

START, REVIEW, GOODS = 0, 1, 2
NODES = {START: ("发起", ""), REVIEW: ("审核", "reviewer"), GOODS: ("收货", "warehouse")}
"""Nodes of the flow: id to name and assignee; that of the first is whoever created the row."""
RUNNING, FINISHED, CLOSED = 0, 1, 2
WAITING, DONE, ENDED, ACTIVATED, PAUSED = 0, 1, 2, 4, 5
"""States of a task: ended with its instance, activated anew, and paused until somebody else has signed."""
TO_DO = (WAITING, ACTIVATED)

_FORWARD = {"approve": 0, "receive": 0, "approve_return": GOODS, "approve_exchange": GOODS, "approve_reship": 0}
"""Decisions that agree, and the node that follows."""


class Failed(Exception):
    """A workflow call fails: an answer of its own kind, with HTTP 200."""

    def __init__(self, code: int) -> None:
        """Keep *code*, one of `FLOW_TEXTS`."""
        super().__init__(FLOW_TEXTS[code])
        self.code = code


def begun(data_id: str, now: int, creator: str = "") -> Flow:
    """Return the flow of a row with which it is started; *creator* is the member who did, if one is known."""
    flow: Flow = {"state": RUNNING, "result": None, "began": now, "ended": None, "creator": creator}
    flow |= {"revision": 1, "tasks": []}
    return add(flow, data_id, REVIEW, now)


def add(flow: Flow, data_id: str, node: int, now: int, action: str = "forward", **more: Any) -> Flow:
    """Return *flow* with one task more at *node*; *more* are fields of it."""
    name, assignee = NODES[node]
    task = {
        "task_id": f"{data_id[:8]}{data_id[16:]}{len(flow['tasks']) + 1:08x}",  # a row's own part is its last digits
        "flow_id": node,
        "flow_name": name,
        "assignee": assignee or flow["creator"],
        "revision": flow["revision"],
        "create_time": now,
        "create_action": action,
        "finish_time": None,
        "finish_action": None,
        "status": WAITING,
        "comment": "",
    }
    return {**flow, "tasks": [*flow["tasks"], task | more]}


def put(flow: Flow, task: Task, **values: Any) -> Flow:
    """Return *flow* with other *values* in one of its tasks."""
    tasks = [each | values if each["task_id"] == task["task_id"] else each for each in flow["tasks"]]
    return {**flow, "tasks": tasks}


def done(flow: Flow, task: Task, action: str, now: int, comment: str = "") -> Flow:
    """Return *flow* with *task* finished by *action*."""
    return put(flow, task, finish_time=now, finish_action=action, status=DONE, comment=comment)


def cleared(flow: Flow) -> Flow:
    """Return *flow* with every task that waits ended."""
    over = (*TO_DO, PAUSED)
    return {**flow, "tasks": [task | {"status": ENDED} if task["status"] in over else task for task in flow["tasks"]]}


def ended(flow: Flow, now: int, result: int | None, state: int = FINISHED) -> Flow:
    """Return *flow* at its end; *result* is 1 agreed, 0 rejected."""
    return cleared(flow) | {"state": state, "result": result, "ended": now}


def passed(flow: Flow, data_id: str, task: Task, now: int, *, goods: bool) -> Flow:
    """Return *flow* after *task* was agreed to: it goes on once nobody at its node has to sign any more."""
    held = next((each for each in flow["tasks"] if each["task_id"] == task.get("for")), None)
    if held is not None and held["status"] == PAUSED:
        return put(flow, held, status=WAITING)
    if any(each["flow_id"] == task["flow_id"] and each["status"] in TO_DO for each in flow["tasks"]):
        return flow
    follows = task.get("then", {START: REVIEW, REVIEW: GOODS if goods else None}.get(task["flow_id"]))
    return ended(flow, now, 1) if follows is None else add(flow, data_id, follows, now)


def decided(document: Document, now: int) -> Flow | None:
    """Return the flow after a decision that is new in *document*, or None if nothing moves it."""
    flow, kind = document.raw.get(FLOW), document.decision.get("kind")
    task = waiting(flow) if flow else None
    if flow is None or task is None or kind is None or document.decision.get("revision") != document.revision:
        return None
    back = kind in {"refuse", "refuse_return", "refuse_exchange", "refuse_reship"}
    flow = {**flow, "revision": document.revision}
    flow = cleared(done(flow, task, "reject" if back else "forward", now, document.decision["text"]))
    if _FORWARD.get(kind):
        return add(flow, document.external, _FORWARD[kind], now)
    return ended(flow, now, 0 if back else 1)


def waiting(flow: Mapping[str, Any]) -> Task | None:
    """Return the first task that somebody has to do."""
    return next((task for task in flow["tasks"] if task["status"] in TO_DO), None)


def instance(world: World, instance_id: Any) -> Document:
    """Return the row whose flow has that id.

    Raises:
        Failed: if there is no such row, or no flow was started with it.
    """
    document = world.state.documents.external(instance_id) if isinstance(instance_id, str) else None
    if document is None or document.deleted:
        raise Failed(4001)
    if FLOW not in document.raw:
        raise Failed(50016)
    return document


def task_of(flow: Flow, task_id: Any) -> Task:
    """Return the task with that id.

    Raises:
        Failed: if there is none.
    """
    found: Task | None = next((task for task in flow["tasks"] if task["task_id"] == task_id), None)
    if found is None:
        raise Failed(50004)
    return found
