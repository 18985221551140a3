"""The profile itself: what the ERP's endpoint, its people and the harness ask of it."""

from collections.abc import Collection, Sequence
from collections.abc import Mapping as Dict
from typing import Any

import msgspec

from simulator.erp import canonical, registry
from simulator.erp.caller import Caller
from simulator.erp.document import Document
from simulator.erp.jiandaoyun import api, calls, design, files, pushes, rows, values, workflow
from simulator.erp.jiandaoyun import form as forms
from simulator.erp.jiandaoyun.client import Client
from simulator.erp.jiandaoyun.errors import CHECKS, FLOW_TEXTS, JSON_TYPE, TEXTS, failed, page
from simulator.erp.profile import Operation, Profile, Push
from simulator.erp.refusals import refused
from simulator.exchange import Answer
from simulator.ledger.mapping import Mapping
from simulator.request import RawRequest
from simulator.words import say
from simulator.world import World

_NAMES = {
    **dict.fromkeys(("create", "batch_create"), "create"),
    **dict.fromkeys(("update", "batch_update", "delete", "batch_delete", *calls.FLOW_ACTIONS), "update"),
    **dict.fromkeys(("get", "instance"), "read"),
    "list": "list",
}
_BY_FLOW = frozenset({"approve", "refuse", "approve_return", "receive", "refuse_return"})
"""Decisions that an approval flow tells even where no field is named for them."""


class Jiandaoyun(Profile):
    """简道云, open API v5 with the older paths, workflow calls and data push."""

    name = "jiandaoyun"
    told = say("profile.jiandaoyun", "Jiandaoyun open API v5: the document is a row of a form of one's own")
    base = calls.BASE
    batches_apart = True
    pace = 3.0
    """About four updates a refund, of which there may be 20 a second."""
    errors = {**FLOW_TEXTS, **TEXTS}
    error_status = 400

    def create_app(self, world: World) -> Any:
        """Return the API."""
        return api.create_app(world)

    def admits(self, world: World, raw: RawRequest) -> bool:
        """Ask for the key, but not for files and uploads, whose URLs are secrets of their own."""
        if raw.path == f"{calls.BASE}/upload" or raw.path.startswith(f"{calls.BASE}/files/"):
            return True
        return api.right_key(world, raw.header(b"authorization"))

    def decoded(self, world: World, raw: RawRequest) -> object:
        """Return a JSON body; of an upload only its size."""
        if raw.path == f"{calls.BASE}/upload":
            return {"upload": len(raw.body)}
        return super().decoded(world, raw)

    def operation(self, world: World, raw: RawRequest, body: object) -> Operation:
        """Read the path, and the refunds that the body names."""
        call = calls.read(raw.path)
        name = _NAMES.get(call.name, "other") if call is not None and raw.method == "POST" else "other"
        if call is None or name == "other" or not isinstance(body, dict):
            return Operation("other")
        mapping = registry.mapping_of(world)
        if call.name == "list":
            refund_id = _only(body.get("filter"), mapping.field("refund_id"))
            return (
                Operation("read", refunds=(refund_id,), document=f"refund {refund_id}")
                if refund_id
                else Operation("list")
            )
        written = [body.get("data")] if call.name in {"create", "update"} else _listed(body, "data_list")
        shop, refunds = _named(written, mapping)
        if name == "create":
            transaction = body.get("transaction_id") if call.name == "batch_create" else None
            return Operation(name, shop, refunds, f"transaction {transaction}" if transaction else "")
        one = call.data_id or body.get("data_id") or body.get("instance_id")
        ids = _listed(body, "data_ids") or [one]
        known = [world.state.documents.external(each) for each in ids if isinstance(each, str)]
        about = [document for document in known if document is not None]
        refunds = tuple(dict.fromkeys((*refunds, *(row.refund_id for row in about if row.refund_id))))
        shop = shop or (about[0].shop if about else "")
        return Operation(name, shop, refunds, str(ids[0]) if len(ids) == 1 else "")

    def status_of(self, code: int) -> int:
        """Return 400, but 200 for what only the workflow's calls answer."""
        return self.error_status if code in TEXTS else 200

    def failure(self, answer: Answer) -> tuple[bytes, bytes]:
        """Return an error in the API's shape, or the workflow's; what stands before the API answers in HTML."""
        code = answer.error.get("code")
        if not answer.error or (answer.status not in (200, 400) and not isinstance(code, int)):
            return page(answer.status if answer.status >= 400 else 502)
        text = answer.error.get("msg") or answer.error.get("message") or ""
        if isinstance(code, int) and code in FLOW_TEXTS and code not in TEXTS:
            return msgspec.json.encode(failed(code)), JSON_TYPE
        return msgspec.json.encode({"code": code or 1, "msg": text}), JSON_TYPE

    def refusal(self, why: str, refunds: Collection[str]) -> Answer:
        """Refuse as a form does whose submit check fails: code 4000 and the text that the form's maker wrote."""
        return Answer(status=400, error=refused(why, 4000, msg=f"{TEXTS[4000]}: {CHECKS[why]}"))

    def mapping(self) -> Mapping:
        """Return the meaning of the bundled form."""
        return forms.bundled()

    def fields(self, mapping: Mapping) -> Dict[str, str] | None:
        """Return the widgets."""
        return forms.names(mapping)

    def form(self, found: object) -> Dict[str, Any]:
        """Return the description of a form, or the bundled one."""
        return forms.checked(found) if found is not None else forms.bundled().form

    def cannot(self, mapping: Mapping, decision: str) -> str:
        """Tell decisions by fields; where none is named, the flow tells those that it knows."""
        if decision in _BY_FLOW and not mapping.field("decision") and forms.form_of(mapping).workflow:
            return ""
        return canonical.cannot(mapping, decision)

    def expressed(self, world: World, document: Document) -> Dict[str, Any]:
        """Fill the fields that tell a decision, and move the flow, if one is running."""
        mapping, form = registry.mapping_of(world), forms.form(world)
        found: dict[str, Any] = {}
        for name, value in canonical.expressed(document, mapping).items():
            widget = form.widgets[name]
            if widget.type in {"image", "upload"}:
                found[name] = files.picture(world, value, document.refund_id) if value else []
            elif widget.type == "number":
                found[name] = values.number(value)
            else:
                found[name] = values.stored(world, widget, value if widget.type == "datetime" else str(value))
        flow = workflow.decided(document, document.decision.get("at", 0))
        if flow is not None:
            found[rows.FLOW] = flow
        by = document.decision.get("by")
        return {**found, rows.BY: by} if by else found

    def shows_decision(self, world: World, raw: Dict[str, Any]) -> bool:
        """Look at the decision's field."""
        return canonical.shows_decision(raw, registry.mapping_of(world))

    def push(self, world: World, document: Document, event: str, delivery: str) -> Push | None:
        """Send the row (data push)."""
        return pushes.row(world, document, event, delivery)

    def besides(self, world: World, document: Document, event: str, delivery: str) -> Sequence[Push]:
        """Send what people are told (message push), if that is switched on."""
        return pushes.messages(world, document, event, delivery)

    def relabel(self, world: World, field: str, label: str, cause: int) -> Push | None:
        """Change the label, and send `form_update`."""
        form = forms.form(world)
        design.relabel(world, form, field, label, cause)
        return pushes.redesigned(world, form, design.widgets(world, form), f"cb{cause}")

    def caller(self, world: World, key: str) -> Caller:
        """Return a client of the API."""
        return Client(forms.form(world), registry.mapping_of(world), key)


