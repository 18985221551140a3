"""The sessions of a run: whose each was, how it died, who renewed it, and when it was first used."""

import msgspec

from contract_tests.call import Call
from simulator.ledger.entry import Changed
from simulator.ledger.values import Row
from simulator.tmall.account import Session

_REFRESH = "taobao.top.auth.token.refresh"


class Sessions:
    """Sessions, by their tokens. `contract_tests.history` fills it in."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.known: dict[str, Session] = {}
        """As each was last."""
        self.dead: dict[str, list[Call]] = {}
        """Platform calls refused for a dead session (27)."""
        self.renewals: dict[str, list[Call]] = {}
        """Attempts to renew each session, with the refresh token that came with it."""
        self.brought: dict[int, str] = {}
        """The session that a call brought, by the call's number."""
        self.first_use: dict[str, int] = {}
        """When each was first called with."""
        self._by_refresh: dict[str, str] = {}

    def row(self, entry: Changed, row: Row) -> None:
        """Take what became of a session."""
        values = row.values
        session = values if isinstance(values, Session) else msgspec.convert(values, Session)
        if row.id not in self.known and entry.cause:
            self.brought[entry.cause] = row.id
        self.known[row.id] = session
        if session.refresh:
            self._by_refresh[session.refresh] = row.id

    def asked(self, call: Call) -> None:
        """Note that a session was used, or is to be renewed."""
        params = call.asked.params
        token = params.get("session")
        if token:
            self.first_use.setdefault(str(token), call.began)
        elif call.method == _REFRESH or (call.method == "oauth.token" and params.get("grant_type") == "refresh_token"):
            renewed = self._by_refresh.get(str(params.get("refresh_token", "")))
            if renewed:
                self.renewals.setdefault(renewed, []).append(call)

    def died(self, call: Call) -> bool:
        """Note that *call* was refused for its session, and tell whether that is the first to show it."""
        calls = self.dead.setdefault(str(call.asked.params.get("session", "")), [])
        calls.append(call)
        return len(calls) == 1

    def by_grant(self) -> dict[str, list[Call]]:
        """Return the attempts to renew, in order, by the authorisation that they are about."""
        found: dict[str, list[Call]] = {}
        for token, calls in self.renewals.items():
            found.setdefault(self.known[token].grant, []).extend(calls)
        return {grant: sorted(calls, key=lambda call: call.began) for grant, calls in found.items()}
