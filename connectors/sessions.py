"""The session of one account of a shop, renewed when the platform tells that it is dead."""

import hashlib
import json
import math
import threading
import time
from typing import Any

import urllib3

from connectors.errors import Later
from connectors.memory import Memory
from connectors.settings import Account

PROBE = 300.0
"""Seconds after which a session that was told to be dead, and could not be renewed, is tried again."""

TIMEOUT = urllib3.Timeout(connect=2.0, read=10.0)

_REFUSED = frozenset({"invalid_grant", "invalid_client", "unauthorized_client", "unsupported_grant_type"})
"""Words of RFC 6749 that mean: a person must authorise the shop again."""


class Session:
    """The key with which an account calls. Every thread of the shop asks here for it.

    A renewed pair of keys is kept in the database: the one before it is dead, so a restart must not take it up again.
    """

    def __init__(self, account: Account, app: tuple[str, str], url: str, http: urllib3.PoolManager, memory: Memory):
        """Begin with what was told of *account*, or with what became of that; *app* is its key and secret.

        *url* is where sessions are granted; without one, or without a refresh token, nothing is renewed.
        """
        self._app_key, self._app_secret = app
        self._url = url
        self._http = http
        self._memory = memory
        self._origin = hashlib.sha256(account.session.encode()).hexdigest()
        kept = memory.session(self._origin)
        self._key, self._refresh_token = kept or (account.session, account.refresh_token)
        self._lock = threading.Lock()
        self._dead = False
        self._closed = 0.0
        """Until when (monotonic) a dead session is left alone."""
        self._probed = math.inf
        """Since when a call may show that it lives again."""

    def key(self) -> str:
        """Return the session's key, renewed if that can be done.

        Raises:
            Later: if it is dead, and it is not yet time to see whether that has changed.
        """
        with self._lock:
            if self._dead:
                left = self._closed - time.monotonic()
                if left > 0:
                    raise Later(f"the session is dead, left alone for {left:.0f} more seconds", left)
                if self._refresh_token and self._url:
                    self._renew()
                else:  # one call may look whether somebody has authorised the shop again
                    self._probed = time.monotonic()
                    self._closed = self._probed + PROBE
            return self._key

    def worked(self, since: float) -> None:
        """Note that a call begun at *since* (monotonic) was let in."""
        if self._dead and since >= self._probed:
            self._dead = False

    def renew(self, dead: str) -> None:
        """Get another key in place of *dead*, unless another thread has done so already.

        Only one thread asks: the second of two answers would kill the session that the first one brought.

        Raises:
            Later: if that cannot be done, or not now.
        """
        with self._lock:
            if self._key == dead:
                self._dead = True
                self._renew()

    def _renew(self) -> None:
        if not self._url or not self._refresh_token:
            raise self._close("the session is dead: the shop must be authorised again")
        answer = self._asked()
        key, refresh_token = str(answer["access_token"]), str(answer.get("refresh_token") or self._refresh_token)
        self._memory.renew_session(self._origin, key, refresh_token)
        self._key, self._refresh_token, self._dead = key, refresh_token, False

    def _asked(self) -> dict[str, Any]:
        """Return the platform's answer to the refresh token."""
        fields = {"grant_type": "refresh_token", "refresh_token": self._refresh_token}
        fields |= {"client_id": self._app_key, "client_secret": self._app_secret}
        try:
            response = self._http.request(
                "POST", self._url, fields=fields, encode_multipart=False, timeout=TIMEOUT, retries=False
            )
            answer = json.loads(response.data)
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise self._close(f"the session was not renewed ({type(error).__name__})", 1.0) from error
        if isinstance(answer, dict) and answer.get("access_token"):
            return answer
        why = str(answer.get("error", "")) if isinstance(answer, dict) else ""
        if why in _REFUSED:
            raise self._close(f"the session cannot be renewed ({why}): the shop must be authorised again")
        raise self._close(f"the session was not renewed (HTTP {response.status})", 1.0)

    def _close(self, why: str, pause: float = PROBE) -> Later:
        self._closed = time.monotonic() + pause
        return Later(why, pause)
