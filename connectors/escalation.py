"""The seller's time that runs out: people are told while they can still decide, each of them once a round."""

import json
import logging
import threading
from collections.abc import Callable

import urllib3

from connectors import clock
from connectors.clock import Clock
from connectors.errors import Later, Trouble
from connectors.memory import Memory

log = logging.getLogger("connector")


class Channel:
    """Where people hear of it: a URL that is POSTed to, or else a line of the log."""

    def __init__(self, url: str, http: urllib3.PoolManager) -> None:
        """Tell *url*; if that is empty, the log."""
        self._url = url
        self._http = http

    def tell(self, shop: str, refund_id: str, text: str, deadline: int = 0) -> None:
        """Tell people about a refund.

        Raises:
            Later: if nobody took it.
        """
        until = clock.text(deadline) if deadline else ""
        log.warning("ESCALATED refund %s of %s until %s: %s", refund_id, shop, until or "-", text)
        if not self._url:
            return
        body = {"refund_id": refund_id, "shop": shop, "deadline": until, "text": text}
        content = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        try:
            answer = self._http.request(
                "POST", self._url, body=content, headers=headers, timeout=urllib3.Timeout(2.0), retries=False
            )
        except urllib3.exceptions.HTTPError as error:
            raise Later(f"escalation: {type(error).__name__}") from error
        if answer.status >= 300:
            raise Later(f"escalation: HTTP {answer.status}")


class Watch:
    """The deadlines of one shop. *refresh* looks at a refund anew: its time may have been moved meanwhile."""

    def __init__(
        self,
        memory: Memory,
        shop: str,
        channel: Channel,
        now: Clock,
        lead: float,
        *,
        refresh: Callable[[str], bool],
        undecided: Callable[[str], bool],
    ) -> None:
        """Tell *channel* of what is *undecided* *lead* seconds before its time ends."""
        self._memory = memory
        self._shop = shop
        self._channel = channel
        self._clock = now
        self._lead = lead
        self._refresh = refresh
        self._undecided = undecided
        self._lock = threading.Lock()

    def cycle(self) -> None:
        """Tell of everything whose time ends soon and about which nobody has decided."""
        for refund_id, (_, told) in self._memory.approaching(self._shop, self._clock.now() + self._lead).items():
            if not told and self._undecided(refund_id):
                try:
                    self._one(refund_id)
                except Trouble as trouble:
                    log.warning("%s: %s: %s", self._shop, refund_id, trouble)

    def _one(self, refund_id: str) -> None:
        if not self._refresh(refund_id):
            return
        now = self._clock.now()
        at, told = self._memory.approaching(self._shop, now + self._lead).get(refund_id, (0, ""))
        if at and not told:
            self._channel.tell(self._shop, refund_id, "nobody has decided, and the platform will", at)
            self._memory.due_told(self._shop, refund_id, "escalated")

    def surface(self, refund_id: str, text: str, key: str) -> None:
        """Tell people of something only they can do, once for each *key*."""
        with self._lock:
            if self._memory.fact(self._shop, refund_id, f"told {key}"):
                return
            self._channel.tell(self._shop, refund_id, text)
            self._memory.learn(self._shop, refund_id, f"told {key}", "1")
