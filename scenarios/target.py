"""Reads a target file: how the integration under test is started, and what it declares."""

import re
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from scenarios.acts import HANDLED, KINDS
from scenarios.circumstances import setting_of
from scenarios.command_line import split
from scenarios.forms import seconds, yuan
from scenarios.located import Located, load, load_file
from scenarios.mapping import read_mapping
from scenarios.reading import RULES
from scenarios.values import check
from scenarios.words import say
from simulator.erp import registry
from simulator.errors import unknown_name
from simulator.ledger.declaration import AutoApprove, Declaration, Tempo, Waiver

READY_TIMEOUT = 60.0
"""Seconds that a ready URL (or the first call) is waited for unless the target says otherwise."""
ATTACH_TIMEOUT = 600.0
"""Seconds that the first call of an integration is waited for that a person starts, or that runs elsewhere."""

_COMMAND = "command: [java, -jar, connector.jar]"
SHOPS, MOST_SHOPS = 2, 20
"""Shops of a run, unless the target says how many, and at most."""
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_KEYS = (
    *("name", "version", "erp", "start", "log", "callback", "clock", "escalation", "escalation_lead"),
    *(
        "tempo",
        "kinds",
        "ag",
        "messages",
        "reconcile",
        "owns_hold",
        "hold_scope",
        "auto_approve",
        "reapprove_on",
        "pays_on",
        "renews",
        "notices",
        "sub_account",
        "waivers",
        "settings",
        "shops",
    ),
)


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """How the integration is started. Texts may hold template values (`scenarios.values`)."""

    command: tuple[str, ...]
    env: dict[str, str] = {}
    cwd: str = ""
    """Working folder, relative to the target file; `.` is the target file's own. Empty: the harness's current one."""
    ready: str = ""
    """URL that answers 2xx once it is ready; without one it is ready when it makes its first call."""
    timeout: float = READY_TIMEOUT
    """Seconds to become ready in."""


class ClockHook(msgspec.Struct, frozen=True, kw_only=True):
    """How the integration's idea of the time can be shifted: by an environment variable, or a file, in seconds."""

    env: str = ""
    file: str = ""


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """How people hear of a refund that nobody has decided while its time runs out: one of the three."""

    url: str = ""
    """It POSTs there; `${alert.url}` is a listener of the harness."""
    command: tuple[str, ...] = ()
    """Prints what was escalated so far, a line each; run again and again."""
    log: str = ""
    """A regular expression: lines of its log that match it escalate the refunds whose numbers they hold."""

    @property
    def kind(self) -> str:
        """Return url, command or log."""
        return "url" if self.url else "command" if self.command else "log"


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """The integration under test."""

    path: str
    declaration: Declaration
    start: Start | None = None
    """None: it runs already, and the harness attaches."""
    log: str = ""
    """A log file of its own, besides what it prints."""
    callback: str = ""
    """URL at which it receives the ERP's callbacks."""
    clock: ClockHook | None = None
    escalation: Channel | None = None
    settings: dict[str, Any] = {}
    """Values that settings of the simulator have from the start, by name; `SHOP/NAME` is a shop's own."""
    shops: int = SHOPS
    """How many shops there are: exclusive plays have all but the first for themselves, one after the other."""

    @property
    def name(self) -> str:
        """Return what it calls itself."""
        return self.declaration.name


def read_target(path: Path) -> Target:
    """Return the target that the file *path* describes.

    Raises:
        UserError: if it cannot be read, or something in it is wrong; with file and line.
    """
    return _target(load_file(path, say("name.target", "the target")))


def read_target_text(text: str, path: str = "target") -> Target:
    """Return the target that *text* describes; *path* is what errors call its file."""
    return _target(load(text, path, say("name.target", "the target")))


def _target(node: Located) -> Target:
    pairs = node.keys(_KEYS, say("name.a_target", "a target"))
    for key, right in (("name", "name: my-connector"), ("erp", "erp: {profile: generic}")):
        if key not in pairs:
            _lacks(node, say("name.target", "the target"), key, right)
    start = _start(pairs["start"]) if "start" in pairs else None
    texts = {key: _template(pairs[key]) if key in pairs else "" for key in ("log", "callback")}
    channel = _channel(pairs["escalation"]) if "escalation" in pairs else None
    clock = _clock(pairs["clock"], startable=start is not None) if "clock" in pairs else None
    own = {"callbacks": bool(texts["callback"]), "restartable": start is not None, "clock": clock is not None}
    return Target(
        path=node.path,
        declaration=_declaration(pairs, escalation=channel.kind if channel else "", **own),
        start=start,
        clock=clock,
        escalation=channel,
        settings=_settings(pairs["settings"]) if "settings" in pairs else {},
        shops=_shops(pairs["shops"]) if "shops" in pairs else SHOPS,
        **texts,
    )


