"""Each setting matters: with any of its alternatives the sandbox answers something else."""

from pathlib import Path
from typing import Any

import pytest

from simulator.every_probe import PROBES
from simulator.every_setting import SETTINGS
from simulator.settings import Settings
from simulator.tmall.caller import Caller
from simulator.tmall.test_flow import Stepped

CASES = [(name, number) for name, setting in SETTINGS.items() for number in range(len(setting.alternatives))]


def test_every_setting_is_shown_to_matter() -> None:
    assert PROBES.keys() == SETTINGS.keys()


@pytest.mark.parametrize(("name", "number"), CASES)
def test_every_alternative_changes_an_answer(tmp_path: Path, name: str, number: int) -> None:
    value = SETTINGS[name].alternatives[number]
    usual = Caller.open(tmp_path / "usual", clock=Stepped())
    chosen: dict[str, Any] = {name: value}
    other = Caller.open(tmp_path / "other", clock=Stepped(), **chosen)

    assert PROBES[name](other) != PROBES[name](usual)


@pytest.mark.parametrize("name", PROBES)
def test_without_an_alternative_the_answer_is_the_same(tmp_path: Path, name: str) -> None:
    one, other = (Caller.open(tmp_path / folder, clock=Stepped()) for folder in ("one", "other"))

    assert PROBES[name](one) == PROBES[name](other)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_says_what_it_is_about_and_how_sure_its_default_is(name: str) -> None:
    setting = SETTINGS[name]

    assert setting.provenance in {"documented", "observed", "assumed", "ours"}
    assert setting.text.endswith(".")
    assert Settings({name: setting.default})[name] == setting.default
