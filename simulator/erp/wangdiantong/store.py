"""What both dialects do with the one store: shops by number, pushes that create or change, pages by time of change."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple
from zlib import crc32

import msgspec

from simulator.clock import from_text
from simulator.erp import canonical, registry, shops, writing
from simulator.erp.changes import Found, Listed
from simulator.erp.document import Document
from simulator.erp.profile import cause, noted
from simulator.erp.shown import Shown
from simulator.erp.wangdiantong.errors import APPLICATION, Refusal
from simulator.ledger.values import Told
from simulator.world import World

CANCELLED, TO_REVIEW, AGREED, REFUSED, TO_RECEIVE, PARTLY, RECEIVED, DONE = 10, 20, 30, 40, 60, 70, 80, 90
"""The ERP's own status of a document (企业版 `process_status`)."""
DECIDED = {"approve": AGREED, "refuse": REFUSED, "approve_return": TO_RECEIVE, "refuse_return": REFUSED}
"""What a decision makes of it; goods that came back make it `PARTLY` or `RECEIVED`."""
OWN = 127
"""Platform of shops that may be pushed to; Tmall's is 1 (page ptdmbb)."""


_FLAGSHIP = {REFUSED: CANCELLED, TO_RECEIVE: AGREED, PARTLY: AGREED}
"""Statuses that have another number in 旗舰版: 10 cancelled, 20 to review, 30 reviewed, 80, 90."""


class Entry(NamedTuple):
    """A refund as it is pushed."""

    shop_no: str
    refund_no: str
    raw: dict[str, Any]
    """Its fields in the dialect's words."""

    @property
    def external(self) -> str:
        """Return what it is unique by."""
        return f"{self.shop_no}/{self.refund_no}"


def number(world: World, nick: str) -> str:
    """Return the ERP's number of a shop, or an empty text."""
    return shops.number_of(world, nick, _counted)


def nick(world: World, shop_no: str) -> str:
    """Return the shop with that number, or an empty text."""
    return shops.nick_of(world, shop_no, _counted)


def _counted(at: int) -> str:
    return f"TM{at + 1:02d}"


def check_shop(world: World, shop_no: str) -> None:
    """Raise Refusal if there is no such shop, or it is none that may be pushed to."""
    if not nick(world, shop_no):
        raise Refusal(APPLICATION, "店铺编号不存在或已停用")
    if world.settings["wdt_shops"] != "own":
        raise Refusal(APPLICATION, "店铺平台不是自有平台")


def check_order(world: World, tid: str, oid: str) -> None:
    """Raise Refusal if the ERP takes refunds of known orders alone, and this one is none."""
    if world.settings["wdt_checks_orders"]:
        order = world.state.orders.get(int(oid)) if oid.isascii() and oid.isdigit() else None
        if order is None or str(order.tid) != tid:
            raise Refusal(APPLICATION, "未找到符合条件的订单")


def checked(world: World, entry: Entry) -> Entry:
    """Return *entry*, or raise Refusal if it changes a document that was reviewed, and the ERP takes no such change."""
    known = world.state.documents.external(entry.external)
    if known is not None and known.raw["process_status"] != TO_REVIEW and not world.settings["wdt_change_processed"]:
        _, raw = _said(world, entry, known)
        if _differs(known, raw):
            raise Refusal(APPLICATION, "退换单已存在")
    return entry


def save(world: World, entry: Entry) -> str:
    """Create the document of *entry* or change it; return new, chg, or same if it says nothing new."""
    document = world.state.documents.external(entry.external)
    content, raw = _said(world, entry, document)
    if document is None:
        noted().effect = True
        writing.create(world, entry.external, content, raw, cause=cause())
        return "new"
    if not _differs(document, raw):
        return "same"
    writing.update(world, document, content, raw, cause=cause(), always=True)
    noted().effect = True
    return "chg"


