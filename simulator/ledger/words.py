"""The one readable line of each kind of entry, as evidence shows it, in both languages; times are GMT+8."""

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
    Confirmed,
    Connection,
    Decision,
    Delivered,
    Entry,
    Expired,
    Fault,
    Header,
    Life,
    Mark,
    Published,
    Pushed,
    SettingChanged,
    Timer,
)
from simulator.ledger.vocabulary import ACTORS, ENTITIES, EVENTS, FLAGS, KINDS, OUTCOMES, PAST, PHASES, say, word
from simulator.phrase import Phrase, joined, written


def line(entry: Entry, about: str = "") -> Phrase:
    """Return *entry* as one line: `#1042 10:15:07.201 tmall  buyer applied: 8.35 元 of 19.99 元, refund-only, …`.

    With *about*, a refund id, a batch is shortened to what it says of that refund.
    """
    side = "run" if entry.side in ("", "harness") else entry.side
    return joined((f"#{entry.seq} {time_of(entry)} {side:<6}", told(entry, about)), " ", " ")


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
    return KINDS.get(text) or text.replace("_", "-")


def _refund(values: dict[str, Any]) -> Phrase:
    amount, total = yuan(values.get("amount", 0)), yuan(values.get("total", 0))
    parts = [say("refund.amount", "{amount} of {total}", amount=amount, total=total), _kind(values.get("kind", ""))]
    parts.append(values.get("status", ""))
    if values.get("waybill"):
        parts.append(say("line.waybill", "waybill {number}", number=values["waybill"]))
    parts.append(say("line.version", "version {version}", version=values.get("version", 0)))
    return joined(filter(None, parts))


def _document(values: dict[str, Any]) -> Phrase:
    parts = [values.get("external", ""), yuan(values.get("amount", 0)), _kind(values.get("type", ""))]
    parts.append(values.get("status", "pending"))
    parts += [words for name, words in FLAGS.items() if values.get(name)]
    if values.get("waybill"):
        parts.append(say("line.waybill", "waybill {number}", number=values["waybill"]))
    parts.append(say("line.revision", "revision {revision}", revision=values.get("revision", 1)))
    return joined(filter(None, parts))


def _header(entry: Header) -> Phrase:
    return say(
        "header.ledger",
        "ledger of {command}: {name}, seed {seed}, format {format}",
        command=entry.command or say("header.run", "a run"),
        name=entry.declaration.get("name") or say("header.unnamed", "unnamed"),
        seed=entry.seed,
        format=entry.format,
    )


def _answered(entry: Answered, about: str = "") -> Phrase:
    touched = say("answered.fault", " [fault {name}]", name=entry.fault) if entry.fault else ""
    lost = say("answered.lost", " – the answer was lost on its way") if entry.lost else ""
    return joined((told_words(entry, about), touched, lost), "", "")


_DISPUTES = {"reship": say("entity.reship", "re-send"), "repair": say("entity.repair", "repair")}
"""What exchanges of other kinds are."""


def _changed(entry: Changed) -> Phrase:
    head = say("changed.did", "{actor} {did}", actor=word(ACTORS, entry.actor), did=word(PAST, entry.action))
    if not entry.rows:
        return head
    row = entry.rows[0]
    entity = ENTITIES.get(row.entity, row.entity)
    if row.entity == "exchange" and row.values is not None:
        entity = _DISPUTES.get(plain(row.values).get("kind", ""), entity)
    if row.values is None:
        return say("changed.gone", "{head}: {entity} {id} is gone", head=head, entity=entity, id=row.id)
    if row.entity == "refund":
        return say("changed.refund", "{head}: {refund}", head=head, refund=_refund(plain(row.values)))
    if row.entity == "document":
        return say("changed.document", "{head} document {document}", head=head, document=_document(plain(row.values)))
    others = len(entry.rows) - 1
    more = say("changed.more", " and {others} more", others=others) if others else ""
    return say("changed.row", "{head}: {entity} {id}{more}", head=head, entity=entity, id=row.id, more=more)


def _decision(entry: Decision) -> Phrase:
    return say(
        "decision.made",
        "{by} {did} {document}: {amount}, {kind}, revision {revision}{said}{proof}",
        by=word(ACTORS, entry.by or "reviewer"),
        did=word(PAST, entry.decision),
        document=entry.document,
        amount=yuan(entry.amount),
        kind=_kind(entry.type),
        revision=entry.revision,
        said=say("decision.said", ", “{text}”", text=entry.text) if entry.text else "",
        proof=say("decision.proof", ", with a proof picture") if entry.proof else "",
    )


def _act(entry: Act) -> Phrase:
    hook = say("act.hook", " (hook {id})", id=entry.hook) if entry.hook else ""
    if entry.started:
        return say("act.started", "{act}: {named}{hook}", act=entry.act, named=_named(entry.args), hook=hook)
    if entry.accepted:
        return say("act.done", "{act} done{hook}", act=entry.act, hook=hook)
    reason = written(entry.reason, entry.reason_zh)
    return say("act.refused", "{act} was refused: {reason}{hook}", act=entry.act, reason=reason, hook=hook)


def _named(values: dict[str, Any]) -> Phrase:
    return joined(f"{name} {value}" for name, value in values.items() if value not in ("", None))


