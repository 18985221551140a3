"""What the API does to a flow: work a task off, send it back, hand it on, take it back, close and activate.

Pages 16052 to 16056, 17367 (revoke) and 17368 (add_sign). What a designer could forbid at a node is allowed here.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from simulator.erp import writing
from simulator.erp.document import Document
from simulator.erp.jiandaoyun import values, workflow
from simulator.erp.jiandaoyun.form import form
from simulator.erp.jiandaoyun.rows import BY, FLOW
from simulator.erp.jiandaoyun.workflow import Failed, Flow, Task
from simulator.world import World

BEFORE, AFTER, PARALLEL = 0, 1, 2
_SIGNS = {BEFORE: "sign_before", AFTER: "sign_after", PARALLEL: "sign_parallel"}
NORMAL, DIRECT = 1, 2
"""How a task that was sent back goes on (`back_type`): node by node, or straight to where it came from."""


class Asked(NamedTuple):
    """What one call asks of one flow."""

    document: Document
    body: Mapping[str, Any]
    now: int

    @property
    def flow(self) -> Flow:
        """Return the flow as it is, and the revision in which it is about to move."""
        return {**self.document.raw[FLOW], "revision": self.document.revision + 1}

    @property
    def data_id(self) -> str:
        """Return the row's id."""
        return self.document.external

    @property
    def username(self) -> str:
        """Return who acts."""
        return str(self.body.get("username") or "")

    @property
    def comment(self) -> str:
        """Return what is said with it."""
        return str(self.body.get("comment") or "")

    @property
    def goods(self) -> bool:
        """Tell whether goods come back."""
        return self.document.type in {"return_refund", "exchange"}

    def task(self) -> Task:
        """Return the task that is to be worked off.

        Raises:
            Failed: if the flow or the task is over, waits for another signature, or is not this member's.
        """
        task = workflow.task_of(self.flow, self.body.get("task_id"))
        if self.flow["state"] == workflow.CLOSED:
            raise Failed(4008)
        if task["status"] == workflow.PAUSED:
            raise Failed(50062)
        if task["status"] not in workflow.TO_DO:
            raise Failed(5025)
        if task["assignee"] != self.username:
            raise Failed(5024)
        return task


def act(world: World, action: str, body: Mapping[str, Any], cause: int) -> None:
    """Do what the API asks of a flow.

    Raises:
        Failed: with the code of its answer, if that cannot be done.
    """
    if not form(world).workflow:
        raise Failed(5056)
    if action not in {"close", "activate"} and not values.is_member(body.get("username")):
        raise Failed(1010)
    asked = Asked(workflow.instance(world, body.get("instance_id")), body, world.clock.wall())
    flow = ACTIONS[action](asked)
    writing.update(world, asked.document, {}, {FLOW: flow, BY: asked.username or "api"}, cause=cause, always=True)


def _approve(asked: Asked) -> Flow:
    task = asked.task()
    flow = workflow.done(asked.flow, task, "forward", asked.now, asked.comment)
    return workflow.passed(flow, asked.data_id, task, asked.now, goods=asked.goods)


def _reject(asked: Asked) -> Flow:
    flow = workflow.done(asked.flow, asked.task(), "reject", asked.now, asked.comment)
    return workflow.ended(flow, asked.now, 0)


def _rollback(asked: Asked) -> Flow:
    task, target, back = asked.task(), asked.body.get("flow_id"), asked.body.get("back_type")
    node = task["flow_id"] - 1 if target is None else target
    if task["flow_id"] == workflow.START:
        raise Failed(50040)
    if back not in (None, NORMAL, DIRECT) or isinstance(node, bool) or node not in workflow.NODES:
        raise Failed(5003)
    if node == task["flow_id"]:
        raise Failed(50041)
    if node > task["flow_id"]:
        raise Failed(5011)
    if node == workflow.START and not asked.flow["creator"]:
        raise Failed(50049)
    more = {"then": task["flow_id"]} if back == DIRECT else {}
    flow = workflow.cleared(workflow.done(asked.flow, task, "back", asked.now, asked.comment))
    return workflow.add(flow, asked.data_id, node, asked.now, "back", **more)


def _transfer(asked: Asked) -> Flow:
    task, other = asked.task(), asked.body.get("transfer_username")
    if not other:
        raise Failed(50024)
    if not values.is_member(other):
        raise Failed(1010)
    if other == task["assignee"]:
        raise Failed(50015)
    flow = workflow.done(asked.flow, task, "transfer", asked.now, asked.comment)
    more = {name: task[name] for name in ("for", "then") if name in task}
    return workflow.add(flow, asked.data_id, task["flow_id"], asked.now, "transfer", assignee=other, **more)


def _add_sign(asked: Asked) -> Flow:
    task, other = asked.task(), asked.body.get("add_sign_username")
    kind = asked.body.get("add_sign_type")
    if not other:
        raise Failed(50053)
    if isinstance(other, list):
        raise Failed(50061)
    if not values.is_member(other):
        raise Failed(50060)
    if other == task["assignee"]:
        raise Failed(50059)
    if isinstance(kind, bool) or kind not in _SIGNS:
        raise Failed(50052)
    if task["create_action"] in _SIGNS.values():
        raise Failed(50054)
    flow, more = asked.flow, {"then": task["then"]} if "then" in task else {}
    if kind == AFTER:
        flow = workflow.done(flow, task, _SIGNS[kind], asked.now, asked.comment)
    elif kind == BEFORE:
        flow, more = workflow.put(flow, task, status=workflow.PAUSED), more | {"for": task["task_id"]}
    return workflow.add(flow, asked.data_id, task["flow_id"], asked.now, _SIGNS[kind], assignee=other, **more)


def _revoke(asked: Asked) -> Flow:
    """Take back what a member has submitted: the task that is named, or else the handing in of the row."""
    flow, task_id = asked.flow, asked.body.get("task_id")
    if flow["state"] != workflow.RUNNING:
        raise Failed(4008)
    if not task_id:
        if not flow["creator"] or flow["creator"] != asked.username:
            raise Failed(4009)
        return workflow.add(workflow.cleared(flow), asked.data_id, workflow.START, asked.now, "revoke")
    task = workflow.task_of(flow, task_id)
    if task["assignee"] != asked.username:
        raise Failed(4009)
    if task["status"] != workflow.DONE or task["finish_action"] != "forward":
        raise Failed(5025)
    return workflow.add(workflow.cleared(flow), asked.data_id, task["flow_id"], asked.now, "revoke")


def _close(asked: Asked) -> Flow:
    if asked.flow["state"] != workflow.RUNNING:
        raise Failed(4008)
    return workflow.ended(asked.flow, asked.now, None, workflow.CLOSED)


def _activate(asked: Asked) -> Flow:
    node = asked.body.get("flow_id")
    if isinstance(node, bool) or node not in (workflow.REVIEW, workflow.GOODS):
        raise Failed(5003)
    if asked.flow["state"] == workflow.RUNNING:
        raise Failed(50073)
    flow = asked.flow | {"state": workflow.RUNNING, "ended": None, "result": None}
    return workflow.add(flow, asked.data_id, node, asked.now, "activate", status=workflow.ACTIVATED)


ACTIONS: Mapping[str, Callable[[Asked], Flow]] = {
    "approve": _approve,
    "reject": _reject,
    "rollback": _rollback,
    "transfer": _transfer,
    "add_sign": _add_sign,
    "revoke": _revoke,
    "close": _close,
    "activate": _activate,
}
"""What each call makes of a flow."""
