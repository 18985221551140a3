"""`act`: one act by hand on a running sandbox."""

from pathlib import Path

import click
import msgspec

from rehearsal.options import json_option, lang_option
from rehearsal.running import arguments_of, control_of, data_option
from rehearsal.speech import Spoken
from rehearsal.words import say
from simulator.client import ControlError
from simulator.errors import UserError, with_nearest
from simulator.phrase import spoken, written


@click.command(
    "act",
    cls=Spoken,
    told=lambda: say(
        "act.told",
        "Do one act of an actor on a running sandbox, and print what came of it. refund-sandbox list acts names them"
        " with their arguments, which are written NAME=VALUE; refund-sandbox trade makes what refunds are asked for."
        " The sandbox is the one of --data, of the variable REFUND_SANDBOX_DATA, or the newest that runs below runs/."
        " An act that is impossible now is refused with the reason, and the exit status is 1.",
    ),
    example="refund-sandbox act buyer.apply tid=2026112200000000001 kind=refund_only amount=8.35\n"
    "refund-sandbox act reviewer.approve refund=318273645091827364",
)
@click.argument("act", metavar="ACTOR.VERB")
@click.argument("arguments", nargs=-1, metavar="NAME=VALUE...")
@data_option
@json_option
@lang_option
def command(act: str, arguments: tuple[str, ...], data: Path | None, json: bool) -> int:
    """Do the act."""
    _check(act)
    try:
        answer = control_of(data).act(act, arguments_of(arguments, "amount=8.35"))
    except ControlError as error:
        raise UserError(error.words) from error
    if json:
        click.echo(msgspec.json.encode({**answer, "exit": 0 if answer["accepted"] else 1}).decode())
    elif answer["accepted"]:
        result = "  ".join(f"{name} {value}" for name, value in answer["result"].items())
        click.echo(f"#{answer['seq']} {act} ✓  {result}".rstrip())
    else:
        reason = spoken(written(answer["reason"], answer.get("reason_zh", "")))
        refused = say("act.refused", "{act} was refused: {reason}", act=act, reason=reason)
        click.echo(f"#{answer['seq']} {refused}")
    return 0 if answer["accepted"] else 1


def _check(act: str) -> None:
    """Refuse an *act* that nobody does, and name those of its actor, or all actors."""
    from simulator.actors import ACTS  # here, so that --help loads no simulator

    if act in ACTS:
        return
    actor = act.partition(".")[0]
    mine = [name for name in ACTS if name.startswith(f"{actor}.")]
    if mine:
        listed = say("act.acts_of", "Acts of {actor}: {names}.", actor=actor, names=", ".join(mine))
    else:
        actors = dict.fromkeys(name.partition(".")[0] for name in ACTS)
        listed = say("act.actors", "Actors: {names}. See refund-sandbox list acts.", names=", ".join(actors))
    message = say("act.unknown", "{act} is not an act.", act=act)
    raise UserError(message, expected=with_nearest(act, ACTS, listed))
