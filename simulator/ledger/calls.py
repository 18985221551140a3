"""How calls and their answers read in a line of evidence: `agree ID|1999|…`, `told: refund_fee 8.35 (…)`."""

from typing import Any

from simulator.ledger.entry import Answered, Asked

_SHOWN = ("refund_fee", "amount", "status", "refund_version", "revision", "sid", "waybill", "hold")
"""Fields of an answered row worth a line, in this order."""

_SHORT = {
    "taobao.refunds.receive.get": "list refunds",
    "taobao.refund.get": "read refund",
    "taobao.refund.messages.get": "read messages of",
    "taobao.refund.refusereason.get": "read refusal reasons for",
    "taobao.refund.refuse": "refuse",
    "taobao.rp.refund.review": "review",
    "taobao.rp.refunds.agree": "agree",
    "taobao.rp.returngoods.agree": "agree to return",
    "taobao.rp.returngoods.refuse": "refuse returned goods",
    "taobao.logistics.address.search": "read return addresses",
    "taobao.trade.fullinfo.get": "read trade",
    "taobao.time.get": "read time",
    "erp.create": "create document",
    "erp.update": "update document",
    "erp.read": "read document",
    "erp.list": "list documents",
}


def short(method: str) -> str:
    """Return what *method* does in a word or two; the method itself where there is none."""
    return _SHORT.get(method, method)


def asked_words(entry: Asked, about: str = "") -> str:
    """Return the call as a person would say it, with the parameters that matter, of a batch those *about* a refund."""
    words = f"{short(entry.method)} {_arguments(entry, about)}".rstrip()
    files = "".join(f", file {file.name} ({file.size} bytes)" for file in entry.files)
    wrong = ", signature WRONG" if entry.signed is False else ""
    return f"{words}{files}{wrong}"


def told_words(entry: Answered, about: str = "") -> str:
    """Return what the answer said: an error, results of a batch (*about* a refund), the rows, or plain success."""
    where = f" ({entry.method})" if entry.method else ""
    if entry.understood:
        return f"not built: {entry.understood}{where}"
    if entry.error:
        return f"error {_error(entry.error)}{where}"
    if entry.status >= 400:
        return f"HTTP {entry.status}{where}"
    if entry.results:
        rows = [f"{row.refund} {'ok' if row.succ else row.message or 'failed'}" for row in entry.results]
        return f"results: {_narrowed(rows, about)}{where}"
    if entry.told:
        return f"told: {_told(entry, about)}{_dropped(entry)}{where}"
    if entry.total is not None:
        return f"told: nothing of {entry.total}{_dropped(entry)}{where}"
    return f"answered{', done' if entry.effect else ''}{where}"


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


def _narrowed(items: list[str], about: str) -> str:
    """Return the items of a batch, or only those *about* a refund and how many others there are."""
    mine = [item for item in items if item.startswith(about)] if about else []
    others = len(items) - len(mine)
    if not mine or not others:
        return ", ".join(items)
    return f"{', '.join(mine)} and {others} more"


def _arguments(entry: Asked, about: str) -> str:
    params = entry.params
    if entry.method == "taobao.rp.refunds.agree":
        return _narrowed(str(params.get("refund_infos", "")).split(","), about)
    if entry.method == "taobao.refunds.receive.get":
        window = f"{params.get('start_modified', '…')} – {params.get('end_modified', '…')}"
        return f"{window}, page {params.get('page_no', 1)} of {params.get('page_size', 40)} rows"
    if entry.method.startswith("erp."):
        return _erp(params)
    parts = [str(params[name]) for name in ("refund_id", "dispute_id", "tid") if params.get(name)]
    named = ("refund_version", "refund_phase", "result", "refuse_message", "seller_address_id")
    parts += [f"{name.removeprefix('refund_')} {params[name]}" for name in named if params.get(name) not in (None, "")]
    return ", ".join(parts)


def _erp(params: dict[str, Any]) -> str:
    body = params.get("body")
    place = str(params.get("path", "")).rsplit("/", 1)[-1]
    if not isinstance(body, dict):
        return place
    shown = [f"{name} {body[name]}" for name in ("amount", "type", "status", "hold", "waybill") if name in body]
    return ": ".join(part for part in (place, ", ".join(shown)) if part)


def _error(error: dict[str, Any]) -> str:
    parts = [error.get(name) for name in ("code", "sub_code", "sub_msg", "msg", "message")]
    return " ".join(str(part) for part in parts if part not in (None, ""))


def _told(entry: Answered, about: str) -> str:
    mine = [row for row in entry.told if row.refund == about]
    if mine and len(entry.told) > 1:
        total = f" of {entry.total}" if entry.total is not None else ""
        return f"{about} as of its change {mine[-1].change}, among {len(entry.told)} rows{total}"
    if len(entry.told) > 1:
        rows = ", ".join(row.refund for row in entry.told[:3])
        more = f" and {len(entry.told) - 3} more" if len(entry.told) > 3 else ""
        total = f" of {entry.total}" if entry.total is not None else ""
        return f"{len(entry.told)} rows{total}: {rows}{more}"
    row = entry.told[0]
    shown = [f"{name} {value}" for name in _SHOWN if (value := find(entry.body, name)) not in (None, "")]
    altered = "".join(f", {name} altered to {value}" for name, value in row.altered.items())
    return (", ".join(shown) if shown else f"{row.refund} as of its change {row.change}") + altered


def _dropped(entry: Answered) -> str:
    return f", left out: {', '.join(entry.dropped)}" if entry.dropped else ""