def _fault(entry: Fault) -> Phrase:
    if entry.event == "strike":
        return say(
            "fault.struck", "fault {name} ({id}) struck call #{call}", name=entry.name, id=entry.fault, call=entry.call
        )
    verbs = {"start": say("fault.armed", "armed"), "end": say("fault.lifted", "lifted")}
    verb = word(verbs, entry.event)
    head = say("fault.event", "fault {name} ({id}) {verb}", name=entry.name, id=entry.fault, verb=verb)
    return joined(filter(None, (head, _named(entry.scope))), ": ", "：")


def _callback(entry: Callback) -> Phrase:
    values: dict[str, Any] = {
        "document": entry.document,
        "event": word(EVENTS, entry.event),
        "status": f" {entry.status}" if entry.status else "",
        "detail": f" – {entry.detail}" if entry.detail else "",
    }
    if entry.defect:
        return say(
            "callback.forged",
            "callback for {document} that the ERP did not send ({defect}) {event}{status}{detail}",
            defect=entry.defect,
            **values,
        )
    return say(
        "callback.event",
        "callback for {document} revision {revision} {event}{status}{detail}",
        revision=entry.revision,
        **values,
    )


def _detail(detail: dict[str, Any]) -> str:
    shown = [
        f"{name} {value}" for name, value in detail.items() if isinstance(value, str | int | float) and value != ""
    ]
    return say("line.detail", " ({shown})", shown=joined(shown)) if shown else ""


def _mark(entry: Mark) -> str:
    detail = entry.detail
    if entry.name == "play":
        return _play(detail)
    if entry.name == "phase":
        phase, event = str(detail.get("phase", "")), str(detail.get("event", ""))
        return say("mark.phase", "{phase} {event}", phase=word(PHASES, phase), event=word(EVENTS, event))
    if entry.name == "clean":
        return say("mark.clean", "all faults are lifted from here on")
    if entry.name == "end" and detail.get("complete"):
        return say("mark.complete", "the run is complete")
    if entry.name == "end":
        return say("mark.broken_off", "the run was broken off")
    return joined((entry.name, _detail(detail)), "", "")


def _play(detail: dict[str, Any]) -> Phrase:
    reason = written(str(detail.get("reason", "")), str(detail.get("reason_zh", "")))
    outcome = OUTCOMES.get(str(detail.get("outcome", "")), str(detail.get("outcome", "")))
    return say(
        "mark.play",
        "play {play} {event}{outcome}{reason}",
        play=detail.get("play", ""),
        event=word(EVENTS, str(detail.get("event", ""))),
        outcome=say("mark.outcome", " {outcome}", outcome=outcome) if outcome else "",
        reason=say("mark.reason", " – {reason}", reason=reason) if reason else "",
    )


def _life(entry: Life) -> Phrase:
    who, event = word(ACTORS, entry.who), word(EVENTS, entry.event)
    return say("life.event", "{who} {event}{detail}", who=who, event=event, detail=_detail(entry.detail))


def _stepped(entry: ClockStepped) -> Phrase:
    if entry.wanted:
        return say("clock.moved_on", "the time is moved on by {by} s", by=f"{entry.by / 1000:.3f}")
    return say("clock.jumped", "the wall clock jumped by {by} s", by=f"{entry.by / 1000:+.3f}")


def _setting(entry: SettingChanged) -> Phrase:
    shown = repr(entry.value)
    if entry.shop and not entry.origin:
        return say("setting.follows", "setting {name} of {shop} is the run's again", name=entry.name, shop=entry.shop)
    if entry.shop:
        return say(
            "setting.now_for",
            "setting {name} is now {value} for {shop} ({origin})",
            name=entry.name,
            value=shown,
            shop=entry.shop,
            origin=entry.origin,
        )
    return say(
        "setting.now", "setting {name} is now {value} ({origin})", name=entry.name, value=shown, origin=entry.origin
    )


def _delivered(entry: Delivered) -> Phrase:
    return say("delivered.call", "answer to #{call} was delivered", call=entry.call)


def _asked(entry: Asked) -> str:
    return asked_words(entry)


def _timer(entry: Timer) -> Phrase:
    return say("timer.passed", "time limit {timer} passed", timer=entry.timer)


def _published(entry: Published) -> Phrase:
    return say(
        "message.published",
        "message {topic}: {content}{again}",
        topic=entry.topic,
        content=entry.content,
        again=say("message.again", " (repeats {message})", message=entry.repeats) if entry.repeats else "",
    )


def _pushed(entry: Pushed) -> Phrase:
    altered = say("message.altered", ", as {content}", content=entry.altered) if entry.altered else ""
    return say(
        "message.pushed",
        "message {message} delivered over {channel}, attempt {attempt}{altered}",
        message=entry.message,
        channel=entry.channel,
        attempt=entry.attempt,
        altered=altered,
    )


def _confirmed(entry: Confirmed) -> Phrase:
    if entry.result == "ok":
        return say("message.confirmed", "message {message} confirmed", message=entry.message)
    return say("message.failed", "message {message} failed: {reason}", message=entry.message, reason=entry.reason)


def _expired(entry: Expired) -> Phrase:
    return say("message.expired", "message {message} expired unconfirmed", message=entry.message)


def _connection(entry: Connection) -> Phrase:
    return say(
        "connection.event",
        "message channel {connection} of {app}/{group} {event}{detail}",
        connection=entry.connection,
        app=entry.app_key,
        group=entry.group,
        event=word(EVENTS, entry.event),
        detail=f" – {entry.detail}" if entry.detail else "",
    )


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
    Published: _published,
    Pushed: _pushed,
    Confirmed: _confirmed,
    Expired: _expired,
    Connection: _connection,
    Mark: _mark,
}
