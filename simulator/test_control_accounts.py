"""Apps and sessions through the control API, held to its description."""

from pathlib import Path
from typing import Any

import pytest

from simulator.conftest import Described
from simulator.control import create_app
from simulator.faults.plan import FaultPlan
from simulator.hooks import Hooks
from simulator.world import World


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> World:
    world = World.open(tmp_path / "run")
    world.add_shop("一号店")
    return world


@pytest.fixture(name="control")
def _control(world: World) -> Described:
    app = create_app(world, FaultPlan(world), Hooks(world), dict)
    return Described(app, {"Authorization": f"Bearer {world.control_token}"}, "/openapi.json")


def test_an_app_is_opened_and_changed_and_keeps_its_secret(control: Described, world: World) -> None:
    opened = control("post", "/v1/apps", {"title": "第二应用", "packages": {"refund": "granted"}})
    changed = control("post", "/v1/apps", {"app_key": "23000002", "packages": None, "ips": ["10.0.0.1"]})

    assert (opened.status_code, changed.status_code) == (201, 200)
    app = changed.get_json()
    assert (app["app_key"], app["title"], app["ips"]) == ("23000002", "第二应用", ["10.0.0.1"])
    assert "packages" not in app
    assert app["app_secret"] == opened.get_json()["app_secret"] == world.apps["23000002"]
    assert app["app_secret"] != world.apps["23000001"]


def test_a_shop_may_authorise_another_app(control: Described, world: World) -> None:
    control("post", "/v1/apps", {"app_key": "24000000"})
    shop = control("post", "/v1/shops", {"nick": "二号店", "app_key": "24000000"}).get_json()

    session = world.session(shop["session"])

    assert session is not None
    assert (shop["app_key"], session.app_key) == ("24000000", "24000000")
    assert shop["app_secret"] == world.apps["24000000"]


def test_a_session_is_given_out_for_some_packages_and_seconds(control: Described, world: World) -> None:
    asked = {"shop": "一号店", "role": "sub", "packages": ["refund"], "seconds": 5}
    found = control("post", "/v1/sessions", asked).get_json()

    session = world.session(found["access_token"])

    assert found["expires_in"] == 5
    assert session is not None
    assert (session.role, session.packages) == ("sub", ("refund",))


@pytest.mark.parametrize(
    ("path", "asked", "message"),
    [
        ("/v1/apps", {"packages": {"refunds": "granted"}}, "refunds is not a known package"),
        ("/v1/apps", {"packages": {"refund": "given"}}, "given is not a known way to hold a package"),
        ("/v1/apps", {"app_key": "mine"}, "app_key mine is no number"),
        ("/v1/shops", {"nick": "x", "app_key": "1"}, "1 is not a known app"),
        ("/v1/sessions", {"shop": "nobody"}, "nobody is not a known shop"),
        ("/v1/sessions", {"shop": "一号店", "app_key": "1"}, "1 is not a known app"),
        ("/v1/sessions", {"shop": "一号店", "role": "owner"}, "role owner is no kind of account"),
        ("/v1/sessions", {"shop": "一号店", "seconds": 0}, "seconds is 0"),
        ("/v1/sessions", {"shop": "一号店", "packages": ["all"]}, "all is not a known package"),
    ],
)
def test_a_mistake_is_told_with_what_would_have_been_right(
    control: Described, path: str, asked: dict[str, Any], message: str
) -> None:
    answer = control("post", path, asked)

    assert answer.status_code == 400
    assert message in answer.get_json()["error"]["message"]


def test_a_shop_has_a_value_of_its_own_until_it_follows_the_run_again(control: Described, world: World) -> None:
    world.add_shop("二号店")
    own = control("put", "/v1/shops/一号店/settings/list_order", {"value": "modified_asc"}).get_json()
    control("put", "/v1/settings/edition", {"value": "current"})
    found = control("get", "/v1/shops/一号店/settings").get_json()
    other = control("get", "/v1/shops/二号店/settings").get_json()

    assert own == {"name": "list_order", "shop": "一号店", "value": "modified_asc", "origin": "shop: control"}
    assert found["list_order"] == {"value": "modified_asc", "origin": "shop: control"}
    assert found["edition"] == {"value": "current", "origin": "control"}
    assert other["list_order"] == {"value": "modified_desc", "origin": "default"}
    assert "timestamp_skew" not in found
    again = control("delete", "/v1/shops/一号店/settings/list_order").get_json()
    assert (again["value"], again["origin"]) == ("modified_desc", "default")


def test_what_a_shop_cannot_have_is_refused(control: Described) -> None:
    about_the_run = control("put", "/v1/shops/一号店/settings/time_scale", {"value": 10})
    no_value = control("put", "/v1/shops/一号店/settings/list_order", {"value": "random"})

    assert (about_the_run.status_code, no_value.status_code) == (400, 400)
    assert "the whole run" in about_the_run.get_json()["error"]["message"]
    assert control("put", "/v1/shops/三号店/settings/list_order", {"value": "modified_asc"}).status_code == 404
    assert control("delete", "/v1/shops/一号店/settings/list_ordr").status_code == 404
    assert control("get", "/v1/shops/三号店/settings").status_code == 404
