"""How Jushuitan (聚水潭) is called on its present gateway: signed forms, with a token that is renewed in time."""

import hashlib
import json
import logging
import secrets
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import urllib3

from connectors.clock import Clock
from connectors.erp_http import request
from connectors.errors import Later, Refused, Unknown

EARLY = 86_400
"""Seconds before a token expires at which it is renewed, or a tenth of its life if that is less."""

JSON = dict[str, Any]

_TOO_MANY = {199: 1.0, 200: 60.0}
"""Seconds to wait after each code of a rate limit."""
_TOKEN, _TIME = 100, 140

log = logging.getLogger("connector")


class Gateway:
    """An app's way to the platform. Every failure is one of the three in `connectors.errors`."""

    def __init__(self, url: str, app: tuple[str, str], clock: Clock, http: urllib3.PoolManager) -> None:
        """Speak to the platform at *url* as *app* (key, secret), whose calls carry the time."""
        self._url = url
        self._app, self._secret = app
        self._clock = clock
        self._http = http
        self._token: JSON = {}
        self._lock = threading.Lock()

    def call(self, path: str, biz: JSON | list[JSON]) -> JSON:
        """Make a call; a token that has died is renewed once."""
        content = json.dumps(biz, ensure_ascii=False, separators=(",", ":"))
        token = self._access()
        for last in (False, True):
            try:
                return self._ask(path, {"access_token": token, "version": "2", "biz": content})
            except _Dead as dead:
                if last:
                    raise Later(str(dead)) from dead
                token = self._access(dead=token)
        raise AssertionError("unreachable")

    def _access(self, dead: str = "") -> str:
        """Return an access token that is not *dead*; whoever finds it so first renews it, the others take theirs."""
        with self._lock:
            known = self._token
            now = self._clock.now()
            if not known or known["access"] == dead or known["until"] <= now:
                got = self._given(str(known.get("refresh", "")))
                life = int(got["expires_in"])
                until = now + life - min(EARLY, life // 10)
                self._token = {
                    "access": str(got["access_token"]),
                    "refresh": got.get("refresh_token") or "",
                    "until": until,
                }
            return str(self._token["access"])

    def _given(self, refresh: str) -> JSON:
        """Ask for tokens: by the *refresh* token while that is good, else by a code of our own making.

        Apps of one's own shops may do the second.
        """
        if refresh:
            asked = {"grant_type": "refresh_token", "refresh_token": refresh, "scope": "all"}
            try:
                return self._ask("/openWeb/auth/refreshToken", asked)
            except Refused as refused:
                log.warning("%s", refused)
        asked = {"grant_type": "authorization_code", "code": secrets.token_hex(3)}
        return self._ask("/openWeb/auth/getInitToken", asked)

    def _ask(self, path: str, fields: Mapping[str, str]) -> JSON:
        signed = {"app_key": self._app, "timestamp": str(int(self._clock.now())), "charset": "utf-8", **fields}
        signed["sign"] = sign(self._secret, signed)
        headers = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}
        answer = request(self._http, "POST", self._url + path, path, body=urlencode(signed), headers=headers)
        return _read(path, answer.status, answer.data)


class _Dead(Refused):
    """The access token is not, or no longer, good."""


def sign(secret: str, fields: Mapping[str, str]) -> str:
    """Return the sign: hex MD5 of the secret, then each field's name and value in order of name."""
    text = secret + "".join(name + fields[name] for name in sorted(fields) if name != "sign")
    return hashlib.md5(text.encode()).hexdigest()


def _read(path: str, status: int, content: bytes) -> JSON:
    """Return the data of an answer, or raise what it means: HTTP says nothing, the code everything."""
    try:
        found = json.loads(content)
        code, said = int(found["code"]), found.get("msg") or ""
    except (ValueError, KeyError, TypeError) as error:
        text = f"erp {path}: HTTP {status}, and no answer of the platform"
        raise (Later(text) if status == 503 else Unknown(text)) from error
    text = f"erp {path}: code {code} {said}".rstrip()
    if code in _TOO_MANY:
        raise Later(text, _TOO_MANY[code])
    if code == _TIME:
        raise Later(text)
    if code == _TOKEN:
        raise _Dead(text)
    if code != 0:
        raise Refused(text)
    data: JSON = found["data"]
    return data
