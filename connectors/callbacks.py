"""The ERP's callbacks: who sent one is checked before a word of it is read, and each is taken once.

What a callback looks like, how it is signed, and what the ERP wants to hear, each ERP's ear knows
(`connectors.erp.EARS`).
"""

import hmac
import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from connectors.clock import Clock
from connectors.errors import Refused, Trouble

if TYPE_CHECKING:
    from connectors.desk import Desk

WINDOW = 300.0
"""Seconds by which the time in a callback may differ from ours: an older one was kept by somebody."""

JSON = dict[str, Any]
NONSENSE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)
"""What reading a callback raises if it is not what the ERP sends; whoever signed it, it must not be our end."""

log = logging.getLogger("connector")


class Arrived(NamedTuple):
    """A callback as it came."""

    headers: Mapping[str, str]
    """By lower-case name."""
    query: Mapping[str, str]
    content: bytes


class Reply(NamedTuple):
    """What it is answered with."""

    status: int
    content: bytes = b""
    kind: str = "text/plain"


class Notice(NamedTuple):
    """What a callback says, in our own words."""

    delivery: str = ""
    """Its own number, the same for each try of one delivery; empty: it has none."""
    shop: str = ""
    """Nick; empty: it does not say, and then it is the shop that has brought the document."""
    document: JSON | None = None
    """The document as `Erp.get` returns it, if the callback shows all of it."""
    number: str = ""
    """Else the refund whose document is to be read afresh; empty as well: nothing in it is of interest."""


class Ear(Protocol):
    """How one ERP calls back."""

    def signature(self, arrived: Arrived) -> str:
        """Return the signature that it bears; empty if there is none."""

    def right(self, arrived: Arrived, secret: str) -> str:
        """Return the signature that it would bear if whoever knows *secret* had sent it."""

    def stamp(self, arrived: Arrived) -> str:
        """Return when it was signed, in seconds since 1970, as it stands there."""

    def read(self, arrived: Arrived) -> Notice:
        """Return what it says.

        Raises:
            One of `NONSENSE`: if it is not what this ERP sends.
        """

    def reply(self, status: int) -> Reply:
        """Return the answer that this ERP understands, for one of ours: 204 taken, 400, 401, 404, 503 not now."""
        ...


class Callbacks:
    """Takes the callbacks of the ERP for all shops."""

    def __init__(self, ear: Ear, secret: str, desks: Sequence["Desk"], now: Clock) -> None:
        """Believe what *ear* finds signed with *secret* and is about a shop of *desks*."""
        self._ear = ear
        self._secret = secret
        self._desks = {desk.nick: desk for desk in desks}
        self._clock = now

    def receive(self, arrived: Arrived) -> Reply:
        """Take a callback and return what to answer."""
        return self._ear.reply(self.take(arrived))

    def take(self, arrived: Arrived) -> int:
        """Take a callback; return 204, or why it is not believed (400, 401, 404) or has to come again (503)."""
        if not self.signed(arrived):
            log.warning("a callback was not signed by the ERP")
            return 401
        stamp = self._ear.stamp(arrived)
        if not stamp.isdigit() or abs(int(stamp) - self._clock.now()) > WINDOW:
            log.warning("a callback was signed at %s, and it is too late for it", stamp or "no time")
            return 401
        try:
            notice = self._ear.read(arrived)
        except NONSENSE:
            return 400
        if notice.document is None and not notice.number:
            return 204  # it is about nothing that we care for
        desk = self._desk(notice)
        if desk is None:
            log.warning("a callback was about a shop that is not ours")
            return 404
        if notice.delivery and desk.memory.fact(desk.nick, notice.delivery, "callback"):
            return 204  # it was taken
        try:
            self._hear(desk, notice)
        except Refused as refused:
            log.warning("a callback was about what cannot be read: %s", refused)
            return 404
        except Trouble as trouble:
            log.warning("a callback was not taken: %s", trouble)
            return 503
        if notice.delivery:
            desk.memory.learn(desk.nick, notice.delivery, "callback", "taken")
        return 204

    def signed(self, arrived: Arrived) -> bool:
        """Tell whether the ERP signed it."""
        if not self._secret:
            return False
        right = self._ear.right(arrived, self._secret)
        return hmac.compare_digest(self._ear.signature(arrived).encode(), right.encode())

    def _desk(self, notice: Notice) -> "Desk | None":
        if notice.shop:
            return self._desks.get(notice.shop)
        brought = (desk for desk in self._desks.values() if desk.memory.written(desk.nick, notice.number))
        return next(brought, None)

    def _hear(self, desk: "Desk", notice: Notice) -> None:
        """Keep what the ERP says, or have a look where it only says where to look; then it cannot be lost."""
        document = notice.document or desk.delivery.papers.look(notice.number)
        if document is not None:
            desk.decisions.heard(document)
