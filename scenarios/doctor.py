"""Looks at an integration's first calls: says in plain words what it saw, what is wrong, what cannot be judged."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import msgspec
import yaml

from scenarios.mapping_check import misfits
from scenarios.symptoms import Symptoms
from simulator.act import yuan
from simulator.clock import Clock
from simulator.erp import registry
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import AnyEntry

PLAY = "doctor"
"""The play to which the doctor's own refund belongs."""
PERIODS = 3
"""Declared poll periods that are watched at most."""
LONGEST, SHORTEST = 300.0, 4.0
"""Seconds."""
_HOUR = 3600
_EXACT = 300
"""Seconds by which a clock may be off and still count as right, or as right but for its zone."""

_MUCH_FASTER = 3
"""By how many times it must poll more often than it declares for that to be worth a word."""

PHRASES: Mapping[str, str] = {
    "silent": "no call came in {seconds} s. Check that the integration uses the URLs it is given, and its log.",
    "exited": "the integration ended while it was watched (exit status {status}). Its log says why.",
    "polls": "polls taobao.refunds.receive.get every {seconds} s",
    "slower": "polls every {seconds} s, but declares {declared} s. Declare tempo: {{poll: {seconds}s}}, "
    "or every limit is too tight.",
    "faster": "polls every {seconds} s, but declares {declared} s: a rehearsal waits for what it is declared to take. "
    "Declare tempo: {{poll: {seconds}s}}, and it takes a fraction of that time.",
    "once": "listed refunds {count} times in {seconds} s: too seldom to tell how often it polls.",
    "lists_nothing": "never calls taobao.refunds.receive.get, and declares no messages: no refund can reach it.",
    "lists_later": "has not read the list of refunds yet, which it declares to do every {seconds} s.",
    "reconciles": "reconciles by taobao.refunds.receive.get every {seconds} s",
    "reconciles_slower": "reads the list every {seconds} s, but declares {declared} s. Declare reconcile: {seconds}s, "
    "or what no message told is called late.",
    "consumes": "consumes messages of group {group} over {channel}",
    "consumes_nothing": "declares messages, and took none over either channel in {seconds} s.",
    "undeclared_messages": "consumes messages, and does not declare it: MSG rules are not judged. Declare messages: "
    "true.",
    "window": "window {span} s with {overlap} s overlap",
    "no_overlap": "windows do not overlap: a refund that changes in the second of the seam is lost. "
    "Begin each window some seconds before the last one ended.",
    "no_window": "lists without start_modified: old refunds are read again and again, or never.",
    "last_page": "reads pages from the last one",
    "first_page": "reads pages from the first one: rows that move while it reads can be skipped.",
    "signs": "signs {method}",
    "bad_signature": "{count} calls have a wrong signature. Sign the sorted, decoded parameters with the app secret.",
    "clock": "its clock agrees with ours",
    "zone": "clock: its {what} {hours} hours {side} our time. It formats timestamps in {zone}; the platform wants "
    "GMT+8. Set TZ=Asia/Shanghai for the process, or format with a fixed zone. "
    "Until then SYN and COV rules cannot be judged.",
    "skewed": "clock: its {what} {seconds} s {side} our time. Set the machine's clock; the platform allows 10 minutes.",
    "version": "asks for refund_version and refund_phase",
    "no_version": "never asks for refund_version: STA-01 will be judged by content only.",
    "no_phase": "never asks for refund_phase: the platform refuses to agree without it.",
    "writes": "writes ERP documents by external number ({example})",
    "no_writes": "wrote no ERP document in {seconds} s, though a refund was waiting.",
    "mapped": "its fields mean what the mapping says: refund {refund}, {amount} yuan, {status}",
    "map_rounded": "mapping: field {field} holds {found}, which was refund {right}: as a number it loses its last"
    " digits. Use a text field for it.",
    "map_elsewhere": "mapping: refund_id is mapped to {field}, which holds {found}; the refund's number stands in"
    " {other}. Write refund_id: {other}. Until then its documents cannot be judged.",
    "map_ambiguous": "mapping: refund_id is mapped to {field}, which holds {found}; the refund's number stands in"
    " several fields: {others}. Map the one that always holds it.",
    "map_nowhere": "mapping: refund_id is mapped to {field}, which holds {found}; no field of the document holds the"
    " number of a refund. Its documents cannot be judged.",
    "map_unit": "mapping: {field} holds {found} for a refund of {right} yuan, and is mapped in {unit}; it seems to be"
    " {other}. Write unit: {other}, or repair what is written.",
    "map_amount": "mapping: {field} holds {found} for a refund of {right} yuan. Fields that hold that amount:"
    " {others}.",
    "map_value": "mapping: {meaning} is mapped to {field}, which holds {found}; the refund's is {right}.",
    "map_word": "mapping: {meaning} is mapped to {field}, which holds {found}; its words are {words}.",
    "errors": "was answered {error} ({count} times)",
    "no_messages": "no messages (MSG rules not applicable)",
}
"""What the doctor can say, in English; Chinese is in `words.zh.yaml`, by the same ids."""

