"""The options that commands share, and where each value came from."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import msgspec

from rehearsal.folder import today_seed
from rehearsal.listening import NAMES, Listening, listening_options
from rehearsal.speech import SpokenOption
from rehearsal.words import LANGUAGES, say

TARGET_FILE = "refund-sandbox.yaml"
"""The target file that `init` writes, and that every command takes where none is named."""

_BUNDLED = ("mutant", "style", "erp")
"""Options about the bundled connector; each says that it is the one to rehearse."""

STYLES = ("polling", "messages")
"""The bundled connectors."""

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class RunOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What every run can be given. Times in seconds."""

    target: Path | None = None
    out: Path | None = None
    seed: int = 0
    max_time: float | None = None
    json: bool = False
    mutant: str = ""
    style: str = ""
    """Which bundled connector, by how it learns of changes; empty: the one that polls, or the one with the bug."""
    erp: str = ""
    """The ERP that the bundled connector speaks to; empty: generic."""
    listening: Listening = Listening()
    """Where the sandbox listens; free ports of this machine unless told otherwise."""
    origins: dict[str, dict[str, Any]] = {}
    """Option name to {value, origin} of those that were given, for the report."""


def run_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a run; its function receives them as `options`."""

    def command(**given: Any) -> Any:
        mine = {
            name: given.pop(name) for name in ("target", "out", "seed", "max_time", "json", "mutant", "style", "erp")
        }
        where = {name: given.pop(name) for name in NAMES}
        return function(options=_gathered(mine, given, where), **given)

    command.__name__ = function.__name__
    command.__doc__ = function.__doc__
    decorators = (_target, _out, _seed, _max_time, _mutant, _style, _erp, *_where, json_option, lang_option)
    return _decorated(command, function, decorators)


def _decorated(
    command: Callable[..., Any], function: Callable[..., Any], decorators: tuple[Decorator, ...]
) -> Callable[..., Any]:
    command.__click_params__ = list(getattr(function, "__click_params__", ()))  # type: ignore[attr-defined]
    for decorate in reversed(decorators):
        decorate(command)
    return command


def _gathered(mine: dict[str, Any], others: dict[str, Any], where: dict[str, Any]) -> RunOptions:
    context = click.get_current_context()
    origins = {}
    for name, value in {**mine, **others, **where}.items():
        source = context.get_parameter_source(name)
        if source in (click.core.ParameterSource.COMMANDLINE, click.core.ParameterSource.ENVIRONMENT):
            plain = list(value) if isinstance(value, tuple) else value
            shown = str(plain) if isinstance(plain, Path) else plain
            origins[name] = {"value": shown, "origin": "option" if source.name == "COMMANDLINE" else "environment"}
    target = mine["target"]
    if target is None and not any(mine[name] for name in _BUNDLED) and Path(TARGET_FILE).is_file():
        target = Path(TARGET_FILE)
    seed = today_seed() if mine["seed"] is None else mine["seed"]
    mine |= {"target": target, "seed": seed, **{name: mine[name] or "" for name in _BUNDLED}}
    listening = Listening(**where | {"port": where["port"] or 0})
    return RunOptions(**mine, listening=listening, origins=origins)


def option(*names: str, told: Callable[[], str], **more: Any) -> Decorator:
    """Return the decorator for one option whose help *told* words."""
    return click.option(*names, cls=SpokenOption, told=told, **more)


lang_option = option(
    "--lang",
    type=click.Choice(LANGUAGES),
    expose_value=False,
    told=lambda: say(
        "option.lang", "Language of all output; otherwise LC_ALL and LANG decide, or the language of Windows."
    ),
)
"""`--lang` is read before click runs (`rehearsal.cli`), so that its own texts follow; here it is only checked."""

json_option = option(
    "--json",
    is_flag=True,
    told=lambda: say("option.json", "Print one JSON document on stdout and nothing else; progress goes to stderr."),
)


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"refund-sandbox {version('tmall-refund-sandbox')}")
        context.exit()


version_option = option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    told=lambda: say("option.version", "Show the version and exit."),
)

_target = option(
    "--target",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="REFUND_SANDBOX_TARGET",
    metavar="FILE",
    told=lambda: say(
        "option.target",
        "File that describes the integration to rehearse. Without it refund-sandbox.yaml is taken from the current"
        " folder, and where there is none the bundled reference connector is rehearsed.",
    ),
)
_out = option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="REFUND_SANDBOX_OUT",
    metavar="DIR",
    told=lambda: say("option.out", "Run folder to write; it must be new or empty. Otherwise a new one under runs/."),
)
_seed = option(
    "--seed",
    type=int,
    envvar="REFUND_SANDBOX_SEED",
    metavar="N",
    told=lambda: say("option.seed", "Number that all chance follows from; otherwise today's date."),
)
_max_time = option(
    "--max-time",
    type=click.FloatRange(min=0, min_open=True),
    envvar="REFUND_SANDBOX_MAX_TIME",
    metavar="SECONDS",
    told=lambda: say("option.max_time", "End after that many seconds; what is not shown by then is not proven."),
)
_mutant = option(
    "--mutant",
    metavar="ID",
    told=lambda: say(
        "option.mutant",
        "Rehearse the bundled reference connector with this one bug; refund-sandbox list mutants names them.",
    ),
)
_style = option(
    "--style",
    type=click.Choice(STYLES),
    told=lambda: say(
        "option.style",
        "Rehearse the bundled reference connector that learns of changes so: by polling lists, or from messages (TMC)"
        " with a list now and then.",
    ),
)
_erp = option(
    "--erp",
    metavar="PROFILE",
    told=lambda: say(
        "option.bundled_erp",
        "Rehearse the bundled reference connector with that ERP in place of the generic one; refund-sandbox list"
        " profiles names them.",
    ),
)
_where = listening_options(
    lambda: say(
        "option.port_run",
        "First port of the sandbox (control N, Tmall N+10, messages N+11, ERP N+20), for an integration that runs"
        " already; otherwise free ones. With a --seed the keys stay the same, too.",
    )
)
