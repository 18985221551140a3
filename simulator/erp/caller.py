"""An integration as short as can be: what the conformance test and the benchmark drive a profile with."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec


class Wanted(NamedTuple):
    """A request to send."""

    method: str
    path: str
    body: bytes = b""
    headers: Sequence[tuple[bytes, bytes]] = ()
    query: bytes = b""


class Got(NamedTuple):
    """An answer as it came, or a push (status 0)."""

    status: int
    content: bytes
    headers: Mapping[str, str] = {}
    query: str = ""

    def json(self) -> Any:
        """Return the content as JSON."""
        return msgspec.json.decode(self.content)


class Seen(NamedTuple):
    """A record in an answer."""

    number: str
    """What names it in an update."""
    refund_id: str
    amount: int
    """Fen."""
    decision: str = ""
    """One of the decisions of `simulator.ledger.entry.Decision`, or empty."""
    revision: str = ""
    """What an update can be based on, where the dialect has revisions."""


class Caller(Protocol):
    """Writes requests and reads answers of one dialect."""

    repeats: bool
    """Whether creating the same again is known to be the same record."""

    def create(self, content: Mapping[str, Any]) -> Wanted:
        """Return the request that creates a record.

        *content*: shop, refund_id, tid, oid, type, status ("pending"), amount (fen), quantity, version.
        """

    def update(self, seen: Seen, content: Mapping[str, Any]) -> Wanted:
        """Return the request that gives the record *seen* the *content*, based on no revision."""

    def stale(self, seen: Seen, content: Mapping[str, Any]) -> Wanted | None:
        """Return the update that is based on the revision *seen*; None: the last writer wins in this dialect."""

    def find(self, refund_id: str, shop: str) -> Wanted:
        """Return the request that lists the records of one refund."""

    def page(self, limit: int, before: Got | None) -> Wanted | None:
        """Return the request for the first page of all records, or for the one after *before*; None: that was all."""

    def seen(self, answer: Got) -> list[Seen]:
        """Return the records in *answer* (also the one that a write returns), or in a push."""

    def error(self, answer: Got) -> str:
        """Return the code of the error that *answer* is, or an empty text."""

    def wrong(self) -> Sequence[tuple[Wanted, str]]:
        """Return requests that the ERP refuses, each with the code of its error."""

    def denied(self) -> str:
        """Return the code of the error for a wrong key."""

    def genuine(self, push: Got, secret: str) -> bool:
        """Tell whether a *push* is signed as the ERP signs, or is not signed in this dialect."""
        ...