def _shops(node: Located) -> int:
    """Return how many shops there are to be."""
    count = node.whole(least=1)
    if count > MOST_SHOPS:
        node.no(str(count), say("target.shops", "at most {most} shops", most=MOST_SHOPS))
    return count


def _settings(node: Located) -> dict[str, Any]:
    found = {}
    for name, value in node.mapping().items():
        _, slash, setting = name.rpartition("/")
        found[name] = setting_of(setting, value, value.text(), shop=bool(slash))
    return found


def _lacks(node: Located, what: str, key: str, right: str) -> NoReturn:
    node.fail(say("target.lacks", "{what} has no {key}.", what=what, key=key), _write(right))


def _write(right: str) -> str:
    return say("target.write", "Write {right}.", right=right)


def _template(node: Located) -> str:
    text = node.text()
    check(text, node.where)
    return text


def _start(node: Located) -> Start:
    pairs = node.keys(("command", "env", "cwd", "ready", "timeout"), "start")
    if "command" not in pairs:
        _lacks(node, "start", "command", _COMMAND)
    command = pairs["command"]
    words = _words(command)
    env = pairs["env"].mapping() if "env" in pairs else {}
    texts = {key: _template(pairs[key]) if key in pairs else "" for key in ("cwd", "ready")}
    if texts["ready"] and not texts["ready"].startswith(("http://", "https://")):
        right = say("start.url", "a URL, such as http://127.0.0.1:${port.health}/")
        pairs["ready"].no(repr(texts["ready"]), right)
    return Start(
        command=words,
        env={name: _template(value) for name, value in env.items()},
        timeout=seconds(pairs["timeout"]) if "timeout" in pairs else READY_TIMEOUT,
        **texts,
    )


def _words(command: Located) -> tuple[str, ...]:
    """Return the words of a command, which stands there as a list or as a text."""
    if command.kind == "list":
        words = tuple(_template(item) for item in command.items())
    else:
        try:
            words = tuple(split(_template(command)))
        except ValueError as error:
            command.fail(
                say("start.unsplit", "command cannot be split into words: {error}.", error=error),
                say("start.list", "Write it as a list."),
            )
    if not words:
        command.fail(say("file.empty", "{name} is empty.", name="command"), _write(_COMMAND))
    return words


def _channel(node: Located) -> Channel:
    pairs = node.keys(("url", "command", "log"), "escalation")
    if len(pairs) != 1:
        node.fail(
            say("channel.unclear", "escalation names none of url, command and log, or several."),
            _write("escalation: {url: '${alert.url}'}"),
        )
    if "command" in pairs:
        return Channel(command=_words(pairs["command"]))
    if "url" in pairs:
        return Channel(url=_template(pairs["url"]))
    pattern = pairs["log"].text()
    try:
        re.compile(pattern)
    except re.error as error:
        pairs["log"].fail(
            say("channel.pattern", "log is no regular expression: {error}.", error=error),
            say("channel.log", "Write what such a line holds, such as 'ESCALATED'; the refund's number stands in it."),
        )
    if not pattern:
        pairs["log"].fail(say("file.empty", "{name} is empty.", name="log"), _write("escalation: {log: ESCALATED}"))
    return Channel(log=pattern)


def _clock(node: Located, *, startable: bool) -> ClockHook:
    pairs = node.keys(("env", "file"), "clock")
    if len(pairs) != 1:
        node.fail(
            say("clock.unclear", "clock names neither env nor file, or both."),
            _write("clock: {file: '${run}/clock-offset'}"),
        )
    if "env" in pairs and not startable:
        node.fail(
            say("clock.restart", "clock names a variable, which only a new process reads, and there is no start."),
            say("clock.file", "Give a start, or name a file that is read while it runs."),
        )
    return ClockHook(**{key: _template(value) for key, value in pairs.items()})


