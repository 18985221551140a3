"""What the platform pushes to a merchant: after-sale documents that people moved on, and parcels that leave.

The shapes are those that an integration in public code reads; an official text was not found.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from simulator.clock import to_text
from simulator.erp import registry
from simulator.erp.document import Document
from simulator.erp.jushuitan import gateway, rows, signing
from simulator.erp.profile import Push
from simulator.world import World

_STATUSES = {
    **dict.fromkeys(("approve", "approve_return", "approve_exchange", "approve_reship"), "审核通过"),
    "receive": "退货入库",
}
"""Words of those that public code reads."""
THANKS = msgspec.json.encode({"code": 0, "msg": "执行成功"})
"""The answer that says that a push was taken."""


def push(world: World, document: Document, event: str) -> Push | None:
    """Return what is pushed about *document*, or None if the platform keeps it to itself."""
    if event == "ship":
        return _signed(world, _parcel(document))
    status = _status(world, document) if event == "decision" else ""
    if not status:
        return None
    about = {"outer_as_id": document.refund_id, "as_id": rows.as_id(document), "so_id": document.tid}
    return _signed(world, {**about, "status": status})


def took(status: int, content: bytes) -> bool:
    """Tell whether a push was taken: HTTP 2xx, and a `code` in the content that is 0."""
    try:
        said = msgspec.json.decode(content)
    except msgspec.DecodeError:
        return False
    return 200 <= status < 300 and isinstance(said, dict) and said.get("code") in (0, "0")


def _status(world: World, document: Document) -> str:
    """Return the word for a decision: the platform's own, else the label by which people say it (assumed)."""
    kind = document.decision.get("kind", "")
    if kind in _STATUSES:
        return _STATUSES[kind]
    mapped = registry.mapping_of(world).fields.get("decision")
    return (mapped.theirs(kind) or "") if mapped is not None and kind else ""


def _parcel(document: Document) -> dict[str, Any]:
    """Return what is pushed when a parcel leaves."""
    shipped = document.shipped
    items = [
        {"oi_id": place, "sku_id": str(item["sku_id"]), "qty": item["qty"], "outer_oi_id": item.get("outer_oi_id")}
        for place, item in enumerate(document.raw.get("items", ()), 1)
    ]
    return {
        "so_id": document.tid,
        "o_id": rows.order_id(document),
        "l_id": shipped.get("waybill", ""),
        "lc_id": "",
        "logistics_company": shipped.get("company", ""),
        "send_date": to_text(int(shipped.get("at", 0)) // 1000),
        "is_send_all": True,
        "items": items,
    }


def _signed(world: World, biz: Mapping[str, Any]) -> Push:
    """Return *biz* as a form, signed as calls are (assumed)."""
    fields = {"biz": msgspec.json.encode(biz).decode(), "app_key": gateway.app_key(world)}
    fields["timestamp"] = str(world.clock.seconds())
    if world.settings["erp_callbacks_signed"]:
        fields["sign"] = signing.sign(world.callback_secret, fields)
    return Push(urlencode(fields).encode(), {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"})
