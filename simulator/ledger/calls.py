"""How calls and their answers read in a line of evidence: `agree ID|1999|…`, `told: refund_fee 8.35 (…)`."""

from collections.abc import Sequence
from typing import Any

from simulator.ledger.entry import Answered, Asked
from simulator.ledger.vocabulary import CALLS, say
from simulator.phrase import joined

_SHOWN = ("refund_fee", "amount", "status", "refund_version", "revision", "sid", "waybill", "hold")
"""Fields of an answered row worth a line, in this order."""


def short(method: str) -> str:
    """Return what *method* does in a word or two; the method itself where there is none."""
    return CALLS.get(method, method)


def asked_words(entry: Asked, about: str = "") -> str:
    """Return the call as a person would say it, with the parameters that matter, of a batch those *about* a refund."""
    words = joined(filter(None, (short(entry.method), _arguments(entry, about))), " ", " ")
    files = [say("asked.file", ", file {name} ({size} bytes)", name=file.name, size=file.size) for file in entry.files]
    wrong = [say("asked.wrong", ", signature WRONG")] if entry.signed is False else []
    return joined((words, *files, *wrong), "", "")


def told_words(entry: Answered, about: str = "") -> str:
    """Return what the answer said: an error, results of a batch (*about* a refund), the rows, or plain success."""
    where = f" ({entry.method})" if entry.method else ""
    if entry.understood:
        return say("told.not_built", "not built: {what}{where}", what=entry.understood, where=where)
    if entry.error:
        return say("told.error", "error {error}{where}", error=_error(entry.error), where=where)
    if entry.status >= 400:
        return f"HTTP {entry.status}{where}"
    if entry.results:
        rows = [joined((row.refund, _result(row.succ, row.message)), " ", " ") for row in entry.results]
        return say("told.results", "results: {rows}{where}", rows=_narrowed(rows, about), where=where)
    if entry.told:
        said = _told(entry, about)
        return say("told.rows", "told: {rows}{dropped}{where}", rows=said, dropped=_dropped(entry), where=where)
    if entry.total is not None:
        dropped = _dropped(entry)
        return say(
            "told.nothing", "told: nothing of {total}{dropped}{where}", total=entry.total, dropped=dropped, where=where
        )
    if entry.effect:
        return say("told.done", "answered, done{where}", where=where)
    return say("told.answered", "answered{where}", where=where)


def find(body: Any, name: str) -> Any:
    """Return the first value called *name* anywhere in *body*, or None."""
    if isinstance(body, dict):
        if name in body and not isinstance(body[name], dict | list):
            return body[name]
        body = list(body.values())
    if isinstance(body, list):
        for value in body:
            found = find(value, name)
            if found is not None:
                return found
    return None


def _result(succ: bool, message: str) -> str:
    if succ:
        return say("row.ok", "ok")
    return message or say("row.failed", "failed")


def _narrowed(items: Sequence[str], about: str) -> str:
    """Return the items of a batch, or only those *about* a refund and how many others there are."""
    mine = [item for item in items if item.startswith(about)] if about else []
    others = len(items) - len(mine)
    if not mine or not others:
        return joined(items)
    return say("told.narrowed", "{mine} and {others} more", mine=joined(mine), others=others)


def _arguments(entry: Asked, about: str) -> str:
    params = entry.params
    if entry.method == "taobao.rp.refunds.agree":
        return _narrowed(str(params.get("refund_infos", "")).split(","), about)
    if entry.method == "taobao.refunds.receive.get":
        return say(
            "asked.page",
            "{begin} – {end}, page {page} of {size} rows",
            begin=params.get("start_modified", "…"),
            end=params.get("end_modified", "…"),
            page=params.get("page_no", 1),
            size=params.get("page_size", 40),
        )
    if entry.method.startswith("erp."):
        return _erp(params)
    parts = [str(params[name]) for name in ("refund_id", "dispute_id", "tid") if params.get(name)]
    named = ("refund_version", "refund_phase", "result", "refuse_message", "seller_address_id")
    parts += [f"{name.removeprefix('refund_')} {params[name]}" for name in named if params.get(name) not in (None, "")]
    return joined(parts)


def _erp(params: dict[str, Any]) -> str:
    body = params.get("body")
    place = str(params.get("path", "")).rsplit("/", 1)[-1]
    if not isinstance(body, dict):
        return place
    shown = [f"{name} {body[name]}" for name in ("amount", "type", "status", "hold", "waybill") if name in body]
    return joined(filter(None, (place, joined(shown))), ": ", "：")


def _error(error: dict[str, Any]) -> str:
    parts = [error.get(name) for name in ("code", "sub_code", "sub_msg", "msg", "message")]
    return " ".join(str(part) for part in parts if part not in (None, ""))


def _told(entry: Answered, about: str) -> str:
    mine = [row for row in entry.told if row.refund == about]
    rows = len(entry.told)
    total = say("told.total", " of {total}", total=entry.total) if entry.total is not None else ""
    if mine and rows > 1:
        return say(
            "told.among",
            "{refund} as of its change {change}, among {rows} rows{total}",
            refund=about,
            change=mine[-1].change,
            rows=rows,
            total=total,
        )
    if rows > 1:
        names = joined(row.refund for row in entry.told[:3])
        more = say("told.more", " and {others} more", others=rows - 3) if rows > 3 else ""
        return say("told.list", "{rows} rows{total}: {names}{more}", rows=rows, total=total, names=names, more=more)
    row = entry.told[0]
    shown = [f"{name} {value}" for name in _SHOWN if (value := find(entry.body, name)) not in (None, "")]
    one = say("told.one", "{refund} as of its change {change}", refund=row.refund, change=row.change)
    altered = [
        say("told.altered", ", {name} altered to {value}", name=name, value=value)
        for name, value in row.altered.items()
    ]
    return joined((joined(shown) if shown else one, *altered), "", "")


def _dropped(entry: Answered) -> str:
    return say("told.dropped", ", left out: {names}", names=", ".join(entry.dropped)) if entry.dropped else ""
