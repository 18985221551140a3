"""The open API: what each call does, as a Flask app. Everything is POST, and every error of the API is HTTP 400."""

from itertools import compress
from typing import Any

import msgspec
from flask import Flask

from simulator.erp import canonical, registry, writing
from simulator.erp.dialect_app import DialectApp, Json
from simulator.erp.document import Document
from simulator.erp.jiandaoyun import batches, calls, company, design, files, rows, values, versions, workflow
from simulator.erp.jiandaoyun.calls import Call
from simulator.erp.jiandaoyun.errors import Crowded, Refusal, as_json
from simulator.erp.jiandaoyun.filters import Filter
from simulator.erp.jiandaoyun.flow_calls import Flows
from simulator.erp.jiandaoyun.form import form
from simulator.erp.jiandaoyun.limits import Limits
from simulator.erp.jiandaoyun.paging import page, whole
from simulator.erp.profile import asked_host, cause, noted, sent
from simulator.erp.shown import Shown
from simulator.ledger.values import Told
from simulator.request import RawRequest
from simulator.world import World

MOST_ROWS = 100
"""Rows of a page and of a batch."""
BODY_LIMIT = 8 << 20
"""Bytes; how much the real API takes is not documented."""


def right_key(world: World, header: bytes) -> bool:
    """Tell whether an Authorization header carries the company's key."""
    return header == b"Bearer " + world.erp_key.encode()


