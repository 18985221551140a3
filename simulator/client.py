"""The control API's client: how the harness opens trades, lets actors act, arms faults and reads the ledger."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
import urllib3

from simulator.ledger.entry import AnyEntry
from simulator.phrase import joined, written

CHUNK = 500
"""Trades or acts a request; longer lists are sent in several."""

_Object = dict[str, Any]
_entries = msgspec.json.Decoder(AnyEntry)


class ControlError(Exception):
    """The control API refused a request (HTTP *status*), or does not answer (*status* 0)."""

    def __init__(self, message: str, *, status: int = 0, where: str = "", known: Sequence[str] = ()) -> None:
        """Keep what the API said: *where* the mistake is, and what would have been *known*."""
        super().__init__(f"{where}: {message}" if where else message)
        self.words = joined((where, message), ": ", ": ") if where else message
        """All of it as a text, which knows its Chinese if the API said it."""
        self.status = status
        self.where = where
        self.known = tuple(known)


class Control:
    """A running simulator, seen through its control API. Threads may share it."""

    def __init__(self, base_url: str, token: str) -> None:
        """Talk to the API at *base_url* (`http://127.0.0.1:8800`); nothing is sent yet."""
        self.base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._pool = urllib3.PoolManager(maxsize=16, retries=False)

    def health(self) -> _Object:
        """Return {ready, entries}."""
        return self._object("GET", "/v1/health")

    def endpoints(self) -> _Object:
        """Return every URL, key and shop, as `serve --json` prints them."""
        return self._object("GET", "/v1/endpoints")

    def shop(self, nick: str = "", kind: str = "B") -> _Object:
        """Open a shop (B Tmall, C Taobao) and return it with its secrets."""
        return self._object("POST", "/v1/shops", {"nick": nick, "type": kind})

    def trades(self, specs: Mapping[str, Any] | Sequence[Mapping[str, Any]], play: str = "") -> Any:
        """Create one trade and return {tid, oids, shop}, or create a list of them and return the list."""
        if isinstance(specs, Mapping):
            return self._request("POST", "/v1/trades", _in_play(specs, play))
        return self._many("/v1/trades", [_in_play(spec, play) for spec in specs])

    def act(self, act: str, args: Mapping[str, Any] | None = None, play: str = "") -> _Object:
        """Let an actor act and return {accepted, reason, seq, result}."""
        return self._object("POST", "/v1/acts", {"act": act, "args": dict(args or {}), "play": play})

    def acts(self, acts: Sequence[Mapping[str, Any]]) -> list[_Object]:
        """Let actors act ({act, args, play?}), in order, and return what became of each."""
        return self._many("/v1/acts", acts)

    def fault(self, spec: Mapping[str, Any]) -> str:
        """Arm a fault and return its id."""
        return str(self._object("POST", "/v1/faults", dict(spec))["fault"])

    def lift(self, fault_id: str = "", play: str = "") -> list[str]:
        """Lift one fault, or all of a play, or (neither given) all, and return the ids of those lifted."""
        path = f"/v1/faults/{quote(fault_id, safe='')}" if fault_id else f"/v1/faults?{urlencode({'play': play})}"
        return list(self._object("DELETE", path)["lifted"])

    def hook(self, spec: Mapping[str, Any]) -> str:
        """Hang an act on a moment of a call and return the hook's id."""
        return str(self._object("POST", "/v1/hooks", dict(spec))["hook"])

    def drop(self, hook_id: str = "", play: str = "") -> list[str]:
        """Take away a hook, or all hooks of a play, and return the ids of those taken away."""
        path = f"/v1/hooks/{quote(hook_id, safe='')}" if hook_id else f"/v1/hooks?{urlencode({'play': play})}"
        return list(self._object("DELETE", path)["dropped"])

    def mark(
        self, name: str, detail: Mapping[str, Any] | None = None, play: str = "", refunds: Sequence[str] = ()
    ) -> int:
        """Write a mark into the ledger and return its number."""
        mark = {"name": name, "detail": dict(detail or {}), "play": play, "refunds": list(refunds)}
        return int(self._object("POST", "/v1/marks", mark)["seq"])

    def life(self, who: str, event: str, detail: Mapping[str, Any] | None = None) -> int:
        """Write into the ledger that a process started, exited …, and return the entry's number."""
        life = {"who": who, "event": event, "detail": dict(detail or {})}
        return int(self._object("POST", "/v1/life", life)["seq"])

    def state(self, entity: str = "", ident: str = "") -> Any:
        """Return all rows by entity and id, those of an entity by id, or one row."""
        parts = [quote(str(part), safe="") for part in (entity, ident) if part]
        return self._request("GET", "/".join(["/v1/state", *parts]))

    def settings(self) -> _Object:
        """Return every setting with value, origin, default, alternatives and provenance."""
        return self._object("GET", "/v1/settings")

    def setting(self, name: str, value: Any) -> _Object:
        """Give a setting another value."""
        return self._object("PUT", f"/v1/settings/{quote(name, safe='')}", {"value": value})

    def move_on(self, *, by: float = 0.0, to: str = "", play: str = "") -> _Object:
        """Move the time on *by* seconds, or *to* a moment; return {seq, by, shift, now}. The integration's stays."""
        return self._object("POST", "/v1/clock", {"by": by, "to": to, "play": play})

    def shop_settings(self, nick: str) -> _Object:
        """Return what holds for shop *nick* of the settings that a shop can have: {name: {value, origin}}."""
        return self._object("GET", f"/v1/shops/{quote(nick, safe='')}/settings")

    def shop_setting(self, nick: str, name: str, value: Any) -> _Object:
        """Give shop *nick* a value of its own; None: it follows the run again."""
        path = f"/v1/shops/{quote(nick, safe='')}/settings/{quote(name, safe='')}"
        return self._object("DELETE", path) if value is None else self._object("PUT", path, {"value": value})

    def app(self, **app: Any) -> _Object:
        """Open an app, or change the one whose app_key is given, and return it with its secret.

        *app* is any of app_key, title, callback, packages, ips and refreshable.
        """
        return self._object("POST", "/v1/apps", app)

    def session(self, shop: str, **session: Any) -> _Object:
        """Give out a session of *shop* (app_key, role, packages, seconds) and return what the token endpoint would."""
        return self._object("POST", "/v1/sessions", {"shop": shop, **session})

    def usage(self) -> _Object:
        """Return {app key: {calls, limited, today, methods: {name: {calls, limited}}}}."""
        return self._object("GET", "/v1/usage")

    def clock(self) -> _Object:
        """Return {now, shift, apps: {app key: {timestamp, window, differs}}}: what time the apps believe it is."""
        return self._object("GET", "/v1/clock")

    def messages(self) -> _Object:
        """Return {app key: {group: {waiting, put, got}}}: the queues of the message channel."""
        return self._object("GET", "/v1/messages")

    def callback_url(self, url: str) -> None:
        """Let the ERP send its callbacks to *url* (empty: to nobody)."""
        self._object("POST", "/v1/callback-url", {"url": url})

    def ledger(self, after: int = 0, wait: float = 0.0, limit: int = 5000) -> list[AnyEntry]:
        """Return up to *limit* entries with numbers above *after*, waiting up to *wait* seconds for the first."""
        query = urlencode({"after": after, "wait": wait, "limit": limit})
        found: list[AnyEntry] = _entries.decode_lines(self._send("GET", f"/v1/ledger?{query}", patience=wait))
        return found

    def reset(self) -> str:
        """Begin a new ledger in a new data folder and return the folder."""
        return str(self._object("POST", "/v1/reset", {})["data"])

    def _many(self, path: str, items: Sequence[Mapping[str, Any]]) -> list[_Object]:
        found: list[_Object] = []
        for start in range(0, len(items), CHUNK):
            found += self._request("POST", path, [dict(item) for item in items[start : start + CHUNK]])
        return found

    def _object(self, verb: str, path: str, values: Any = None) -> _Object:
        found = self._request(verb, path, values)
        if not isinstance(found, dict):
            raise ControlError(f"{self.base_url}{path} answered no object; is it a refund-sandbox?")
        return found

    def _request(self, verb: str, path: str, values: Any = None) -> Any:
        content = self._send(verb, path, None if values is None else msgspec.json.encode(values))
        try:
            return msgspec.json.decode(content)
        except msgspec.DecodeError as error:
            raise ControlError(f"{self.base_url}{path} answered no JSON; is it a refund-sandbox?") from error

    def _send(self, verb: str, path: str, content: bytes | None = None, *, patience: float = 0.0) -> bytes:
        timeout = urllib3.Timeout(connect=5.0, read=60.0 + patience)
        try:
            answer = self._pool.request(
                verb, self.base_url + path, body=content, headers=self._headers, timeout=timeout
            )
        except urllib3.exceptions.HTTPError as error:
            raise ControlError(
                f"the simulator at {self.base_url} does not answer ({type(error).__name__}); it may have ended"
            ) from error
        if answer.status >= 400:
            raise _refused(answer.status, answer.data)
        return answer.data


def _in_play(spec: Mapping[str, Any], play: str) -> _Object:
    return {**spec, "play": play} if play else dict(spec)


def _refused(status: int, content: bytes) -> ControlError:
    try:
        error = msgspec.json.decode(content)["error"]
        parts = [
            written(error[name], error.get(f"{name}_zh", "")) for name in ("message", "expected") if error.get(name)
        ]
        message = joined(parts, " ", "")
        return ControlError(message, status=status, where=error.get("where", ""), known=error.get("known", ()))
    except (msgspec.DecodeError, KeyError, TypeError):
        return ControlError(f"HTTP {status}", status=status)
