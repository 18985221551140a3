"""How many calls each app made of each method: counted from `Asked` entries, so that a restart forgets none."""

from typing import Any

from simulator.ledger.entry import Asked
from simulator.settings import Settings

_DAY = 86_400
_GMT8 = 28_800


def midnight(seconds: int) -> int:
    """Return the next midnight (GMT+8) after *seconds* since 1970, as seconds since 1970."""
    return seconds - (seconds + _GMT8) % _DAY + _DAY


class Usage:
    """Well signed calls by app and method, of which some were refused by flow control (code 7)."""

    def __init__(self) -> None:
        """Start with none."""
        self.calls: dict[tuple[str, str], int] = {}
        self.limited: dict[tuple[str, str], int] = {}
        self._before: dict[str, tuple[int, int]] = {}
        """Calls, and those refused, by app up to the last midnight (GMT+8)."""
        self._midnight = 0
        self._rates: dict[tuple[str, ...], tuple[int, int]] = {}
        """Second last seen, and calls in it, by what is limited."""
        self._signatures: dict[str, int] = {}
        """When (ms) each came first, oldest first; kept where replays are refused."""

    def count(self, app: str, method: str, seconds: int) -> None:
        """Count a call of *app* at *seconds* since 1970."""
        if seconds >= self._midnight:
            self._new_day(seconds)
        key = (app, method)
        self.calls[key] = self.calls.get(key, 0) + 1

    def count_limited(self, app: str, method: str, seconds: int) -> None:
        """Count a call that flow control refused."""
        self.count(app, method, seconds)
        key = (app, method)
        self.limited[key] = self.limited.get(key, 0) + 1

    def of_day(self, app: str, seconds: int, *, with_limited: bool) -> int:
        """Return the calls of *app* on the day of *seconds*, those that were refused *with_limited* or not."""
        if seconds >= self._midnight:
            self._new_day(seconds)
        calls, limited = self._totals(app)
        calls_before, limited_before = self._before.get(app, (0, 0))
        today = calls - calls_before
        return today if with_limited else today - (limited - limited_before)

    def rate(self, about: tuple[str, ...], seconds: int) -> int:
        """Count a call of what *about* names, and return how many there were in this second."""
        second, calls = self._rates.get(about, (0, 0))
        calls = calls + 1 if second == seconds else 1
        self._rates[about] = (seconds, calls)
        return calls

    def is_replay(self, signature: str, now: int, lasts: int) -> bool:
        """Tell whether a call with that *signature* came within *lasts* ms before *now*, and remember it."""
        while self._signatures and self._signatures[oldest := next(iter(self._signatures))] < now - lasts:
            del self._signatures[oldest]
        known = signature in self._signatures
        self._signatures.setdefault(signature, now)
        return known

    def recall(self, asked: Asked, replays: int = 0) -> None:
        """Count a call that a ledger holds, and remember its signature if *replays* are refused for so many ms."""
        if not asked.signed:
            return
        if replays:
            self.is_replay(str(asked.params.get("sign", "")), asked.wall, replays)
        count = self.count_limited if asked.limited else self.count
        count(str(asked.params.get("app_key", "")), asked.method, asked.wall // 1000)

    def listed(self, seconds: int) -> dict[str, Any]:
        """Return {app: {calls, limited, today, methods: {name: {calls, limited}}}} as of *seconds* since 1970.

        `today` are the calls since midnight (GMT+8) that flow control let pass.
        """
        found: dict[str, Any] = {}
        for (app, method), calls in sorted(self.calls.items()):
            today = self.of_day(app, seconds, with_limited=False)
            one = found.setdefault(app, {"calls": 0, "limited": 0, "today": today, "methods": {}})
            limited = self.limited.get((app, method), 0)
            one["calls"] += calls
            one["limited"] += limited
            one["methods"][method] = {"calls": calls, "limited": limited}
        return found

    def _new_day(self, seconds: int) -> None:
        self._midnight = midnight(seconds)
        self._before = {app: self._totals(app) for app in {app for app, _ in self.calls}}

    def _totals(self, app: str) -> tuple[int, int]:
        calls = sum(count for (one, _), count in self.calls.items() if one == app)
        return calls, sum(count for (one, _), count in self.limited.items() if one == app)


def replays_for(settings: Settings) -> int:
    """Return for how many ms a call may not come again, as its timestamp is good for so long; 0: it may."""
    return 2000 * (settings["timestamp_skew"] or 600) if settings["refuse_replays"] else 0
