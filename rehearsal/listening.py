"""Where the sandbox listens: the options that say so, the same for `serve` and for every run."""

from collections.abc import Callable
from typing import Any

import click
import msgspec

from rehearsal.speech import SpokenOption
from rehearsal.words import say

NAMES = ("port", "host", "allow_remote", "advertise")
"""The options' names, as click passes them."""


class Listening(msgspec.Struct, frozen=True, kw_only=True):
    """Ports and addresses of the sandbox."""

    port: int | None = 0
    """The first port, of the control API; 0: free ones; None: 8800."""
    host: str = "127.0.0.1"
    allow_remote: bool = False
    advertise: str = ""

    def arguments(self) -> list[str]:
        """Return all but the port as options of `simulator.serving`."""
        found = ["--host", self.host]
        found += ["--allow-remote"] if self.allow_remote else []
        return [*found, "--advertise", self.advertise] if self.advertise else found


def listening_options(told_port: Callable[[], str]) -> tuple[Callable[..., Any], ...]:
    """Return the decorators; *told_port* words the help of `--port`, whose default differs."""
    return (
        click.option("--port", cls=SpokenOption, type=click.IntRange(0, 65500), metavar="N", told=told_port),
        click.option(
            "--host",
            cls=SpokenOption,
            default="127.0.0.1",
            show_default=True,
            told=lambda: say("option.host", "Address to listen on; any but a loopback one needs --allow-remote."),
        ),
        click.option(
            "--allow-remote",
            cls=SpokenOption,
            is_flag=True,
            told=lambda: say(
                "option.allow_remote",
                "Let other machines reach the sandbox. It then needs a control token in the variable"
                " REFUND_SANDBOX_TOKEN.",
            ),
        ),
        click.option(
            "--advertise",
            cls=SpokenOption,
            default="",
            metavar="HOST",
            told=lambda: say("option.advertise", "Host name to put into the URLs, for containers."),
        ),
    )
