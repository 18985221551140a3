"""The platform's calls: shops, upload and query; the others have files of their own."""

from typing import Any

from flask import Flask

from simulator.erp import canonical, pictures, refusals, registry, writing
from simulator.erp.changes import Found, Listed
from simulator.erp.dialect_app import DialectApp, Json
from simulator.erp.document import Document
from simulator.erp.jushuitan import confirming, gateway, goods, paging, parcels, payments, received, rows, tokens
from simulator.erp.jushuitan.errors import ROW_TEXTS, Refusal, RowRefusal, as_json
from simulator.erp.jushuitan.limits import Limits
from simulator.erp.profile import admitted, asked_host, cause, note_rows, noted, refusal_of, sent
from simulator.erp.shown import Shown
from simulator.ledger.values import RowResult, Told
from simulator.world import World

MOST_ROWS = 50
"""Rows of a page (docId=38)."""


def create_app(world: World) -> Flask:
    """Return the API over *world*'s documents."""
    app = DialectApp("jushuitan")
    api = Api(world)

    pictures.serve(app, world)

    @app.route("/", defaults={"path": ""}, methods=["GET", "POST", "PUT", "DELETE"])
    @app.route("/<path:path>", methods=["GET", "PUT", "DELETE"])
    @app.direct("/<path:path>", "POST")
    def call(path: str) -> Json:
        raw = sent()
        return api.answer(gateway.read("/" + path, raw.query, raw.body), raw.client)

    return app