def _listed(body: Dict[str, Any], name: str) -> list[Any]:
    """Return a list of the body; what is none is as good as an empty one, until the call itself refuses it."""
    found = body.get(name)
    return found if isinstance(found, list) else []


def _only(chosen: Any, field: str) -> str:
    """Return the refund to which a filter narrows a list, or an empty text."""
    conditions = chosen.get("cond") if isinstance(chosen, dict) and chosen.get("rel", "and") == "and" else None
    for each in conditions if isinstance(conditions, list) else ():
        if not isinstance(each, dict) or each.get("field") != field or each.get("method") not in ("eq", "in"):
            continue
        wanted = each.get("value")
        if isinstance(wanted, list) and len(wanted) == 1 and isinstance(wanted[0], str):
            return str(wanted[0])
    return ""


def _named(written: Any, mapping: Mapping) -> tuple[str, tuple[str, ...]]:
    """Return the shop and the refunds that rows to be written name."""
    shop, refunds = "", dict[str, None]()
    for data in written if isinstance(written, list) else ():
        if not isinstance(data, dict):
            continue
        if refund_id := _said(data, mapping.field("refund_id")):
            refunds[refund_id] = None
        shop = shop or canonical.nick(mapping, _said(data, mapping.field("shop")))
    return shop, tuple(refunds)


def _said(data: Dict[str, Any], field: str) -> str:
    """Return the text or the number in a field of a row to be written, or an empty text."""
    wrapped = data.get(field)
    value = wrapped.get("value") if isinstance(wrapped, dict) else None
    return str(value) if isinstance(value, str | int) else ""