def _declaration(
    pairs: dict[str, Located], *, callbacks: bool, restartable: bool, clock: bool, escalation: str
) -> Declaration:
    erp = pairs["erp"].keys(("profile", "mapping"), "erp")
    if "profile" not in erp:
        pairs["erp"].fail(
            say("target.lacks", "{what} has no {key}.", what="erp", key="profile"),
            say("target.profiles", "Profiles: {names}.", names=", ".join(registry.names())),
        )
    profile = erp["profile"].one_of(registry.names(), say("what.erp_profile", "ERP profile"))
    own = Declaration()
    _needs(pairs, "reconcile", "messages")
    _needs(pairs, "escalation_lead", "escalation")
    return Declaration(
        name=pairs["name"].text(),
        version=pairs["version"].text() if "version" in pairs else "",
        profile=profile,
        mapping=read_mapping(erp["mapping"], registry.profile(profile)) if "mapping" in erp else None,
        tempo=_tempo(pairs["tempo"]) if "tempo" in pairs else Tempo(),
        kinds=_kinds(pairs["kinds"], HANDLED) if "kinds" in pairs else own.kinds,
        ag=pairs["ag"].flag() if "ag" in pairs else own.ag,
        messages=pairs["messages"].flag() if "messages" in pairs else False,
        reconcile=seconds(pairs["reconcile"]) if "reconcile" in pairs else own.reconcile,
        callbacks=callbacks,
        escalation=escalation,
        escalation_lead=seconds(pairs["escalation_lead"]) if "escalation_lead" in pairs else own.escalation_lead,
        owns_hold=pairs["owns_hold"].flag() if "owns_hold" in pairs else own.owns_hold,
        hold_scope=_word(pairs, "hold_scope", ("order", "trade"), own.hold_scope),
        auto_approve=_auto_approve(pairs["auto_approve"]) if "auto_approve" in pairs else None,
        reapprove_on=_word(pairs, "reapprove_on", ("any_change", "amount_increase"), own.reapprove_on),
        pays_on=_word(pairs, "pays_on", ("all", "part"), own.pays_on),
        renews=pairs["renews"].flag() if "renews" in pairs else own.renews,
        notices=pairs["notices"].flag() if "notices" in pairs else own.notices,
        sub_account=pairs["sub_account"].flag() if "sub_account" in pairs else own.sub_account,
        restartable=restartable,
        clock=clock,
        waivers=tuple(_waiver(item) for item in pairs["waivers"].items()) if "waivers" in pairs else (),
    )


def _needs(pairs: dict[str, Located], key: str, other: str) -> None:
    """Refuse *key* where *other*, of which it says more, is missing."""
    if key in pairs and (other not in pairs or (other == "messages" and not pairs[other].flag())):
        pairs[key].fail(
            say("target.alone", "{key} says nothing without {other}.", key=key, other=other),
            say("target.also", "Declare {other}, or leave {key} away.", key=key, other=other),
        )


def _word(pairs: dict[str, Located], key: str, known: tuple[str, ...], default: str) -> str:
    return pairs[key].one_of(known, key) if key in pairs else default


def _tempo(node: Located) -> Tempo:
    given = {key: seconds(value) for key, value in node.keys(Tempo.__struct_fields__, "tempo").items()}
    tempo = Tempo.for_poll(given["poll"]) if "poll" in given else Tempo()
    return msgspec.structs.replace(tempo, **given)


def _kinds(node: Located, known: tuple[str, ...] = KINDS) -> tuple[str, ...]:
    for item in [node] if node.kind != "list" else node.items():
        item.one_of(known, say("what.kind", "kind of refund"))
    if not node.words():
        node.fail(
            say("file.empty", "{name} is empty.", name="kinds"),
            say("target.kinds", "Kinds: {names}.", names=", ".join(known)),
        )
    return node.words()


def _auto_approve(node: Located) -> AutoApprove:
    pairs = node.keys(("limit", "kinds"), "auto_approve")
    if "limit" not in pairs:
        node.fail(
            say("target.lacks", "{what} has no {key}.", what="auto_approve", key="limit"),
            say("approve.form", "Write auto_approve: {limit: 50.00}: up to this many yuan."),
        )
    kinds = _kinds(pairs["kinds"]) if "kinds" in pairs else AutoApprove().kinds
    return AutoApprove(limit=yuan(pairs["limit"], pairs["limit"].text()), kinds=kinds)


def _waiver(node: Located) -> Waiver:
    pairs = node.keys(Waiver.__struct_fields__, say("name.a_waiver", "a waiver"))
    for key in ("rule", "reason", "owner", "expires"):
        if key not in pairs:
            node.fail(
                say("target.lacks", "{what} has no {key}.", what=say("name.waiver", "the waiver"), key=key),
                say("waiver.has", "A waiver has rule, reason, owner and expires."),
            )
    texts = {key: value.text() for key, value in pairs.items()}
    if texts["rule"] not in RULES:
        raise unknown_name(say("what.rule", "rule"), texts["rule"], RULES, where=pairs["rule"].where)
    if not _DATE.fullmatch(texts["expires"]):
        pairs["expires"].no(repr(texts["expires"]), say("waiver.day", "a day, such as 2027-03-31"))
    return Waiver(**texts)
