"""The ERP's side: 旺店通 in its two dialects, written by push and read by search; nothing tells us when it changes.

A push of what is known already changes nothing, so that it may be repeated. Documents are found by time of change in
whole seconds, at most 30 days at once: a look reaches back a little, and the next page begins where the last row
changed, because rows move to the end while they are paged. Only shops of one's own platform take pushes: the ERP has
one that mirrors each of ours.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import urllib3

from connectors import refunds
from connectors.clock import Clock
from connectors.erp_decision import decision
from connectors.erp_http import picture, request
from connectors.errors import Later, Refused, Trouble, Unknown

OWN_PLATFORM = 127
MOST_ROWS = 100
DAY = 86_400
LONGEST = 29 * DAY
"""Seconds that one search may span, and that the first one looks back."""
OVERLAP = 3
"""Seconds that each look for changes reaches back."""

JSON = dict[str, Any]

_KINDS = ("approve", "refuse", "approve_return", "receive")
_PASSING = ("未找到符合条件的订单", "频率限制")
_WRITTEN_BY_OTHERS = "已被修改"
_THERE_ALREADY = "退换单已存在"
_TIME = 7


class Dialect(ABC):
    """What both dialects do. Every failure is one of the three in `connectors.errors`."""

    def __init__(
        self, url: str, keys: Mapping[str, str], shops: Mapping[str, str], clock: Clock, http: urllib3.PoolManager
    ) -> None:
        """Speak to the ERP at *url* with *keys* (sid, app, secret, salt); *shops* are its numbers by nick."""
        self._url = url
        self._keys = keys
        self._shops = shops
        self._clock = clock
        self._http = http
        self._early: set[str] = set()

    @abstractmethod
    def _push(self, shop: str, body: JSON, *, early: bool) -> None:
        """Write *body* to the shop with that number; *early*: the goods had not left when the refund was asked for."""

    @abstractmethod
    def _search(self, shop: str, begin: int, end: int, page: int, size: int) -> list[JSON]:
        """Return documents that changed from *begin* to *end* (seconds), the oldest change first."""

    @abstractmethod
    def _find(self, refund_id: str) -> list[JSON]:
        """Return the documents of a refund."""

    @abstractmethod
    def _document(self, row: JSON) -> JSON:
        """Return a row as one of our documents, its decision's kind under `kind_decided`, `changed` its second."""

    def put(self, external: str, body: JSON) -> JSON:
        """Create or update the document of *body*'s refund; our number is the refund's."""
        if body["kind"] != "refund" or body.get("type") not in ("refund_only", "return_refund"):
            raise Refused(f"erp: no document says {body['kind']} {body.get('type')}")
        if body["hold"]:
            self._early.add(external)
        try:
            self._push(self._shop(str(body["shop"])), body, early=external in self._early)
        except Taken as taken:
            self._settle(external, body, taken)
        if body["status"] in ("closed", "refunded"):
            self._early.discard(external)
        return body

    def _settle(self, external: str, body: JSON, taken: Trouble) -> None:
        """See what is there already. Just that is as good as written; anything else is closed to our changes.

        Raises:
            Unknown: if nothing is there.
            Refused: if something else is.
        """
        found = self.get(external)
        if found is None:
            raise Unknown(str(taken)) from taken
        if not refunds.already({**found, "shop": body["shop"], "hold": body["hold"]}, body):
            raise Refused(str(taken)) from taken

    def get(self, external: str) -> JSON | None:
        """Return the document with our number *external*, or None if there is none (of late)."""
        found = self._find(external.removeprefix("TM-"))
        return self._whole(found[0]) if found else None

    def documents(self, shop: str, after: str, limit: int = MOST_ROWS) -> tuple[list[JSON], str, bool]:
        """Return documents of *shop* changed after a cursor (second/page), the next one, and whether there are more."""
        now, size = int(self._clock.now()), min(limit, MOST_ROWS)
        since, page = (*(int(part) for part in after.split("/")), 0)[:2] if after else (0, 0)
        begin = since or now - LONGEST
        end = min(begin + LONGEST, now + 60)
        rows = [self._whole(row) for row in self._search(self._shop(shop), begin, end, page, size)]
        rows = [row | {"shop": shop} for row in rows]
        last = max((int(row["changed"]) for row in rows), default=begin)
        if len(rows) >= size:
            return rows, f"{last}/0" if last > begin else f"{begin}/{page + 1}", True
        if end < now:
            return rows, f"{end - OVERLAP}/0", True
        return rows, f"{max(begin, last - OVERLAP)}/0", False

    def proof(self, sha256: str) -> bytes:
        """Return the picture at the URL that a reviewer left (it stands in the place of a digest)."""
        return picture(self._http, sha256)

    def _shop(self, nick: str) -> str:
        if not self._shops.get(nick):
            raise Refused(f"erp: nobody said which of its shops mirrors {nick}")
        return self._shops[nick]

    def _whole(self, row: JSON) -> JSON:
        """Return a row as a document with its decision: no row numbers one, so that follows from what was decided."""
        found = self._document(row)
        kind = found.pop("kind_decided")
        picture = found.pop("picture")
        found |= {"kind": "refund", "hold": False, "intercept": None, "shipped": None, "decision": None}
        found |= {"external": f"TM-{found['refund_id']}", "revision": found["changed"]}
        if kind:
            found["decision"] = decision(kind, _KINDS, found, picture=picture)
        return found

    def _request(self, url: str, content: bytes, kind: str, name: str) -> JSON:
        answer = request(self._http, "POST", url, name, body=content, headers={"Content-Type": kind})
        try:
            found = json.loads(answer.data)
            # A number that is missing is as good as 0 (some samples lack it); it can be text.
            code, said = int(found.get("status", found.get("code", 0)) or 0), str(found.get("message") or "")
        except (ValueError, TypeError, AttributeError) as error:
            said = f"erp {name}: HTTP {answer.status}, and no answer of the ERP"
            raise (Later(said) if answer.status == 503 else Unknown(said)) from error
        if code:
            raise failure(f"erp {name}: {code} {said}", passing=code == _TIME)
        whole: JSON = found
        return whole


class Taken(Trouble):
    """The ERP has a document with that number already."""


def failure(said: str, *, passing: bool = False) -> Trouble:
    """Return what a refusal means: its number says little, its text which."""
    if _THERE_ALREADY in said:
        return Taken(said)
    if passing or any(words in said for words in _PASSING):
        return Later(said, 20.0 if "频率限制" in said else 0.0)
    return Unknown(said) if _WRITTEN_BY_OTHERS in said else Refused(said)


def yuan(found: Any) -> str:
    """Return an amount of the ERP's (a number, or text with four decimals) as yuan text."""
    return f"{Decimal(str(found or 0)):.2f}"


def whole(found: Any) -> int:
    """Return a quantity of the ERP's as a whole number."""
    return int(Decimal(str(found or 0)))