_GOOD = {"mapped", "polls", "window", "last_page", "signs", "clock", "version", "writes", "reconciles", "consumes"}
_NOTES = {"faster", "once", "lists_later", "undeclared_messages", "no_messages", "no_version", "first_page"}


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was seen, or could not be."""

    id: str
    level: str
    """ok, bad, or note."""
    en: str
    zh: str


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """All that was seen. Nothing here is a verdict; rules judge."""

    observations: tuple[Observation, ...]
    seconds: float
    """How long the integration was watched."""

    @property
    def healthy(self) -> bool:
        """Tell whether nothing bad was seen."""
        return all(observation.level != "bad" for observation in self.observations)


class Ward(Protocol):
    """What the doctor needs of the control API; `simulator.client.Control` is one."""

    def trades(self, trades: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Create trades and return {tid, oids, shop} of each."""

    def acts(self, acts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Do acts in order and return {accepted, reason, seq, result} of each."""

    def ledger(self, after: int, wait: float = 0.0, limit: int = 0) -> list[AnyEntry]:
        """Return the entries after a number, waiting for some if there are none."""


def diagnose(
    control: Ward,
    declaration: Declaration,
    endpoints: Mapping[str, Any],
    *,
    short: bool = False,
    on_progress: Callable[[float], None] | None = None,
) -> Diagnosis:
    """Watch the integration for at most three of its poll periods (and 5 minutes) and say what was seen.

    Args:
        control: the running sandbox. One refund is opened in it, and withdrawn again.
        declaration: what the target declares.
        endpoints: what `GET /v1/endpoints` answers; the refund is opened in the first shop.
        short: leave out what is as it should be and need not be told.
        on_progress: told the share (0 to 1) of the time that has passed.
    """
    symptoms, clock = Symptoms(), Clock()
    longest = min(LONGEST, max(SHORTEST, PERIODS * declaration.tempo.poll))
    refund = _open_refund(control, endpoints["shops"][0]["nick"])
    began = clock.mono()
    passed = 0.0
    while passed < longest and not symptoms.enough(writes=bool(refund)):
        symptoms.take(control.ledger(symptoms.seen.seq, wait=0.25, limit=5000))
        passed = (clock.mono() - began) / 1e6
        if on_progress:
            on_progress(min(1.0, passed / longest))
    if refund:
        control.acts([{"act": "buyer.withdraw", "args": {"refund": refund}, "play": PLAY}])
    found = observe(symptoms, declaration, passed, expects_writes=bool(refund))
    if short:
        found = [observation for observation in found if observation.id != "clock"]
    return Diagnosis(observations=tuple(found), seconds=round(passed, 2))


def _open_refund(control: Ward, shop: str) -> str:
    """Open a refund that the integration should bring to the ERP, and return its id; empty if it was refused."""
    order = {"price": "88.80", "sku": "DOCTOR"}  # an amount that shows its unit
    trade = control.trades([{"shop": shop, "play": PLAY, "orders": [order]}])[0]
    args = {"oid": trade["oids"][0], "kind": "refund_only"}
    answer = control.acts([{"act": "buyer.apply", "args": args, "play": PLAY}])[0]
    return str(answer["result"]["refund_id"]) if answer["accepted"] else ""


def observe(
    symptoms: Symptoms, declaration: Declaration, seconds: float, *, expects_writes: bool = True
) -> list[Observation]:
    """Put *symptoms*, gathered over some *seconds*, into words."""
    if symptoms.exited is not None:
        return [_said("exited", status=symptoms.exited.get("status"))]
    if not symptoms.calls:
        return [_said("silent", seconds=_short(seconds))]
    found = [*_listing(symptoms, declaration, seconds), *_signing(symptoms), *_clock(symptoms), *_fields(symptoms)]
    if symptoms.externals:
        found.append(_said("writes", example=min(symptoms.externals)))
        found += _mapping(symptoms, declaration)
    elif expects_writes:
        found.append(_said("no_writes", seconds=_short(seconds)))
    found += [_said("errors", error=error, count=count) for error, count in symptoms.errors.most_common(3)]
    found += _messages(symptoms, declaration, seconds)
    return found


def _mapping(symptoms: Symptoms, declaration: Declaration) -> list[Observation]:
    """Check the mapping of an ERP whose fields can mean anything against the documents written so far."""
    profile = registry.profile(declaration.profile)
    mapping = declaration.mapping or profile.mapping()
    if profile.fields(mapping) is None:
        return []
    documents = [row for rows in symptoms.seen.documents.values() for row in rows.values()]
    wrong = misfits(documents, symptoms.seen.refunds, mapping)
    if wrong or not documents:
        return [_said(ident, **values) for ident, values in wrong]
    example = documents[-1]
    return [_said("mapped", refund=example.refund_id, amount=yuan(example.amount), status=example.status)]


def _messages(symptoms: Symptoms, declaration: Declaration, seconds: float) -> list[Observation]:
    taken = [_said("consumes", group=group, channel=channel) for group, channel in sorted(symptoms.channels.items())]
    if not declaration.messages:
        return [_said("undeclared_messages")] if taken else [_said("no_messages")]
    return taken or [_said("consumes_nothing", seconds=_short(seconds))]


def _listing(symptoms: Symptoms, declaration: Declaration, seconds: float) -> list[Observation]:
    listens = declaration.messages
    if not symptoms.calls["tmall.list"]:
        return [_said("lists_later", seconds=_short(declaration.reconcile)) if listens else _said("lists_nothing")]
    interval, declared = symptoms.interval(), declaration.reconcile if listens else declaration.tempo.poll
    if listens and interval:
        if interval > 1.5 * declared:
            found = [_said("reconciles_slower", seconds=_short(interval), declared=_short(declared))]
        else:
            found = [_said("reconciles", seconds=_short(interval))]
    elif not interval:
        found = [_said("once", count=len(symptoms.scans()), seconds=_short(seconds))]
    elif interval > 1.5 * declared:
        found = [_said("slower", seconds=_short(interval), declared=_short(declared))]
    elif interval * _MUCH_FASTER < declared:
        found = [_said("faster", seconds=_short(interval), declared=_short(declared))]
    else:
        found = [_said("polls", seconds=_short(interval))]
    span, overlap = symptoms.window()
    if not any(scan.start() for scan in symptoms.scans()):
        found.append(_said("no_window"))
    elif span:
        found.append(_said("window" if overlap else "no_overlap", span=span, overlap=overlap))
    if page := symptoms.first_page():
        found.append(_said(f"{page}_page"))
    return found


def _signing(symptoms: Symptoms) -> list[Observation]:
    if symptoms.bad_signature:
        return [_said("bad_signature", count=symptoms.bad_signature)]
    return [_said("signs", method=", ".join(sorted(symptoms.sign_methods)))] if symptoms.sign_methods else []


def _clock(symptoms: Symptoms) -> list[Observation]:
    """Compare what time the integration believes it is with ours: by its timestamps and by its windows' ends."""
    stamps = [skew / 1000 for skew in symptoms.skews]
    for what, offsets in (("timestamps are", stamps), ("windows end", symptoms.window_offsets)):
        if not offsets:
            continue
        offset = sorted(offsets)[len(offsets) // 2]
        if abs(offset) < _EXACT:
            continue
        side = "before" if offset < 0 else "after"
        hours = round(offset / _HOUR)
        if hours and abs(offset - hours * _HOUR) < _EXACT:
            zone = "UTC" if hours == -8 else f"UTC{8 + hours:+d}"
            return [_said("zone", what=what, hours=abs(hours), side=side, zone=zone)]
        return [_said("skewed", what=what, seconds=round(abs(offset)), side=side)]
    return [_said("clock")] if stamps else []


def _fields(symptoms: Symptoms) -> list[Observation]:
    if not (symptoms.calls["tmall.detail"] or symptoms.externals):
        return []  # it has had no reason yet to look at a refund
    lacking = [name for name in ("version", "phase") if f"refund_{name}" not in symptoms.fields]
    return [_said(f"no_{name}") for name in lacking] or [_said("version")]


def _short(seconds: float) -> str:
    return f"{seconds:.2g}" if seconds < 10 else f"{seconds:.0f}"


def _said(ident: str, **values: Any) -> Observation:
    level = "ok" if ident in _GOOD else "note" if ident in _NOTES else "bad"
    words = chinese()
    local = {
        key: words["words"].get(value, value) if isinstance(value, str) else value for key, value in values.items()
    }
    return Observation(
        id=ident,
        level=level,
        en=PHRASES[ident].format(**values),
        zh=words["doctor"][ident].format(**local),
    )


@cache
def chinese() -> dict[str, dict[str, str]]:
    """Return this package's Chinese texts: `doctor` by id, and `words` that are put into them."""
    text = (Path(__file__).parent / "words.zh.yaml").read_text(encoding="utf-8")
    words: dict[str, dict[str, str]] = yaml.safe_load(text)
    return words
