"""The settings of a run and of its shops: which value holds, and where it came from."""

from collections.abc import Mapping
from typing import Any

from simulator.errors import UserError, unknown_name
from simulator.every_setting import SETTINGS
from simulator.words import say

_FREE = ("server_header", "ip_whitelist", "erp_ip_whitelist", "wdt_warehouses", "jushita_addresses")
"""Settings that take any text."""
_FLOW = ("app_daily_quota", "api_rate_limit", "app_api_rate_limit", "dynamic_rate_limit")


class Settings:
    """The values of one run, each with where it came from; `of` gives those that hold for one shop."""

    def __init__(self, chosen: Mapping[str, Any] | None = None, *, origin: str = "option") -> None:
        """Start from the defaults and set what was *chosen*."""
        self.values: dict[str, Any] = {name: setting.default for name, setting in SETTINGS.items()}
        self.origins: dict[str, str] = dict.fromkeys(SETTINGS, "default")
        self.limits_flow = False
        """Whether any limit of flow control is on: the one thing that a call looks at when none is."""
        self.shops: dict[str, ShopSettings] = {}
        """By nick, of the shops that have a value of their own."""
        for name, value in (chosen or {}).items():
            self.set(name, value, origin=origin)

    def __getitem__(self, name: str) -> Any:
        """Return the value in force."""
        return self.values[name]

    def check(self, name: str, value: Any) -> Any:
        """Return *value* as the setting keeps it.

        Raises:
            UserError: if there is no such setting, or the value is none that it can take.
        """
        setting = SETTINGS.get(name)
        if setting is None:
            raise unknown_name(say("what.setting", "setting"), name, SETTINGS)
        if isinstance(setting.default, bool):
            if not isinstance(value, bool):
                raise _takes(name, say("setting.flag", "true or false"), value)
        elif isinstance(setting.default, int):
            if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                raise _takes(name, say("setting.number", "a number from 0"), value)
        elif name in _FREE:
            if not isinstance(value, str):
                raise _takes(name, say("setting.text", "a text"), value)
        elif value not in (setting.default, *setting.alternatives):
            known = ", ".join(map(str, (setting.default, *setting.alternatives)))
            raise _takes(name, say("setting.one_of", "one of {known}", known=known), value)
        return value

    def set(self, name: str, value: Any, *, origin: str) -> None:
        """Give setting *name* a *value* from *origin* (option, environment, target, control …)."""
        self.values[name] = self.check(name, value)
        self.origins[name] = origin
        self.limits_flow = any(self.values[limit] for limit in _FLOW)
        for shop in self.shops.values():
            shop.follow(name)

    def of(self, nick: str) -> "Settings | ShopSettings":
        """Return what holds for shop *nick*: its own values, and those of the run for the rest."""
        return self.shops.get(nick, self) if self.shops else self

    def own(self, nick: str) -> Mapping[str, str]:
        """Return where each value that shop *nick* has of its own came from."""
        return self.shops[nick].own if nick in self.shops else {}

    def set_for(self, nick: str, name: str, value: Any, *, origin: str) -> None:
        """Give setting *name* a *value* for shop *nick* alone; without an *origin* the shop follows the run again.

        Raises:
            UserError: as for `check`, or if the setting is about the whole run.
        """
        self.check_for(name, value if origin else self.values.get(name))
        if origin:
            self.shops.setdefault(nick, ShopSettings(self)).set(name, value, origin)
        elif nick in self.shops:
            self.shops[nick].own.pop(name, None)
            self.shops[nick].follow(name)

    def check_for(self, name: str, value: Any) -> Any:
        """Return *value* as a shop keeps it.

        Raises:
            UserError: as for `check`, or if the setting is about the whole run.
        """
        found = self.check(name, value)
        if not SETTINGS[name].per_shop:
            raise UserError(
                say("setting.run_only", "setting {name} is about the whole run, not about one shop.", name=name),
                expected=say("setting.run_only_how", "Set it without a shop: NAME=VALUE."),
            )
        return found

    def listed(self) -> dict[str, dict[str, Any]]:
        """Return {name: {value, origin}} for the ledger's header and the report."""
        return {name: {"value": self.values[name], "origin": self.origins[name]} for name in SETTINGS}


class ShopSettings:
    """What holds for one shop. A value of its own comes before the run's, wherever that came from."""

    def __init__(self, run: Settings) -> None:
        """Follow *run* in everything."""
        self._run = run
        self.values = dict(run.values)
        self.own: dict[str, str] = {}
        """Where each value of its own came from."""

    def __getitem__(self, name: str) -> Any:
        """Return the value in force."""
        return self.values[name]

    def set(self, name: str, value: Any, origin: str) -> None:
        """Keep a *value* of its own."""
        self.values[name], self.own[name] = value, origin

    def follow(self, name: str) -> None:
        """Take over the run's value, unless there is one of its own."""
        if name not in self.own:
            self.values[name] = self._run.values[name]

    def listed(self) -> dict[str, dict[str, Any]]:
        """Return {name: {value, origin}} of what a shop can have; the origin of what is its own begins with `shop`."""
        return {
            name: {
                "value": self.values[name],
                "origin": f"shop: {self.own[name]}" if name in self.own else self._run.origins[name],
            }
            for name, setting in SETTINGS.items()
            if setting.per_shop
        }


AnySettings = Settings | ShopSettings
"""The run's, or those that hold for a shop."""


def _takes(name: str, what: str, value: Any) -> UserError:
    message = say("setting.takes", "setting {name} takes {what}, not {value}.", name=name, what=what, value=repr(value))
    return UserError(message)
