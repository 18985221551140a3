"""`serve`: the sandbox alone, until it is told to stop."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import msgspec

from rehearsal.folder import make_folder, today_seed
from rehearsal.interrupts import Interrupts, Stopped
from rehearsal.listening import Listening, listening_options
from rehearsal.options import json_option, lang_option, option
from rehearsal.sandbox import Sandbox, SandboxError
from rehearsal.screen import Screen
from rehearsal.speech import Spoken
from rehearsal.typed import quoted, typed
from rehearsal.words import say


def _listening(function: Callable[..., Any]) -> Callable[..., Any]:
    told = lambda: say("option.port", "First port, for the control API; 0 takes free ones. Otherwise 8800.")  # noqa: E731
    for decorate in reversed(listening_options(told)):
        function = decorate(function)
    return function


@click.command(
    "serve",
    cls=Spoken,
    told=lambda: say(
        "serve.told",
        "Run the two fakes, and nothing else, until Ctrl-C. Point your integration at the printed URLs and keys, and"
        " act by refund-sandbox act or the control API. The data folder is recovered when it holds a ledger already."
        " With --json one line holds every URL, token and key as soon as the sandbox is ready.",
    ),
    example="refund-sandbox serve --port 0 --json\nrefund-sandbox serve --data my-data",
)
@option(
    "--data",
    "--out",
    "data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="REFUND_SANDBOX_DATA",
    metavar="DIR",
    told=lambda: say("option.data_serve", "Data folder; an existing one goes on. Otherwise a new one under runs/."),
)
@_listening
@option(
    "--tls",
    is_flag=True,
    told=lambda: say("option.tls", "Let the Tmall side speak https, with a certificate of its own (docs/https.md)."),
)
@option(
    "--shops",
    type=click.IntRange(1, 100),
    default=2,
    show_default=True,
    told=lambda: say("option.shops", "How many shops a new data folder is born with."),
)
@option(
    "--profile",
    default="",
    metavar="NAME",
    told=lambda: say("option.profile", "The ERP's dialect; generic unless the data folder says another."),
)
@option(
    "--setting",
    multiple=True,
    metavar="NAME=VALUE",
    told=lambda: say(
        "option.setting",
        "Choose a setting, NAME=VALUE or SHOP/NAME=VALUE; may be given again. refund-sandbox list settings names them.",
    ),
)
@option(
    "--seed",
    type=int,
    metavar="N",
    told=lambda: say("option.seed", "Number that all chance follows from; otherwise today's date."),
)
@json_option
@lang_option
def command(
    data: Path | None,
    tls: bool,
    shops: int,
    profile: str,
    setting: tuple[str, ...],
    seed: int | None,
    json: bool,
    **where: Any,
) -> int:
    """Serve."""
    seed = today_seed() if seed is None else seed
    folder = data if data is not None else make_folder(None, seed)
    listening = Listening(**where)
    options = [*listening.arguments(), "--shops", str(shops)]
    options += ["--profile", profile] if profile else []
    options += ["--tls"] if tls else []
    options += [word for text in setting for word in ("--setting", text)]
    with Interrupts() as interrupts:
        sandbox = None
        try:
            sandbox = Sandbox.start(folder, seed=seed, command="serve", port=listening.port, options=options)
            if json:
                click.echo(msgspec.json.encode(sandbox.endpoints).decode())
            else:
                _show(sandbox)
            status = sandbox.wait()
        except Stopped:
            status = 0
        finally:
            interrupts.calm()
            if sandbox is not None:
                sandbox.stop()
    if status:
        raise SandboxError(
            say("sandbox.ended", "the simulator ended with status {status}; see {folder}", status=status, folder=folder)
        )
    return 0


def _show(sandbox: Sandbox) -> None:
    """Print where everything is, to be read and copied."""
    found, screen = sandbox.endpoints, Screen()
    screen.say(
        say("serve.sandbox", "Sandbox"),
        say(
            "serve.ready", "refund-sandbox {version} is ready. Ctrl-C ends it.", version=version("tmall-refund-sandbox")
        ),
        "bold",
    )
    for label, value in (
        ("Tmall", found["tmall"]),
        ("OAuth", f"{found['oauth']}/authorize   {found['oauth']}/token"),
        ("TMC", found["tmc"]),
        ("ERP", f"{found['erp']}   {'secret' if found['erp_keys'] else 'Bearer'} {found['erp_key']}"),
        *(("", f"{name:<12} {value}") for name, value in found["erp_keys"].items()),
        (say("serve.control", "Control"), f"{found['control']}   Bearer {found['token']}"),
        (say("serve.data", "Data"), found["data"]),
    ):
        screen.say(label, str(value))
    if found.get("tls_ca"):
        screen.say("CA", str(found["tls_ca"]))
    for shop in found["shops"]:
        screen.blank()
        screen.say(say("serve.shop", "Shop"), f"{shop['nick']} ({shop.get('type', '')})", "bold")
        for name in ("app_key", "app_secret", "session", "sub_session"):
            screen.say("", f"{name:<12} {shop[name]}")
        if shop["erp_shop"] != shop["nick"]:
            screen.say("", f"{'erp_shop':<12} {shop['erp_shop']}")
    screen.blank()
    screen.say(say("label.next", "Next"), typed("trade", f"--data {quoted(str(found['data']))}"))
