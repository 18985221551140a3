"""`doctor`: starts the integration, watches it for a few polls, and says what can be judged."""

import click
import msgspec
from rich.text import Text

from rehearsal.conductor import Run
from rehearsal.folder import shown
from rehearsal.options import RunOptions, run_options
from rehearsal.plan import Plan
from rehearsal.screen import Screen
from rehearsal.speech import Spoken
from rehearsal.targets import chosen_target
from rehearsal.typed import quoted, typed
from rehearsal.words import language, say

_SIGNS = {"ok": ("✓", "green"), "bad": ("✗", "red bold"), "note": ("–", "dim")}

NOT_PROVEN = 2
"""Exit status when something was seen that keeps rules from judging."""


@click.command(
    "doctor",
    cls=Spoken,
    told=lambda: say(
        "doctor.told",
        "Start the integration, watch it for up to three of its polls, and say in plain words what was seen. That is"
        " whether it signs correctly, what it lists and how often, what its clock says, and which rules cannot be"
        " judged. The exit status is 0 if nothing stands in the way of a rehearsal, and 2 if something does.",
    ),
    example="refund-sandbox doctor\nrefund-sandbox doctor --target refund-sandbox.yaml --json",
)
@run_options
def command(options: RunOptions) -> int:
    """Diagnose."""
    target = chosen_target(options)
    screen = Screen(quiet=options.json)
    diagnosis, folder = Run(target, Plan(command="doctor", most=options.max_time), options, screen).consult()
    observations = diagnosis.observations if diagnosis is not None else ()
    status = NOT_PROVEN if diagnosis is None or not diagnosis.healthy else 0
    for found in observations:
        sign, style = _SIGNS[found.level]
        screen.show(Text.assemble((f"{sign} ", style), str(getattr(found, language()))))
    screen.say(say("label.log", "Log"), shown(folder / "integration.log"))
    if not status:
        named = [f"--target {quoted(str(options.target))}"] if "target" in options.origins else []
        screen.say(say("label.next", "Next"), typed("rehearse", *named))
    if options.json:
        told = msgspec.to_builtins(observations)
        click.echo(msgspec.json.encode({"exit": status, "observations": told, "out": shown(folder)}).decode())
    return status
