"""The workflow's calls: an instance, a member's tasks, what was done, and the acts, which answer in their own way."""

from collections.abc import Mapping
from typing import Any

from simulator.erp.dialect_app import Json
from simulator.erp.document import Document
from simulator.erp.jiandaoyun import flow_acts, rows, values, workflow
from simulator.erp.jiandaoyun.calls import FLOW_ACTIONS, Call
from simulator.erp.jiandaoyun.errors import Refusal, as_json, failed
from simulator.erp.jiandaoyun.form import Form
from simulator.erp.jiandaoyun.paging import page, whole
from simulator.erp.jiandaoyun.rows import FLOW
from simulator.erp.jiandaoyun.workflow import Failed
from simulator.erp.profile import cause, noted
from simulator.world import World

RESULT_SINCE = 6
"""Version from which an instance tells its result, and the list of tasks goes on from a task instead of a number."""
CREATOR = "api"
"""The member in whose name rows are that nobody is named for."""


class Flows:
    """The flows of one form's rows."""

    def __init__(self, world: World, form: Form) -> None:
        """Answer for *world*, whose form is *form*."""
        self._world = world
        self._form = form

    def answer(self, call: Call, body: dict[str, Any]) -> Json:
        """Do what is asked; what fails is answered with HTTP 200, unless the setting says otherwise."""
        if call.name not in FLOW_ACTIONS:
            return self._told(call, body)
        try:
            flow_acts.act(self._world, call.name, body, cause())
        except Failed as error:
            answer = failed(error.code)
            noted().error = {name: answer[name] for name in ("code", "message")}
            return as_json(answer, self._world.settings["jdy_flow_failure_status"])
        noted().effect = True
        return as_json({"status": "success"})

    def _told(self, call: Call, body: dict[str, Any]) -> Json:
        try:
            if call.name == "instance":
                return self._instance(call, body)
            if call.name == "tasks":
                return self._tasks(call, body)
            if call.name == "copies":
                return self._copies(body)
            if call.name == "logs":
                return as_json({"logs": page(self._logs(body.get("instance_id")), body)})
            return self._comments(body)
        except Failed as error:
            raise Refusal(4001, str(error)) from error

    def _instance(self, call: Call, body: dict[str, Any]) -> Json:
        document = workflow.instance(self._world, body.get("instance_id"))
        flow, form = document.raw[FLOW], self._form
        found = {
            "app_id": form.app_id,
            "form_id": form.entry_id,
            "form_title": form.name,
            "instance_id": document.external,
            "url": link(form, document),
            "create_time": values.utc(flow["began"]),
            "update_time": values.utc(document.updated),
            "finish_time": values.utc(flow["ended"]) if flow["ended"] else None,
            "status": flow["state"],
            "creator": values.member(flow["creator"] or CREATOR),
        }
        if call.version >= RESULT_SINCE:
            found["result"] = flow["result"]
        if body.get("tasks_type", 1) != 0:
            found["tasks"] = [self._task(document, task) for task in flow["tasks"]]
        return as_json(found)

    def _task(self, document: Document, task: Mapping[str, Any]) -> dict[str, Any]:
        times = {name: values.utc(task[name]) if task[name] else None for name in ("create_time", "finish_time")}
        names = ("task_id", "flow_id", "flow_name", "create_action", "finish_action", "status")
        return {
            **{name: task[name] for name in names},
            **times,
            "instance_id": document.external,
            "app_id": self._form.app_id,
            "form_id": self._form.entry_id,
            "form_title": self._form.name,
            "title": f"{self._form.name} {document.refund_id}",
            "url": link(self._form, document),
            "assignee": values.member(task["assignee"]),
            "creator": values.member(document.raw[FLOW]["creator"] or CREATOR),
        }

    def _tasks(self, call: Call, body: dict[str, Any]) -> Json:
        username = body.get("username")
        if not values.is_member(username):
            raise Refusal(1010, "username")
        found = self._waiting_for(str(username))
        skip, after = 0, body.get("task_id")
        if call.version < RESULT_SINCE:
            skip = whole(body.get("skip"), 0)
        elif isinstance(after, str) and after:
            found = [pair for pair in found if pair[1]["task_id"] > after]
        limit = min(100, max(10, whole(body.get("limit"), 10)))
        shown = [self._task(document, task) for document, task in found[skip : skip + limit]]
        return as_json({"has_more": len(found) > skip + limit, "tasks": shown})

    def _copies(self, body: dict[str, Any]) -> Json:
        """Return what a member was sent for information: nothing, for no form here has a node that does (抄送)."""
        if not values.is_member(body.get("username")):
            raise Refusal(1010, "username")
        return as_json({"has_more": False, "cc_list": []})

    def _waiting_for(self, username: str) -> list[tuple[Document, workflow.Task]]:
        """Return the tasks that wait for a member, oldest first."""
        return [
            (document, task)
            for document in self._world.state.documents.rows.values()
            if FLOW in document.raw and not document.deleted
            for task in document.raw[FLOW]["tasks"]
            if task["status"] in workflow.TO_DO and task["assignee"] == username
        ]

    def _logs(self, instance_id: Any) -> list[dict[str, Any]]:
        """Return what was done in an instance."""
        names = ("flow_id", "flow_name", "create_action", "finish_action", "comment")
        return [
            {
                **{name: task[name] for name in names},
                **{name: values.utc(task[name]) for name in ("create_time", "finish_time")},
                "operator": values.member(task["assignee"]),
            }
            for task in workflow.instance(self._world, instance_id).raw[FLOW]["tasks"]
            if task["finish_time"]
        ]

    def _comments(self, body: dict[str, Any]) -> Json:
        rows.found(self._world, body.get("data_id"))
        found = [
            {
                "operator": entry["operator"],
                "flowAction": entry["finish_action"],
                "flowNodeName": entry["flow_name"],
                "comment": entry["comment"],
                "signature_url": None,
            }
            for entry in self._logs(body.get("data_id"))
        ]
        return as_json({"approveCommentList": found[whole(body.get("skip"), 0) :]})


def link(form: Form, document: Document) -> str:
    """Return the address at which people look at a row."""
    return f"/dashboard#/app/{form.app_id}/form/{form.entry_id}/data/{document.external}"