def create_app(world: World) -> Flask:
    """Return the API over *world*'s documents."""
    app = DialectApp("jiandaoyun")
    api = Api(world)

    @app.errorhandler(Refusal)
    def refused(error: Refusal) -> Json:
        return error.answer()

    @app.errorhandler(Crowded)
    def crowded(error: Crowded) -> Json:
        return error.answer()

    @app.route(f"{calls.BASE}/upload", methods=["POST"])
    def upload() -> Json:
        return files.upload(world)

    files.serve(app, world, calls.BASE)

    @app.direct(f"{calls.BASE}/v<path:_path>", "POST")
    @app.route("/<path:_path>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def call(_path: str) -> Json:
        return api.answer(sent())

    @app.errorhandler(404)
    def nothing(_error: Any) -> Json:
        return Refusal(1, status=404).answer()

    return app


class Api:
    """The calls, each a method of its name."""

    def __init__(self, world: World) -> None:
        """Answer for *world*."""
        self._world = world
        self._limits = Limits(world)
        self._mapping = registry.mapping_of(world)
        self.form = form(world)
        self._flows = Flows(world, self.form)
        self._looks: dict[str, Shown] = {}

    def answer(self, raw: RawRequest) -> Json:
        """Check key, limits, method and body, and do what is asked."""
        if not right_key(self._world, raw.header(b"authorization")):
            raise Refusal(8301, status=self._world.settings["jdy_key_status"])
        call = calls.read(raw.path)
        if call is None or raw.method != "POST":
            raise Refusal(1, f"{raw.method} {raw.path}", status=404 if call is None else 400)
        self._limits.check(call)
        body = self._body(call, raw.body)
        if call.name in company.NAMES:
            return company.answer(call.name, body)
        if call.name != "apps" and not self._is_ours(call, body):
            raise Refusal(3000)
        if call.name in calls.FLOWS:
            return self._flows.answer(call, body)
        if call.version < versions.PRESENT:
            versions.asked(self.form, call.version, body)
        found: Json = getattr(self, f"_{call.name}")(body)
        if call.version < versions.PRESENT:
            found.content = versions.shown(self.form, call.version, found.content)
        return found

    def _body(self, call: Call, content: bytes) -> dict[str, Any]:
        if len(content) > BODY_LIMIT:
            raise Refusal(3005, "body")
        try:
            body = msgspec.json.decode(content or b"{}")
        except (msgspec.DecodeError, RecursionError) as error:
            raise Refusal(1, "JSON") from error
        if not isinstance(body, dict):
            raise Refusal(1, "JSON")
        body |= {name: found for name in ("app_id", "entry_id", "data_id") if (found := getattr(call, name))}
        return body

    def _is_ours(self, call: Call, body: dict[str, Any]) -> bool:
        """Tell whether app and form are those that there are; workflow calls name neither, but for an old one."""
        if call.name in calls.FLOWS and not call.app_id:
            return True
        if body.get("app_id") != self.form.app_id:
            return False
        return call.name == "forms" or body.get("entry_id") == self.form.entry_id

    def _host(self) -> str:
        return asked_host() + calls.BASE

    def _row(self, document: Document) -> Json:
        answer = noted()
        answer.told = [Told(document.refund_id, document.revision, document=document.id)]
        answer.fields = ("*",)
        answer.body = {"_id": document.external}
        return as_json({"data": self._shown(document, self._host())})

    def _shown(self, document: Document, host: str) -> Any:
        """Return the whole row as the host that was asked shows it."""
        if host not in self._looks:
            self._looks = {host: Shown(lambda row: rows.shown(self.form, row, host))}
        return self._looks[host](document)

    def _apps(self, body: dict[str, Any]) -> Json:
        return as_json({"apps": page([{"app_id": self.form.app_id, "name": self.form.app_name}], body)})

    def _about(self) -> dict[str, Any]:
        return {"app_id": self.form.app_id, "entry_id": self.form.entry_id, "name": self.form.name}

    def _forms(self, body: dict[str, Any]) -> Json:
        return as_json({"forms": page([self._about()], body)})

    def _form(self, _body: dict[str, Any]) -> Json:
        return as_json({"form": self._about()})

    def _widgets(self, _body: dict[str, Any]) -> Json:
        system = [
            {"name": name, "widgetName": name, "label": label, "type": kind}
            for name, label, kind in (
                ("creator", "提交人", "user"),
                ("createTime", "提交时间", "datetime"),
                ("updateTime", "更新时间", "datetime"),
                *((("flowState", "流程状态", "flowstate"),) if self.form.workflow else ()),
            )
        ]
        modified = values.utc(design.modified(self._world))
        found = {"widgets": design.widgets(self._world, self.form), "sysWidgets": system}
        return as_json({**found, "dataModifyTime": modified})

    def _create(self, body: dict[str, Any]) -> Json:
        raw = self._read(body.get("data"), body)
        (document,) = self._created([raw], body)
        return self._row(document)

    def _read(self, data: Any, body: dict[str, Any], old: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return what is to be stored; a file is good in the transaction alone for which its token was given."""
        raw = values.read(self._world, self.form, data, old)
        uploaded = {name: value for name, value in raw.items() if value and name in self.form.special}
        right = files.seal(self._world, str(body.get("transaction_id"))) if uploaded else ""
        for name, value in uploaded.items():
            if any(file["seal"] != right for file in value):
                raise Refusal(17025, name)
        return raw

    def _created(self, raws: list[dict[str, Any]], body: dict[str, Any]) -> list[Document]:
        """Put new rows into the store. Neither required fields nor uniqueness are checked for the API (page 14222)."""
        creator = body.get("data_creator")
        if creator is not None and not values.is_member(creator):
            raise Refusal(1010, "data_creator")
        now = self._world.clock.wall()
        found = []
        for data_id, raw in zip(rows.next_ids(self._world, len(raws)), raws, strict=True):
            row = {**raw, rows.BY: creator or "api"}
            if creator:
                row[rows.CREATOR] = creator
            if body.get("is_start_workflow") is True and self.form.workflow:
                row[rows.FLOW] = workflow.begun(data_id, now, creator or "")
            content = canonical.read(row, self._mapping)
            found.append(writing.create(self._world, data_id, content, row, cause=cause()))
        noted().effect = True
        return found

    def _batch_create(self, body: dict[str, Any]) -> Json:
        """Create rows, or none if that transaction has created them: the only call that can be repeated (14223)."""
        wanted = body.get("data_list")
        if not isinstance(wanted, list) or len(wanted) > MOST_ROWS:
            raise Refusal(3005, "data_list")
        raws = [self._read(data, body) for data in wanted]
        transaction = body.get("transaction_id")
        if transaction and not files.is_transaction(transaction):
            raise Refusal(3005, "transaction_id")
        kept = self._world.state.plain.get(files.KEPT, {}).get(f"transaction:{transaction}") if transaction else None
        if kept is not None:
            ids = kept["ids"] if self._world.settings["jdy_repeat_ids"] else []
            return as_json({"status": "success", "success_count": len(ids), "success_ids": ids})
        ids = [document.external for document in self._created(self._taken(raws), body)]
        if transaction:
            row = (files.KEPT, f"transaction:{transaction}", {"ids": ids})
            self._world.change([row], actor="integration", action="transaction", cause=cause(), side="erp")
        return as_json({"status": "success", "success_count": len(ids), "success_ids": ids})

    def _taken(self, raws: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the rows of a batch that the form takes: those that it refuses are missing in the answer (assumed)."""
        numbers = [str(canonical.read(raw, self._mapping).get("refund_id", "")) for raw in raws]
        return list(compress(raws, batches.willing(numbers)))

    def _willing(self, found: list[Document]) -> list[Document]:
        """Return the rows of a batch that can be changed: of the others the answer tells only how many are left."""
        return list(compress(found, batches.willing([document.refund_id for document in found])))

    def _get(self, body: dict[str, Any]) -> Json:
        return self._row(rows.found(self._world, body.get("data_id")))

    def _update(self, body: dict[str, Any]) -> Json:
        document = rows.found(self._world, body.get("data_id"))
        return self._row(self._updated(document, self._read(body.get("data"), body, document.raw)))

    def _updated(self, document: Document, raw: dict[str, Any], *, quiet: bool = False) -> Document:
        """Give *document* the values in *raw*: the last writer wins, and every write is a change."""
        fields = self._mapping.fields
        kind = self._mapping.field("kind")  # by which it is known what the status can be
        content = canonical.read({kind: document.raw.get(kind), **raw}, self._mapping)
        changes = {name: value for name, value in content.items() if name in fields and fields[name].field in raw}
        raw = {**raw, rows.BY: "api"}
        written = writing.update(self._world, document, changes, raw, cause=cause(), always=True, quiet=quiet)
        noted().effect = True
        return written

    def _delete(self, body: dict[str, Any]) -> Json:
        writing.remove(self._world, rows.found(self._world, body.get("data_id")), cause=cause())
        noted().effect = True
        return as_json({"status": "success"})

    def _several(self, body: dict[str, Any]) -> list[Document]:
        """Return the rows that a batch names and that there are; which are not is never told."""
        ids = body.get("data_ids")
        if not isinstance(ids, list) or not 0 < len(ids) <= MOST_ROWS:
            raise Refusal(3005, "data_ids")
        found = (self._world.state.documents.external(each) if isinstance(each, str) else None for each in ids)
        every = {row.id: row for row in found if row is not None and not row.deleted}
        return list(every.values())

    def _batch_update(self, body: dict[str, Any]) -> Json:
        data = body.get("data")
        subforms = {name for name, widget in self.form.widgets.items() if widget.type == "subform"}
        if isinstance(data, dict) and subforms & data.keys():
            raise Refusal(3005, "subform")
        raw = self._read(data, body)
        found = self._willing(self._several(body))
        quiet = not self._world.settings["jdy_push_batch_edit"]
        for document in found:
            self._updated(document, raw, quiet=quiet)
        return as_json({"status": "success", "success_count": len(found)})

    def _batch_delete(self, body: dict[str, Any]) -> Json:
        found = self._willing(self._several(body))
        for document in found:
            writing.remove(self._world, document, cause=cause())
        noted().effect = bool(found)
        return as_json({"status": "success", "success_count": len(found)})

    def _list(self, body: dict[str, Any]) -> Json:
        """Show a page in the order of creation; there is no other, and no total."""
        limit = whole(body.get("limit"), 10)
        if limit > MOST_ROWS:
            if self._world.settings["jdy_list_limit"] == "refused":
                raise Refusal(3005, "limit")
            limit = MOST_ROWS
        wanted = body.get("fields")
        if wanted is not None and (not isinstance(wanted, list) or not all(isinstance(name, str) for name in wanted)):
            raise Refusal(3005, "fields")
        only = None if wanted is None else frozenset(wanted)
        chosen = Filter(self._world, self.form, body.get("filter"))
        found = self._after(body.get("data_id"), chosen, limit)
        answer = noted()
        decision = self._mapping.field("decision")
        if only is None or not decision or decision in only:
            answer.told = [Told(row.refund_id, row.revision, document=row.id) for row in found]
        answer.fields = ("*",) if only is None else tuple(sorted(only))
        host = self._host()
        if only is None:
            return as_json({"data": [self._shown(row, host) for row in found]})
        return as_json({"data": [rows.shown(self.form, row, host, only) for row in found]})

    def _after(self, data_id: Any, chosen: Filter, limit: int) -> list[Document]:
        """Return up to *limit* rows that were created after the row *data_id* and pass."""
        store = self._world.state.documents
        if data_id not in (None, "") and not isinstance(data_id, str):
            raise Refusal(3005, "data_id")
        after = data_id or ""
        refund_id = chosen.equal.get(self._mapping.field("refund_id"))
        if refund_id is not None:
            candidates = iter(sorted(store.updated_after(0, 2**31, refund_id=refund_id), key=lambda row: row.external))
        elif chosen.since is not None:
            candidates = iter(sorted(store.updated_since(chosen.since), key=lambda row: row.external))
        else:
            candidates = store.created_after(after)
        found: list[Document] = []
        for document in candidates:
            if document.external > after and not document.deleted and chosen(document):
                found.append(document)
                if len(found) >= limit:
                    break
        return found

    def _upload_token(self, body: dict[str, Any]) -> Json:
        transaction = body.get("transaction_id")
        if not files.is_transaction(transaction):
            raise Refusal(3005, "transaction_id")
        return as_json({"token_and_url_list": files.tokens(self._world, transaction, self._host())})
