"""The one readable line of each kind of entry, as evidence shows it; times are GMT+8."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from simulator.clock import GMT8
from simulator.ledger.calls import asked_words, told_words
from simulator.ledger.entry import (
    Act,
    Answered,
    Asked,
    Callback,
    Changed,
    ClockStepped,
    Decision,
    Delivered,
    Entry,
    Fault,
    Header,
    Life,
    Mark,
    SettingChanged,
    Timer,
)

PAST = {
    "apply": "applied",
    "modify": "modified",
    "withdraw": "withdrew",
    "ship_back": "shipped back",
    "correct_waybill": "corrected the waybill",
    "review": "reviewed",
    "agree": "agreed",
    "agree_return": "agreed to the return",
    "refuse": "refused",
    "refuse_return": "refused the returned goods",
    "pay": "paid",
    "ship": "shipped",
    "timeout": "let the time limit pass",
    "create": "created",
    "update": "updated",
    "approve": "approved",
    "approve_return": "approved the return",
    "receive": "received the goods",
    "edit": "edited",
    "message": "left a message",
    "finish": "finished the trade",
}
"""Actions as the ledger's `Changed` and `Decision` entries name them, in the past tense."""


def line(entry: Entry, about: str = "") -> str:
    """Return *entry* as one line: `#1042 10:15:07.201 tmall  buyer applied: 8.35 元 of 19.99 元, refund-only, …`.

    With *about*, a refund id, a batch is shortened to what it says of that refund.
    """
    words = told(entry, about)
    side = "run" if entry.side in ("", "harness") else entry.side
    return f"#{entry.seq} {time_of(entry)} {side:<6} {words}"


def told(entry: Entry, about: str = "") -> str:
    """Return what happened, without number, time and side; a batch only as far as it is *about* that refund."""
    if about and isinstance(entry, Asked):
        return asked_words(entry, about)
    if about and isinstance(entry, Answered):
        return _answered(entry, about)
    return _WORDS[type(entry)](entry)