class Api:
    """The calls, each a method of its name."""

    def __init__(self, world: World) -> None:
        """Answer for *world*."""
        self._world = world
        self._limits = Limits(world)
        self._looks: dict[str, Shown] = {}
        self._mapping = registry.mapping_of(world)

    def answer(self, asked: gateway.Asked, client: str = "") -> Json:
        """Check who asks, and do what is asked."""
        try:
            if not admitted():
                gateway.check(self._world, asked, client)
            if not asked.call:
                raise Refusal(190, asked.path)
            self._limits.check()
            if asked.call == "token":
                data: Any = tokens.give(self._world, asked.path, asked.fields)
            else:
                biz = asked.content()
                if not isinstance(biz, list if asked.call in ("upload", "confirm_goods") else dict):
                    raise Refusal(130, "biz")
                data = getattr(self, f"_{asked.call}")(biz)
        except Refusal as refusal:
            return as_json({"issuccess": False, **refusal.body()} if asked.old else refusal.body())
        said: dict[str, Any] = {"code": 0, "msg": "执行成功"}
        if asked.call == "parcels":  # the only call of the present gateway that says so
            said["issuccess"] = True
        return as_json({"issuccess": True, **said, "msg": None, **data} if asked.old else {**said, "data": data})

    def _shops(self, _biz: dict[str, Any]) -> dict[str, Any]:
        shops = self._world.state.shops
        return paging.page(
            1,
            max(len(shops), 1),
            [{"shop_id": int(rows.shop_number(self._world, nick)), "shop_name": nick, "nick": nick} for nick in shops],
        )

    def _upload(self, biz: list[Any]) -> dict[str, Any]:
        """Take rows; each stands for itself, and the call is well whatever becomes of them (docId=41)."""
        most = int(self._world.settings["jst_upload_rows"])
        if not 0 < len(biz) <= most:
            raise Refusal(130, f"1-{most}")
        refused: list[RowResult] = []
        answers = [self._uploaded(row, refused) for row in biz]
        failed = [row["msg"] for row in answers if not row["issuccess"]]
        if len(failed) == len(answers):
            noted().error = {"code": "issuccess", "msg": failed[0]}
        note_rows(refused, [str(row["outer_as_id"] or "") for row in answers])
        return {"datas": answers}

    def _uploaded(self, row: Any, refused: list[RowResult]) -> dict[str, Any]:
        named = row if isinstance(row, dict) else {}
        said = {"so_id": named.get("so_id"), "outer_as_id": named.get("outer_as_id"), "order_type": None, "oaid": None}
        refund = str(named.get("outer_as_id") or "")
        try:
            if why := refusal_of(refund):
                raise RowRefusal(ROW_TEXTS[why], why)
            document = self._saved(row, self._world.state.documents.external(rows.external(named)))
            if why := refusal_of(refund, written=True):
                raise RowRefusal(ROW_TEXTS[why], why)
        except RowRefusal as refusal:
            refused.append(refusals.row(refund, str(refusal), refusal.why))
            return {"as_id": 0, "issuccess": False, "msg": str(refusal), "o_id": 0, "id": 0, **said}
        number = rows.as_id(document)
        return {"as_id": number, "issuccess": True, "msg": "", "o_id": rows.order_id(document), "id": 0, **said}

    def _saved(self, row: Any, known: Document | None) -> Document:
        """Create the document, or give it what is new: the same shop and number is the same one."""
        raw = rows.checked(row, known is not None, self._world.settings["jst_needs_all"])
        if known is not None:
            raw = self._updated(known, raw)
        shop = rows.nick(self._world, str(raw["shop_id"]))
        if not shop:
            raise RowRefusal("店铺不存在")
        whole = (known.raw if known is not None else {}) | raw
        content = canonical.read(raw, self._mapping) | {"shop": shop}
        if whole["type"] == "补发" and raw.get("shop_status") == "SUCCESS":
            content |= {"kind": "reship", "status": "done"}
        elif whole["type"] == "换货" and raw.get("shop_status") == "SUCCESS":
            content |= {"kind": "exchange", "status": "done"}  # an exchange ends with goods, not with money
            if known is None or not known.shipped:
                raw["type"] = "普通退货"  # with no parcel to the buyer the platform pays, and the type turns (docId=41)
        raw["status"] = self._status(known, whole, content)
        if self._world.settings["jst_intercept_orders"] and not all(item.get("outer_oi_id") for item in whole["items"]):
            raw["order_status"] = "Cancelled"  # the whole order counts as refunded (docId=41)
        if known is None:
            noted().effect = True
            return writing.create(self._world, rows.external(raw), content, raw, cause=cause())
        saved = writing.update(self._world, known, content, raw, cause=cause(), always=whole != known.raw)
        noted().effect = noted().effect or saved is not known
        return saved

    def _updated(self, known: Document, raw: dict[str, Any]) -> dict[str, Any]:
        """Return what of *raw* an update changes: the parcel stands once the seller has the goods (docId=41)."""
        settings = self._world.settings
        kept = raw
        if known.raw.get("good_status") == "SELLER_RECEIVED":
            kept = {name: value for name, value in kept.items() if name not in rows.PARCEL}
        if not settings["jst_empty_clears"]:
            kept = {name: value for name, value in kept.items() if value != ""}
        if settings["jst_updates"] != "all":
            kept = {name: value for name, value in kept.items() if name in rows.UPDATABLE}
        return kept

    def _status(self, known: Document | None, whole: dict[str, Any], content: dict[str, Any]) -> str:
        """Return the platform's own status: closing voids what is not confirmed, other content is confirmed anew."""
        now = str(whole.get("status", "WaitConfirm"))
        if now == "Confirmed" and known is not None:
            other = any(content.get(name, getattr(known, name)) != getattr(known, name) for name in ("amount", "type"))
            reopened = content.get("status") == "pending" != known.status
            if (other or reopened) and not self._world.settings["jst_change_confirmed"]:
                raise RowRefusal("售后单已确认，不允许修改")
            return "WaitConfirm" if other or reopened else now
        return "Cancelled" if whole["shop_status"] == "CLOSED" else "WaitConfirm"

    def _query(self, biz: dict[str, Any]) -> dict[str, Any]:
        """Return a page of documents by time of change, row version or number (docId=38)."""
        index, size = paging.asked(biz, MOST_ROWS)
        unknown = [name for name in _UNKNOWN if biz.get(name) not in (None, "", [], 0, "0", False)]
        if unknown:
            raise Refusal(130, f"{unknown[0]}: 沙箱不支持")
        chosen = self._between(biz)
        if any(biz.get(name) not in (None, "") for name in _CHOSEN_BY):
            chosen = Listed(row for row in chosen if _fits(row, biz))
        page = paging.page(index, size, chosen)
        answer = noted()
        answer.told = [Told(row.refund_id, row.revision, document=row.id) for row in page["datas"]]
        answer.fields = ("*",)
        host = asked_host()
        if host not in self._looks:
            self._looks = {host: Shown(lambda row: rows.shown(self._world, row, host))}
        page["datas"] = list(map(self._looks[host], page["datas"]))
        return page

    def _between(self, biz: dict[str, Any]) -> Found:
        store, shop = self._world.state.documents, rows.asked_shop(self._world, biz)
        if shop is None or self._world.settings["jst_hides_tmall"]:
            return Listed()
        if (time := paging.window(biz, 7)) is not None:
            return store.changes.between(*time, shop)
        if biz.get("start_ts") is not None:
            return store.changes.after(rows.cursor(paging.whole(biz, "start_ts", 0)), shop)
        if isinstance(trades := biz.get("so_ids"), list) and trades:
            return Listed(row for tid in trades for row in store.of_trade(str(tid)) if not shop or row.shop == shop)
        if isinstance(numbers := biz.get("as_ids"), list) and numbers:
            found = (rows.of_number(self._world, one) for one in numbers)
            return Listed(row for row in found if row is not None and (not shop or row.shop == shop))
        if biz.get("o_ids"):
            return store.changes.after(0, shop)
        raise Refusal(130, "modified_begin, so_ids, o_ids, as_ids")

    def _confirm(self, biz: dict[str, Any]) -> dict[str, Any]:
        return confirming.confirm(self._world, biz)

    def _unconfirm(self, biz: dict[str, Any]) -> dict[str, Any]:
        return confirming.unconfirm(self._world, biz)

    def _confirm_goods(self, biz: list[Any]) -> dict[str, Any]:
        return goods.confirm(self._world, biz)

    def _received(self, biz: dict[str, Any]) -> dict[str, Any]:
        return received.query(self._world, biz)

    def _payments(self, biz: dict[str, Any]) -> dict[str, Any]:
        return payments.query(self._world, biz)

    def _parcels(self, biz: dict[str, Any]) -> list[dict[str, Any]]:
        return parcels.upload(self._world, biz)


_UNKNOWN = ("date_type", "shop_buyer_ids", "owner_co_id", "is_offline_shop")
"""Documented, and about what the sandbox's ERP does not have, or by numbers that are not public: refused, rather than a
list that only looks chosen."""
_CHOSEN_BY = ("so_ids", "as_ids", "o_ids", "status", "good_status", "type")


def _fits(document: Document, biz: dict[str, Any]) -> bool:
    raw = document.raw
    own = {"so_ids": raw.get("so_id"), "as_ids": rows.as_id(document), "o_ids": rows.order_id(document)}
    for name, value in own.items():
        wanted = biz.get(name)
        if wanted and (not isinstance(wanted, list) or str(value) not in map(str, wanted)):
            return False
    shown = {"status": raw.get("status"), "good_status": raw.get("good_status"), "type": raw.get("type")}
    return all(biz.get(name) in (None, "") or str(biz[name]) == str(value) for name, value in shown.items())
