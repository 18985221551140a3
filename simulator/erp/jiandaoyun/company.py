"""The address book (通讯录) as far as an integration reads it: one department, and those who are in it.

The paths are those of the official demos; what the answers hold beyond that is assumed. Who works there is fixed: the
key may read the address book and not change it, which the API answers with code 8302.
"""

from typing import Any

from simulator.erp.dialect_app import Json
from simulator.erp.jiandaoyun import values
from simulator.erp.jiandaoyun.errors import Refusal, as_json
from simulator.erp.jiandaoyun.paging import page

ROOT = 1
"""Number of the company's department."""
_READ = {
    "department/list": "departments",
    "department/user/list": "people",
    "user/get": "person",
    "role/list": "roles",
    "role/user/list": "people_of",
}
_CHANGES = frozenset(
    {
        *(f"user/{name}" for name in ("create", "update", "delete", "batch_delete", "import")),
        *(f"department/{name}" for name in ("create", "update", "delete", "import")),
        *(f"role/{name}" for name in ("create", "update", "delete", "add_members", "remove_members")),
    }
)
CALLS = {**{f"corp/{path}": name for path, name in _READ.items()}, **{f"corp/{path}": "staffing" for path in _CHANGES}}
"""Name of the call at each path after the version."""
NAMES = frozenset(CALLS.values())
_ROLES = {number: username for number, username in enumerate(values.MEMBERS, 1) if username != "api"}
"""A role for each of those who decide."""


def answer(name: str, body: dict[str, Any]) -> Json:
    """Answer the call *name* about the address book.

    Raises:
        Refusal: 1010 or 6002 if there is no such member or department, 3005 for a role, 8302 for every change.
    """
    if name == "staffing":
        raise Refusal(8302, "通讯录只读")
    if name == "person":
        return as_json({"user": values.member(_member(body.get("username")))})
    if name == "roles":
        rows = [{"role_no": number, "name": values.MEMBERS[who], "group_no": ROOT} for number, who in _ROLES.items()]
        return as_json({"roles": page(rows, body)})
    if name == "people_of":
        number = body.get("role_no")
        if not isinstance(number, int) or number not in _ROLES:
            raise Refusal(3005, "role_no")
        return as_json({"users": page([values.member(_ROLES[number])], body)})
    number = body.get("dept_no")
    if isinstance(number, bool) or number != ROOT:
        raise Refusal(6002, "dept_no")
    if name == "departments":  # those below it, of which there are none
        return as_json({"departments": []})
    return as_json({"users": [values.member(username) for username in values.MEMBERS]})


def _member(username: Any) -> str:
    if not values.is_member(username):
        raise Refusal(1010, "username")
    return str(username)