def time_of(entry: Entry) -> str:
    """Return the entry's wall time of day in GMT+8, with milliseconds: `10:15:07.201`."""
    moment = datetime.fromtimestamp(entry.wall // 1000, GMT8)
    return f"{moment:%H:%M:%S}.{entry.wall % 1000:03d}"


def yuan(fen: int) -> str:
    """Return *fen* as a person writes yuan: 835 is `8.35 元`."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}{whole}.{rest:02d} 元"


def plain(values: Any) -> dict[str, Any]:
    """Return a row's values as a dictionary, whether they come from a file or from memory."""
    built = values if isinstance(values, dict) else msgspec.to_builtins(values)
    return built if isinstance(built, dict) else {}


def _kind(text: str) -> str:
    return text.replace("_", "-")


def _refund(values: dict[str, Any]) -> str:
    parts = [
        f"{yuan(values.get('amount', 0))} of {yuan(values.get('total', 0))}",
        _kind(values.get("kind", "")),
    ]
    parts.append(values.get("status", ""))
    if values.get("waybill"):
        parts.append(f"waybill {values['waybill']}")
    parts.append(f"version {values.get('version', 0)}")
    return ", ".join(part for part in parts if part)


def _document(values: dict[str, Any]) -> str:
    parts = [values.get("external", ""), yuan(values.get("amount", 0)), _kind(values.get("type", ""))]
    parts.append(values.get("status", "pending"))
    parts += [word for word in ("hold", "booked", "cancelled") if values.get(word)]
    if values.get("waybill"):
        parts.append(f"waybill {values['waybill']}")
    parts.append(f"revision {values.get('revision', 1)}")
    return ", ".join(part for part in parts if part)


def _header(entry: Header) -> str:
    name = entry.declaration.get("name", "unnamed")
    return f"ledger of {entry.command or 'a run'}: {name}, seed {entry.seed}, format {entry.format}"


def _answered(entry: Answered, about: str = "") -> str:
    words = told_words(entry, about)
    touched = f" [fault {entry.fault}]" if entry.fault else ""
    lost = " – the answer was lost on its way" if entry.lost else ""
    return f"{words}{touched}{lost}"


def _changed(entry: Changed) -> str:
    did = PAST.get(entry.action, entry.action.replace("_", " "))
    if not entry.rows:
        return f"{entry.actor} {did}"
    row = entry.rows[0]
    if row.values is None:
        return f"{entry.actor} {did}: {row.entity} {row.id} is gone"
    values = plain(row.values)
    if row.entity == "refund":
        return f"{entry.actor} {did}: {_refund(values)}"
    if row.entity == "document":
        return f"{entry.actor} {did} document {_document(values)}"
    more = f" and {len(entry.rows) - 1} more" if len(entry.rows) > 1 else ""
    return f"{entry.actor} {did}: {row.entity} {row.id}{more}"


def _decision(entry: Decision) -> str:
    did = PAST.get(entry.decision, entry.decision)
    said = f", “{entry.text}”" if entry.text else ""
    proof = ", with a proof picture" if entry.proof else ""
    amount = f"{yuan(entry.amount)}, {_kind(entry.type)}, revision {entry.revision}"
    return f"{entry.by or 'reviewer'} {did} {entry.document}: {amount}{said}{proof}"


def _act(entry: Act) -> str:
    named = ", ".join(f"{name} {value}" for name, value in entry.args.items() if value not in ("", None))
    hook = f" (hook {entry.hook})" if entry.hook else ""
    if entry.started:
        return f"{entry.act}: {named}{hook}"
    if entry.accepted:
        return f"{entry.act} done{hook}"
    return f"{entry.act} was refused: {entry.reason}{hook}"


def _fault(entry: Fault) -> str:
    if entry.event == "strike":
        return f"fault {entry.name} ({entry.fault}) struck call #{entry.call}"
    scope = ", ".join(f"{name} {value}" for name, value in entry.scope.items() if value not in ("", None))
    verb = {"start": "armed", "end": "lifted"}.get(entry.event, entry.event)
    return f"fault {entry.name} ({entry.fault}) {verb}" + (f": {scope}" if scope else "")


def _callback(entry: Callback) -> str:
    status = f" {entry.status}" if entry.status else ""
    detail = f" – {entry.detail}" if entry.detail else ""
    return f"callback for {entry.document} revision {entry.revision} {entry.event}{status}{detail}"


def _detail(detail: dict[str, Any]) -> str:
    shown = [
        f"{name} {value}" for name, value in detail.items() if isinstance(value, str | int | float) and value != ""
    ]
    return f" ({', '.join(shown)})" if shown else ""


def _mark(entry: Mark) -> str:
    detail = entry.detail
    if entry.name == "play":
        reason = f" – {detail['reason']}" if detail.get("reason") else ""
        outcome = f" {detail['outcome']}" if detail.get("outcome") else ""
        return f"play {detail.get('play', '')} {detail.get('event', '')}{outcome}{reason}"
    if entry.name == "phase":
        return f"{detail.get('phase', '')} {detail.get('event', '')}"
    if entry.name == "clean":
        return "all faults are lifted from here on"
    if entry.name == "end":
        return "the run is complete" if detail.get("complete") else "the run was broken off"
    return f"{entry.name}{_detail(detail)}"


def _life(entry: Life) -> str:
    return f"{entry.who} {entry.event}{_detail(entry.detail)}"


def _stepped(entry: ClockStepped) -> str:
    return f"the wall clock jumped by {entry.by / 1000:+.3f} s"


def _setting(entry: SettingChanged) -> str:
    return f"setting {entry.name} is now {entry.value!r} ({entry.origin})"


def _delivered(entry: Delivered) -> str:
    return f"answer to #{entry.call} was delivered"


def _asked(entry: Asked) -> str:
    return asked_words(entry)


def _timer(entry: Timer) -> str:
    return f"time limit {entry.timer} passed"


_WORDS: dict[type[Entry], Callable[[Any], str]] = {
    Header: _header,
    Asked: _asked,
    Answered: _answered,
    Delivered: _delivered,
    Changed: _changed,
    Decision: _decision,
    Act: _act,
    Fault: _fault,
    Timer: _timer,
    SettingChanged: _setting,
    ClockStepped: _stepped,
    Life: _life,
    Callback: _callback,
    Mark: _mark,
}
