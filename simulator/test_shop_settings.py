"""Settings of one shop: they hold for it alone, and a restart or a reset forgets none of them."""

from pathlib import Path

import pytest

from simulator.errors import UserError
from simulator.every_probe import PROBES
from simulator.every_setting import SETTINGS
from simulator.serving import Options, Simulator, open_shops, renew
from simulator.settings import Settings
from simulator.test_every_setting import CASES
from simulator.tmall.caller import Caller
from simulator.tmall.test_flow import Stepped
from simulator.world import World

SHOPS_OWN = [(name, number) for name, number in CASES if SETTINGS[name].per_shop]


@pytest.mark.parametrize(("name", "number"), SHOPS_OWN)
def test_a_value_of_the_shops_own_changes_its_answers_and_nobody_elses(tmp_path: Path, name: str, number: int) -> None:
    value = SETTINGS[name].alternatives[number]
    usual = Caller.open(tmp_path / "usual", clock=Stepped())
    own = Caller.open(tmp_path / "own", clock=Stepped())
    own.world.set_for(own.shop.nick, name, value, origin="test")
    neighbour = Caller.open(tmp_path / "neighbour", clock=Stepped())
    neighbour.world.add_shop()
    neighbour.world.set_for("沙箱旗舰店2", name, value, origin="test")
    lone = Caller.open(tmp_path / "lone", clock=Stepped())
    lone.world.add_shop()
    # As many entries as the neighbour's, since numbers in answers follow from them.
    lone.world.set("server_header", "Tengine", origin="test")

    expected = PROBES[name](usual)
    assert PROBES[name](own) != expected
    assert PROBES[name](neighbour) == PROBES[name](lone)


def test_the_runs_value_does_not_reach_a_shop_with_its_own() -> None:
    settings = Settings({"list_lag": 5})
    settings.set_for("一号店", "list_lag", 90, origin="control")
    settings.set("list_lag", 7, origin="control")
    settings.set("edition", "current", origin="control")

    assert (settings["list_lag"], settings.of("一号店")["list_lag"], settings.of("二号店")["list_lag"]) == (7, 90, 7)
    assert settings.of("一号店")["edition"] == "current"
    settings.set_for("一号店", "list_lag", None, origin="")
    assert settings.of("一号店")["list_lag"] == 7


def test_what_is_about_the_run_is_no_shops() -> None:
    with pytest.raises(UserError, match="the whole run"):
        Settings().set_for("一号店", "time_scale", 10, origin="control")


def test_a_recovered_world_and_a_reset_one_keep_the_values_of_shops(tmp_path: Path) -> None:
    world = World.open(tmp_path / "run")
    world.add_shop("一号店")
    world.set_for("一号店", "edition", "current", origin="control")
    world.set_for("一号店", "list_lag", 90, origin="control")
    world.set_for("一号店", "list_lag", None, origin="")
    world.book.close()

    back = World.open(tmp_path / "run")
    assert back.settings.of("一号店")["edition"] == "current"
    assert back.settings.own("一号店") == {"edition": "control"}
    back.begin_again()
    back.book.close()
    assert World.open(back.folder).settings.own("一号店") == {"edition": "control"}


def test_serve_gives_a_shop_its_value_once_and_what_was_changed_since_stays(tmp_path: Path) -> None:
    asked = {"沙箱旗舰店2/edition": "current", "list_lag": 3}
    world = World.open(tmp_path / "run", chosen={"list_lag": 3})
    open_shops(world, 2, asked)
    held = world.settings.of("沙箱旗舰店2")
    assert (held["edition"], held["list_lag"], world.settings["edition"]) == ("current", 3, "legacy")
    world.set_for("沙箱旗舰店2", "edition", "legacy", origin="control")
    world.book.close()

    again = World.open(tmp_path / "run")
    open_shops(again, 2, asked)
    assert again.settings.of("沙箱旗舰店2").listed()["edition"] == {"value": "legacy", "origin": "shop: control"}


def test_serve_refuses_a_value_for_a_shop_that_it_does_not_have(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="三号店 is not a known shop"):
        open_shops(World.open(tmp_path / "run"), 2, {"三号店/edition": "current"})


def test_a_setting_that_no_shop_can_have_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    options = Options(data=tmp_path / "run", port=0, settings={"沙箱旗舰店1/time_scale": 2})

    with pytest.raises(UserError, match="the whole run"):
        Simulator(options)
    assert not (tmp_path / "run").exists()


def test_another_value_at_the_next_start_holds_and_the_same_one_leaves_what_was_changed_since(tmp_path: Path) -> None:
    world = World.open(tmp_path / "run", chosen={"list_lag": 3})
    world.set("list_lag", 5, origin="control")
    world.set("edition", "current", origin="control")
    world.book.close()

    again = World.open(tmp_path / "run")
    renew(again, {"list_lag": 3, "edition": "legacy"})
    assert (again.settings["list_lag"], again.settings["edition"]) == (5, "current")
    renew(again, {"list_lag": 4})
    again.book.close()
    last = World.open(tmp_path / "run")
    assert (last.settings["list_lag"], last.settings.origins["list_lag"]) == (4, "option")
