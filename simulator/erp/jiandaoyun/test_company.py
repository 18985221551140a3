"""The address book, read: who is there, in which department and role, and that nobody changes it."""

from typing import Any

import pytest

from simulator.erp.jiandaoyun.conftest import ask
from simulator.erp.side import Side

DECIDE = ["reviewer", "warehouse"]


def _users(erp: Side, call: str, **body: Any) -> list[str]:
    return [row["username"] for row in ask(erp, call, **body).json()["users"]]


def test_members_are_found_by_department_by_role_and_by_name(erp: Side) -> None:
    assert ask(erp, "v5/corp/department/list", dept_no=1, has_child=True).json() == {"departments": []}
    assert _users(erp, "v5/corp/department/user/list", dept_no=1, has_child=True) == ["api", *DECIDE]
    roles = ask(erp, "v5/corp/role/list", skip=0, limit=10).json()["roles"]
    assert [_users(erp, "v5/corp/role/user/list", role_no=row["role_no"]) for row in roles] == [[who] for who in DECIDE]
    shown = ask(erp, "v5/corp/user/get", username="reviewer").json()["user"]
    assert (shown["username"], shown["departments"]) == ("reviewer", [1])


@pytest.mark.parametrize(
    ("call", "body", "code"),
    [
        ("user/get", {"username": "nobody"}, 1010),
        ("user/get", {}, 1010),
        ("department/list", {"dept_no": 7}, 6002),
        ("department/user/list", {"dept_no": True}, 6002),
        ("role/user/list", {"role_no": 99}, 3005),
        ("user/create", {"name": "新人", "username": "new"}, 8302),
        ("department/import", {"departments": []}, 8302),
        ("user/fire", {}, 1),
    ],
)
def test_what_is_not_there_and_every_change_is_refused(erp: Side, call: str, body: dict[str, Any], code: int) -> None:
    answer = ask(erp, f"v5/corp/{call}", **body)

    assert answer.json()["code"] == code
    assert answer.status == (404 if code == 1 else 400)


def test_nothing_is_sent_to_a_member_for_information(erp: Side) -> None:
    assert ask(erp, "v1/workflow/cc/list", username="reviewer").json() == {"has_more": False, "cc_list": []}
    assert ask(erp, "v1/workflow/cc/list", username="nobody").json()["code"] == 1010
