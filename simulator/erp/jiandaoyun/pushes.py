"""What the platform sends of itself: rows that changed (data push) and what people are told (message push).

Documented at hc.jiandaoyun.com/open/10732, 11507 (data push) and 11497 (message push); both are signed alike.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from simulator.chance import token
from simulator.erp.document import Document
from simulator.erp.jiandaoyun import calls, rows, values, workflow
from simulator.erp.jiandaoyun.flow_calls import link
from simulator.erp.jiandaoyun.form import Form, form
from simulator.erp.profile import Push
from simulator.world import World

_OPS = {"create": "data_create", "delete": "data_remove", "recover": "data_recover"}
"""Event to what it is called; whatever else happens to a row is a `data_update`."""


def row(world: World, document: Document, event: str, delivery: str) -> Push | None:
    """Return data push about the row *document*: the whole row, or of one that is gone who removed it."""
    if event in {"create", "update", "delete"} and not world.settings["jdy_push_api_writes"]:
        return None
    of = form(world)
    if event == "delete":
        shown: dict[str, Any] = {"_id": document.external, "appId": of.app_id, "entryId": of.entry_id}
        shown |= {"deleter": values.member("api"), "deleteTime": values.utc(document.updated)}
    else:
        shown = rows.shown(of, document, world.erp_url + calls.BASE)
    shown["formName"] = of.name
    body = {"op": _OPS.get(event, "data_update"), "data": shown, "opTime": document.updated}
    return signed(world, body, delivery)


def messages(world: World, document: Document, event: str, delivery: str) -> list[Push]:
    """Return message push about the row: who has a task that waits, and that there is a new row."""
    if not world.settings["jdy_message_push"] or event == "delete":
        return []
    of, flow = form(world), document.raw.get(rows.FLOW)
    found = []
    if event == "create":
        found.append(("data_create_message", ["reviewer"], f"{of.name} {document.refund_id}"))
    new = [task for task in flow["tasks"] if task["status"] in workflow.TO_DO] if flow else []
    told = sorted({task["assignee"] for task in new if task["revision"] == document.revision})
    if told:
        found.append(("flow_message", told, f"{of.name} {document.refund_id} {new[0]['flow_name']}"))
    return [
        signed(
            world,
            {
                "op": op,
                "data": {
                    "to": [{"username": name, "name": values.MEMBERS.get(name, name)} for name in to],
                    "entry_name": of.name,
                    "notify_text": text,
                    "url": link(of, document),
                },
                "send_time": values.utc(document.updated),
            },
            f"{delivery}.{number}",
        )
        for number, (op, to, text) in enumerate(found, start=1)
    ]


def redesigned(world: World, of: Form, widgets: list[dict[str, Any]], delivery: str) -> Push:
    """Return data push about the form itself: what its fields are called and look like now."""
    names = ("label", "name", "type", "widgetName")
    data: dict[str, Any] = {
        "appId": of.app_id,
        "entryId": of.entry_id,
        "name": of.name,
        "createTime": values.utc(world.block * 1000),
    }
    data["widgets"] = [{name: widget[name] for name in names} for widget in widgets]
    return signed(world, {"op": "form_update", "data": data, "opTime": world.clock.wall()}, delivery)


def signed(world: World, body: Mapping[str, Any], delivery: str) -> Push:
    """Return *body* as a push, signed over nonce, body, secret and time."""
    content = msgspec.json.encode(body)
    stamp, nonce = str(world.clock.seconds()), token(world.seed, "nonce", delivery)[:6]
    headers = {"Content-Type": "application/json;charset=utf-8", "X-JDY-DeliverId": delivery_id(delivery)}
    if world.settings["erp_callbacks_signed"]:
        headers["X-JDY-Signature"] = signature(nonce, content, world.callback_secret, stamp)
    return Push(content, headers, f"timestamp={stamp}&nonce={nonce}")


def delivery_id(delivery: str) -> str:
    """Return the id of a delivery, the same for each try."""
    return hashlib.sha1(delivery.encode()).hexdigest()[:24]


def signature(nonce: str, content: bytes, secret: str, stamp: str) -> str:
    """Return the hex SHA-1 of `nonce:body:secret:timestamp`, over the bytes as they are sent."""
    return hashlib.sha1(b":".join((nonce.encode(), content, secret.encode(), stamp.encode()))).hexdigest()
