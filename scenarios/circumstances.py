"""Reads the steps that change the circumstances for everybody: settings of the simulator, the time, and a crash."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from scenarios import spans
from scenarios.forms import seconds
from scenarios.located import Located
from scenarios.story import Crash, MoveOn, Set, Step
from scenarios.words import say
from simulator import moments
from simulator.errors import UserError, unknown_name
from simulator.every_setting import SETTINGS
from simulator.settings import Settings

DECLARED = "declared"
"""Value of `list_lag` that means: as late as the target declares that it can stand."""


def settings_of(node: Located, values: Mapping[str, str], *, shop: bool = False) -> Set:
    """Return the settings (of the run, or of the play's *shop*) that *node* names, `${name}` filled from *values*.

    Raises:
        UserError: if there is no such setting, or it cannot take that value or be a shop's.
    """
    found = {name: setting_of(name, value, value.text(values), shop=shop) for name, value in node.mapping().items()}
    if not found:
        node.fail(
            say("file.empty", "{name} is empty.", name=node.name),
            say("setting.form", "Write {word}: {{list_lag: 1}}.", word=node.name),
        )
    return Set(values=found, shop=shop, line=node.line)


def setting_of(name: str, node: Located, text: str, *, shop: bool = False) -> Any:
    """Return the value that *text*, found at *node*, gives to setting *name*, of the run or of a *shop*.

    Raises:
        UserError: if there is no such setting, or it cannot take that value or be a shop's.
    """
    if name not in SETTINGS:
        possible = [known for known, setting in SETTINGS.items() if setting.per_shop or not shop]
        raise unknown_name(say("what.setting", "setting"), name, possible, where=node.where)
    if shop and not SETTINGS[name].per_shop:
        node.fail(
            say("setting.run_only", "{name} is about the whole run, not about one shop.", name=name),
            say(
                "setting.may_be_a_shops",
                "Shops can have {names}.",
                names=", ".join(known for known, setting in SETTINGS.items() if setting.per_shop),
            ),
        )
    if name == "list_lag" and text == DECLARED:
        return text
    default = SETTINGS[name].default
    try:
        return Settings().check(name, _as(default, text))
    except (UserError, ValueError):
        known = ", ".join(str(value) for value in (default, *SETTINGS[name].alternatives) if value != "")
        node.no(repr(text), say("setting.known", "what {name} takes, such as {known}", name=name, known=known))


def _as(default: Any, text: str) -> Any:
    """Return *text* as a value of the kind of *default*: a flag, a number or a text."""
    if isinstance(default, bool):
        return {"true": True, "false": False}.get(text, text)
    if isinstance(default, int):
        return float(text) if "." in text else int(text)
    return text


def time_of(node: Located, values: Mapping[str, str]) -> MoveOn:
    """Return by how much, or to when, *node* moves the time on.

    Raises:
        UserError: if it says neither, both, or what is no duration or moment.
    """
    pairs = node.keys(("by", "to"), "clock")
    if len(pairs) != 1:
        node.fail(
            say("move.unclear", "clock says neither by how much nor to when, or both."),
            say("move.form", 'Write clock: {by: 25h}, or clock: {to: "23:59:58"}.'),
        )
    if "by" in pairs:
        return MoveOn(by=seconds(pairs["by"]), line=node.line)
    to = pairs["to"].text(values)
    try:
        moments.check(to)
    except UserError as error:
        raise UserError(error.message, where=pairs["to"].where, expected=error.expected) from error
    return MoveOn(to=to, line=node.line)


def crash_of(node: Located, values: Mapping[str, str]) -> Crash:
    """Return the crash that *node* tells of, with the time for which the integration stays away.

    Raises:
        UserError: if that is no span of time.
    """
    pairs = node.keys(("down",), "crash") if node.kind != "nothing" else {}
    down = spans.check(pairs["down"], pairs["down"].text(values)) if "down" in pairs else ""
    return Crash(down=down, line=node.line)


CIRCUMSTANCES: Mapping[str, Callable[[Located, Mapping[str, str]], Step]] = {
    "setting": settings_of,
    "shop_setting": partial(settings_of, shop=True),
    "clock": time_of,
    "crash": crash_of,
}
"""By the word of the step: what reads it."""