def _said(world: World, entry: Entry, known: Document | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what *entry* says by the field names of `Document`, and in the dialect's words."""
    content = canonical.read(entry.raw, registry.mapping_of(world)) | {"shop": nick(world, entry.shop_no)}
    return content, {**entry.raw, "process_status": _status(known, content)}


def _differs(known: Document, raw: Mapping[str, Any]) -> bool:
    return any(value != known.raw.get(name) for name, value in raw.items())


def _status(known: Document | None, content: Mapping[str, Any]) -> int:
    """Return the ERP's own status after a push: other content is to be reviewed anew."""
    status = content.get("status")
    if status in ("closed", "refunded"):
        return CANCELLED if status == "closed" else DONE
    if known is None:
        return TO_REVIEW
    other = any(content.get(name, getattr(known, name)) != getattr(known, name) for name in ("amount", "type"))
    return TO_REVIEW if other or (status == "pending" != known.status) else int(known.raw["process_status"])


def counted(world: World, saved: Iterable[str]) -> dict[str, int]:
    """Return how many of *saved* were new, and how many changed."""
    found = list(saved)
    same = found.count("same") if world.settings["wdt_counts_unchanged"] else 0
    return {"new_count": found.count("new"), "chg_count": found.count("chg") + same}


def window(world: World, begin: Any, end: Any) -> tuple[int, int]:
    """Return the first and the last second of the time from *begin* to *end* (text).

    Raises:
        Refusal: if a time is missing or none, or they are further apart than `wdt_window` allows.
    """
    if not begin or not end:
        raise Refusal(APPLICATION, "参数中必须包含起止时间")
    try:
        since, until = from_text(str(begin)), from_text(str(end))
    except ValueError as error:
        raise Refusal(APPLICATION, f"Unparseable date: {begin}") from error
    minutes = int(world.settings["wdt_window"])
    if until - since > 60 * minutes:
        longest = f"{minutes // 1440}天" if minutes % 1440 == 0 else f"{minutes}分钟"
        raise Refusal(APPLICATION, f"您的查询时间过宽,查询时间不能大于{longest}")
    return since, until


def moment(text: Any) -> int | None:
    """Return a time as it was pushed in ms, or None if it is none."""
    try:
        return from_text(str(text or "")) * 1000
    except ValueError:
        return None


def asked_between(world: World, begin: Any, end: Any) -> Listed:
    """Return the documents whose refund was asked for from *begin* to *end*, as it was pushed (`refund_time`).

    Raises:
        Refusal: if that is no window.
    """
    window(world, begin, end)
    rows = world.state.documents.rows.values()
    return Listed(row for row in rows if str(begin) <= str(row.raw.get("refund_time") or "") <= str(end))


def between(world: World, begin: Any, end: Any, shop_no: str = "", among: list[Document] | None = None) -> Found:
    """Return documents (of a shop, or *among* some) that changed from *begin* to *end* (text), the oldest change first.

    Raises:
        Refusal: as of `window`.
    """
    since, until = window(world, begin, end)
    if among is not None:
        some = (row for row in among if since <= row.updated // 1000 <= until)
        return Listed(sorted(some, key=lambda row: row.cursor))
    shop = nick(world, shop_no) if shop_no else ""
    if shop_no and not shop:
        return Listed()
    return world.state.documents.changes.between(since * 1000, (until + 1) * 1000, shop)


def named(world: World, refund_nos: Iterable[str]) -> list[Document]:
    """Return the documents of refunds with those numbers, of every shop."""
    store = world.state.documents
    return [row for nick in world.state.shops for number in refund_nos for row in store.of_refund(nick, number)]


def shown(world: World, found: Found) -> Found:
    """Return those of *found* that the ERP tells of: documents of Tmall shops are left out of its answers."""
    return found if world.settings["wdt_shops"] == "own" else Listed()


def page(found: Found, number: int, size: int) -> list[Document]:
    """Return page *number* (from 0), and note what it tells."""
    rows = found.cut(number * size, size)
    answer = noted()
    answer.told = [Told(row.refund_id, row.revision, document=row.id) for row in rows]
    answer.fields = ("*",)
    return rows


class Look:
    """How documents look in answers of one call."""

    def __init__(self, world: World, show: Callable[[Document], dict[str, Any]]) -> None:
        """Make rows with *show*."""
        self._show = show
        self._field = registry.mapping_of(world).field("decision_proof")
        self._kept: dict[str, Shown] = {}

    def __call__(self, documents: Iterable[Document], host: str) -> list[msgspec.Raw]:
        """Return documents as JSON. Proofs are links to *host*: the ERP keeps no pictures, people do (assumed)."""
        if host not in self._kept:
            self._kept = {host: Shown(lambda row: self._linked(self._show(row), host))}
        return list(map(self._kept[host], documents))

    def _linked(self, row: dict[str, Any], host: str) -> dict[str, Any]:
        found = row.get(self._field)
        return {**row, self._field: f"{host}/files/{found}"} if found else row


def own_number(document: Document) -> int:
    """Return the ERP's own number of a document."""
    return 1_000_000 + int(document.id[1:])


def of_number(world: World, number: Any) -> Document | None:
    """Return the document with the ERP's own *number*, written `TK…`."""
    digits = number.removeprefix("TK") if isinstance(number, str) and number.startswith("TK") else ""
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
        return None
    return world.state.documents.rows.get(f"D{int(digits) - 1_000_000:06d}")


def trade_no(document: Document) -> str:
    """Return the ERP's own number of the order that a document is about."""
    return f"JY{crc32(document.tid.encode()):010d}"


def flagship_status(document: Document) -> int:
    """Return the status of a document as 旗舰版 numbers it."""
    status = int(document.raw["process_status"])
    return _FLAGSHIP.get(status, status)


def money(amount: int) -> str:
    """Return *amount* fen as the ERP writes money: yuan text with four decimals."""
    return f"{Decimal(amount) / 100:.4f}"
