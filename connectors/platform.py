"""The platform's side: signed calls to TOP, and what its answers mean."""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import urllib3

from connectors import clock
from connectors.clock import Clock
from connectors.errors import Later, Refused, Unknown
from connectors.sessions import Session
from connectors.settings import Shop

TIMEOUT = urllib3.Timeout(connect=2.0, read=5.0)

_LATER = frozenset({4, 5, 6, 7, 8, 10})
"""Limits and platform trouble. 15 is told apart by its sub_code: isp.* is the platform's fault, isv.* is ours."""

_HOPELESS = ("isp.null-pointer-exception", "isp.top-parse-error", "isp.top-mapping-parse-error")
_DEAD_SESSION = 27
_BAN = re.compile(r"ban will last for (\d+)")

JSON = dict[str, Any]


def sign(params: Mapping[str, str], secret: str, method: str = "hmac-sha256") -> str:
    """Return the signature of *params* (decoded, without files): name and value of each, sorted by name, digested."""
    text = "".join(name + params[name] for name in sorted(params) if name != "sign").encode()
    key = secret.encode()
    if method == "hmac-sha256":
        return hmac.new(key, text, hashlib.sha256).hexdigest().upper()
    if method == "hmac":
        return hmac.new(key, text, hashlib.md5).hexdigest().upper()
    return hashlib.md5(key + text + key).hexdigest().upper()


_OF_THE_APP = ("by-app-access-count", "by-dynamic-access-count")
"""How sub codes of bans end that are about all that the app does; others are about one method."""


class _DeadSession(Exception):
    """The platform says that the session of a call is dead."""


class Platform:
    """The platform, as one shop sees it."""

    def __init__(
        self,
        url: str,
        shop: Shop,
        own: Clock,
        http: urllib3.PoolManager,
        main: Session,
        sub: Session,
        *,
        signing: str = "hmac-sha256",
        closed: dict[str, float] | None = None,
    ):
        """Speak to the gateway at *url* for *shop*, by the time of our *own* clock, as its *main* or *sub* account.

        Shops of one app share what is *closed* to it.
        """
        self.shop = shop
        self._main = main
        self._sub = sub
        self._url = url
        self.clock = own
        self._http = http
        self._signing = signing
        self._closed: dict[str, float] = {} if closed is None else closed
        """Until when (monotonic) a method or everything (the empty text) is not to be asked."""

    def call(
        self,
        method: str,
        params: Mapping[str, Any],
        *,
        sub: bool = False,
        bare: bool = False,
        files: Mapping[str, Any] | None = None,
    ) -> JSON:
        """Call *method* and return what its answer holds. *files* is {name: (file name, bytes, content type)}.

        With *sub*, the sub-account asks; *bare*: the app itself, without any session.

        Raises:
            Refused: the platform said no.
            Later: it cannot now, or has banned us for a while; a write may all the same have happened.
            Unknown: no complete answer came.
        """
        self.heed("", method)
        if bare:
            return self._called(method, params, "", files)
        session = self._sub if sub else self._main
        for _ in range(2):
            key = session.key()
            began = time.monotonic()
            try:
                answer = self._called(method, params, key, files)
            except _DeadSession:
                # It was not let in, so that nothing has happened, and the same call may be made again.
                session.renew(key)
            else:
                session.worked(began)
                return answer
        raise Later(f"{method}: a session just renewed is dead", 1.0)

    def _called(self, method: str, params: Mapping[str, Any], session: str, files: Mapping[str, Any] | None) -> JSON:
        form = self._signed(method, params, session)
        try:
            if files:
                answer = self._http.request("POST", self._url, fields={**form, **files}, timeout=TIMEOUT, retries=False)
            else:
                answer = self._http.request(
                    "POST",
                    self._url,
                    body=urlencode(form),
                    headers={"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"},
                    timeout=TIMEOUT,
                    retries=False,
                )
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
            raise Later(f"{method}: not reachable") from error
        except urllib3.exceptions.HTTPError as error:
            raise Unknown(f"{method}: {type(error).__name__}") from error
        return self._understood(method, answer.status, answer.data)

    def _signed(self, method: str, params: Mapping[str, Any], session: str) -> dict[str, str]:
        form = {
            "method": method,
            "app_key": self.shop.app_key,
            **({"session": session} if session else {}),
            "timestamp": clock.text(self.clock.now()),
            "format": "json",
            "v": "2.0",
            "sign_method": self._signing,
            # An empty value is neither sent nor signed: clients and gateway disagree about its signature.
            **{name: _wire(value) for name, value in params.items() if value not in (None, "")},
        }
        form["sign"] = sign(form, self.shop.app_secret, self._signing)
        return form

    def _understood(self, method: str, status: int, data: bytes) -> JSON:
        try:
            root = json.loads(data)
        except ValueError as error:
            raise Unknown(f"{method}: HTTP {status}, and no JSON") from error
        if not isinstance(root, dict):
            raise Unknown(f"{method}: HTTP {status}, and no JSON object")
        if "error_response" in root:
            raise self._failure(method, root["error_response"])
        body = next((value for name, value in root.items() if name.endswith("_response")), None)
        if status != 200 or not isinstance(body, dict):
            raise Unknown(f"{method}: HTTP {status}, and no answer of that method")
        return body

    def _failure(self, method: str, error: JSON) -> Exception:
        code, sub = int(error.get("code", 0)), str(error.get("sub_code", ""))
        text = f"{method}: {code} {sub or error.get('msg', '')} {error.get('sub_msg', '')}".rstrip()
        if code == 7 or sub.startswith("accesscontrol."):
            found = _BAN.search(str(error.get("sub_msg", "")))
            pause = float(found[1]) if found else 1.0
            scope = "" if sub.endswith(_OF_THE_APP) else method
            self._closed[scope] = time.monotonic() + pause
            return Later(text, pause)
        if code == _DEAD_SESSION:
            return _DeadSession(text)
        if code in _LATER or (sub.startswith("isp.") and not sub.startswith(_HOPELESS)):
            return Later(text)
        return Refused(text)

    def heed(self, *scopes: str) -> None:
        """Raise `Later` as long as one of *scopes* is closed to us."""
        left = max(self._closed.get(scope, 0.0) for scope in scopes) - time.monotonic()
        if left > 0:
            raise Later(f"{scopes[1]}: closed to us for {left:.0f} more seconds", left)


def rows(answer: JSON, name: str, item: str) -> list[JSON]:
    """Return the list *name* of an answer: wrapped, bare, a single object, or absent when it is empty."""
    found = answer.get(name)
    if isinstance(found, dict):
        found = found.get(item)
    if isinstance(found, dict):
        return [found]
    return list(found or ())


def _wire(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
