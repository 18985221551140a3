"""Settings and the errors of wrong ones."""

from typing import Any

import pytest

from simulator.errors import UserError
from simulator.every_setting import SETTINGS
from simulator.settings import Settings


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_has_an_alternative_that_it_accepts(name: str) -> None:
    setting = SETTINGS[name]

    chosen = Settings({name: setting.alternatives[0]})

    assert chosen[name] != setting.default
    assert chosen.origins[name] == "option"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("list_ordr", "modified_asc", "Did you mean list_order"),
        ("list_order", "random", "one of modified_desc, modified_asc"),
        ("list_lag", -1, "a number from 0"),
        ("list_lag", "soon", "a number from 0"),
        ("legacy_signing", "yes", "true or false"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_would_have_been_right(name: str, value: Any, message: str) -> None:
    with pytest.raises(UserError, match=message):
        Settings({name: value})
