"""A row of the form as the API shows it, and how one is found."""

import re
from typing import Any

from simulator.erp.document import Document
from simulator.erp.jiandaoyun import files, values
from simulator.erp.jiandaoyun.errors import Refusal
from simulator.erp.jiandaoyun.form import Form
from simulator.world import World

FLOW = "_flow"
"""Where `Document.raw` keeps the approval flow of a row."""
BY = "_updater"
"""Where it keeps the username of whoever wrote last."""
CREATOR = "_creator"
"""Where it keeps the username of whoever is named as the row's creator."""
_ID = re.compile(r"[0-9a-f]{24}")


def next_ids(world: World, count: int) -> list[str]:
    """Return the ids of the next *count* rows: 24 hex digits that grow, as the platform's own do."""
    used = len(world.state.documents.rows)
    return [f"{world.block:08x}{world.seed % 2**32:08x}{used + number + 1:08x}" for number in range(count)]


def found(world: World, data_id: Any) -> Document:
    """Return the row with that id.

    Raises:
        Refusal: 3005 if it is no id, 4001 if there is no such row.
    """
    if not isinstance(data_id, str) or not _ID.fullmatch(data_id):
        raise Refusal(3005, "data_id")
    document = world.state.documents.external(data_id)
    if document is None or document.deleted:
        raise Refusal(4001, data_id)
    return document


def shown(form: Form, document: Document, host: str, only: frozenset[str] | None = None) -> dict[str, Any]:
    """Return *document* as a row; *only* names the fields that are wanted besides the system's own."""
    raw = document.raw
    row: dict[str, Any] = {
        "_id": document.external,
        "appId": form.app_id,
        "entryId": form.entry_id,
        "creator": values.member(raw.get(CREATOR, "api")),
        "updater": values.member(raw.get(BY, "api")),
        "deleter": None,
        "createTime": values.utc(document.created),
        "updateTime": values.utc(document.updated),
        "deleteTime": None,
    }
    if FLOW in raw:
        row["flowState"] = raw[FLOW]["state"]
    if only is None:
        row |= form.blanks
        row |= {name: found for name, found in raw.items() if name in form.widgets}
        special = form.special
    else:
        row |= {name: raw.get(name, form.blanks[name]) for name in form.widgets if name in only}
        special = form.special & only
    for name in special:
        if form.widgets[name].type == "sn":
            row[name] = f"{int(document.id[1:]):08d}"
        else:
            row[name] = [files.shown(file, host) for file in row[name]]
    return row


def value(form: Form, document: Document, name: str) -> Any:
    """Return one field of *document*, for a filter.

    Raises:
        Refusal: 3005, if there is no such field.
    """
    widget = form.widgets.get(name)
    if widget is not None:
        if name in document.raw:
            return document.raw[name]
        return form.blanks[name]
    system = {
        "_id": document.external,
        "createTime": values.utc(document.created),
        "updateTime": values.utc(document.updated),
        "creator": document.raw.get(CREATOR, "api"),
        "updater": document.raw.get(BY, "api"),
        "flowState": document.raw.get(FLOW, {}).get("state"),
    }
    if name not in system:
        raise Refusal(3005, f"filter: {name}")
    return system[name]
