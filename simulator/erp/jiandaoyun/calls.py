"""Which call a path is: v5 with the ids in the body, v1 to v4 with them in the path, workflow calls of any version."""

import re
from functools import lru_cache
from typing import NamedTuple

from simulator.erp.jiandaoyun import company

BASE = "/api"

_DATA = ("create", "get", "list", "update", "delete", "batch_create", "batch_update", "batch_delete")
_NEW = {
    "app/list": "apps",
    "app/entry/list": "forms",
    "app/entry/get": "form",
    "app/entry/widget/list": "widgets",
    "app/entry/file/get_upload_token": "upload_token",
    **{f"app/entry/data/{name}": name for name in _DATA},
    **company.CALLS,
}
_OLD = {
    "widgets": "widgets",
    "data_create": "create",
    "data_retrieve": "get",
    "data_update": "update",
    "data_delete": "delete",
    **{f"data_batch_{name}": f"batch_{name}" for name in ("create", "update", "delete")},
    "data": "list",
    "file/get_upload_token": "upload_token",
}
_OLDEST = re.compile(r"app/retrieve_all|app/([^/]+)/entry_retrieve")
"""The list of apps, and of the forms of one, before v5."""
_FLOW = {
    "instance/get": "instance",
    "instance/logs": "logs",
    "instance/close": "close",
    "instance/activate": "activate",
    "task/list": "tasks",
    "cc/list": "copies",
    **{f"task/{name}": name for name in ("approve", "reject", "rollback", "transfer", "add_sign", "revoke")},
}
FLOW_ACTIONS = frozenset({"close", "activate", "approve", "reject", "rollback", "transfer", "add_sign", "revoke"})
"""Calls that move a flow, and answer in its own envelope."""
FLOWS = FLOW_ACTIONS | {"instance", "logs", "tasks", "copies", "comments"}
"""Calls about flows."""
_VERSIONS = {
    **dict.fromkeys(("approve", "reject", "transfer", "add_sign", "close", "activate", "logs", "comments"), (1,)),
    **dict.fromkeys(("rollback", "revoke"), (1, 2)),
}
"""Versions of the workflow's calls, which count on their own (pages 16051 and beside it); of the others any."""

_LIMITS = {
    **dict.fromkeys(("create", "update", "delete", "upload_token", *FLOW_ACTIONS), 20),
    **dict.fromkeys(("batch_create", "batch_update", "batch_delete"), 10),
}
_PATH = re.compile(BASE + r"/v([1-6])/(.+)")
_OLD_PATH = re.compile(r"app/([^/]+)/entry/([^/]+)/(\w+(?:/\w+)?)")
_COMMENTS = re.compile(r"app/([^/]+)/entry/([^/]+)/data/([^/]+)/approval_comments")


class Call(NamedTuple):
    """What a request asks for; the ids are those in its path, if any."""

    name: str
    app_id: str = ""
    entry_id: str = ""
    data_id: str = ""
    version: int = 5

    @property
    def limit(self) -> int:
        """Return how often a second this group of calls may be made (help page 11261)."""
        oldest = self.version == 1 and (self.app_id or self.name == "apps")  # flows count their versions on their own
        return 5 if oldest else _LIMITS.get(self.name, 30)


@lru_cache(maxsize=1024)
def read(path: str) -> Call | None:
    """Return the call that *path* is, or None if there is none such."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    version, rest = int(found[1]), found[2]
    if rest.startswith("workflow/"):
        flow = _FLOW.get(rest.removeprefix("workflow/"))
        known = flow is not None and version in _VERSIONS.get(flow, (version,))
        return Call(flow, version=version) if flow is not None and known else None
    if comments := _COMMENTS.fullmatch(rest):
        return Call("comments", comments[1], comments[2], comments[3], version)
    if version >= 5:
        name = _NEW.get(rest)
        return None if name is None else Call(name, version=version)
    if oldest := _OLDEST.fullmatch(rest):
        return Call("forms" if oldest[1] else "apps", oldest[1] or "", version=version)
    old = _OLD_PATH.fullmatch(rest)
    if old is None or old[3] not in _OLD or (old[3] == "data" and version == 3):
        return None
    return Call(_OLD[old[3]], old[1], old[2], version=version)
