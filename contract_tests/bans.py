"""Bans of the platform's flow control (code 7) as the integration was told of them, and who calls all the same."""

import re

import msgspec

from contract_tests.call import Call

CODE = 7
_SECONDS = re.compile(r"last for (\d+) more second")
_OF_AN_APP = frozenset({"limited-by-app-access-count", "limited-by-dynamic-access-count"})
"""Sub codes of bans that are about everything an app does; the others are about one API."""


class Told(msgspec.Struct, kw_only=True):
    """One ban: whom it shuts out, since when the integration has known, and until when that holds."""

    by: Call
    """The call that was answered with it."""
    app: str
    method: str
    """Empty: every one."""
    since: int
    """Microseconds of the monotonic clock."""
    until: int
    ran_into: list[Call]
    """Calls that it shuts out, begun while the integration knew of it, a second before its end at the latest."""

    @property
    def seconds(self) -> float:
        """Return how long it was known to last."""
        return (self.until - self.since) / 1e6


class Bans:
    """All bans of a run."""

    def __init__(self) -> None:
        """Know of none yet."""
        self.all: list[Told] = []
        self._last: dict[tuple[str, str], Told] = {}

    def told(self, call: Call) -> None:
        """Note a ban that the answer of *call* tells; a second answer about one that still holds tells no new one."""
        answer = call.answered
        if answer is None or answer.error.get("code") != CODE or call.delivered is None:
            return
        sub_code = str(answer.error.get("sub_code", "")).removeprefix("accesscontrol.")
        found = _SECONDS.search(str(answer.error.get("sub_msg", "")))
        length = int(found[1]) * 1_000_000 if found else 0
        app, method = _app(call), "" if sub_code in _OF_AN_APP else call.method
        known = self._last.get((app, method))
        if known is not None and call.delivered.mono < known.until:
            known.until = max(known.until, answer.mono + length)
            return
        since = call.delivered.mono
        ban = Told(by=call, app=app, method=method, since=since, until=answer.mono + length, ran_into=[])
        self._last[app, method] = ban
        self.all.append(ban)

    def asked(self, call: Call) -> None:
        """Note *call* if it runs into a ban that the integration knows of."""
        for scope in ((_app(call), ""), (_app(call), call.method)):
            ban = self._last.get(scope)
            if ban is not None and ban.since < call.began <= ban.until - 1_000_000:
                ban.ran_into.append(call)


def _app(call: Call) -> str:
    return str(call.asked.params.get("app_key", ""))
