"""The ERP's callbacks: who sent one is checked before a word of it is read, and each is taken once."""

import hashlib
import hmac
import json
import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from connectors.clock import Clock

if TYPE_CHECKING:
    from connectors.desk import Desk

WINDOW = 300.0
"""Seconds by which the time in a callback may differ from ours: an older one was kept by somebody."""

JSON = dict[str, Any]

log = logging.getLogger("connector")


class Callbacks:
    """Takes the callbacks of the generic ERP for all shops."""

    def __init__(self, secret: str, desks: Sequence["Desk"], now: Clock) -> None:
        """Believe what is signed with *secret* and about a shop of *desks*."""
        self._secret = secret.encode()
        self._desks = {desk.nick: desk for desk in desks}
        self._clock = now

    def receive(self, headers: Mapping[str, str], content: bytes) -> int:
        """Take a callback and return the HTTP status to answer with: 204, or why it is not believed."""
        told = {name.lower(): value for name, value in headers.items()}
        stamp = told.get("x-timestamp", "")
        if not self.signed(told.get("x-signature", ""), stamp, content):
            log.warning("a callback was not signed by the ERP")
            return 401
        if not stamp.isdigit() or abs(int(stamp) - self._clock.now()) > WINDOW:
            log.warning("a callback was signed at %s, and it is too late for it", stamp or "no time")
            return 401
        try:
            document = json.loads(content)["document"]
            desk = self._desks.get(str(document["shop"]))
        except (ValueError, KeyError, TypeError):
            return 400
        if desk is None:
            log.warning("a callback was about a shop that is not ours")
            return 404
        delivery = told.get("x-delivery", "")
        if desk.memory.fact(desk.nick, delivery, "callback"):
            return 204  # it was taken
        desk.decisions.heard(document)
        desk.memory.learn(desk.nick, delivery, "callback", "taken")
        return 204

    def signed(self, signature: str, stamp: str, content: bytes) -> bool:
        """Tell whether the ERP signed *content* at the time *stamp*."""
        if not self._secret:
            return False
        right = hmac.new(self._secret, stamp.encode() + b"." + content, hashlib.sha256).hexdigest()
        return hmac.compare_digest(signature.encode(), right.encode())
