"""`trade`: a paid trade on a running sandbox, by hand, so that there is something to ask refunds for."""

from pathlib import Path
from typing import Any

import click
import msgspec

from rehearsal.options import json_option, lang_option
from rehearsal.running import arguments_of, control_of, data_option
from rehearsal.speech import Spoken
from rehearsal.typed import quoted, typed
from rehearsal.words import say
from simulator.client import ControlError
from simulator.errors import UserError, unknown_name

LINE = ("sku", "title", "price", "num", "paid", "discount", "coupon")
"""Arguments about the line. They stand here so that `--help` loads no simulator; a test compares."""
WHOLE = ("shop", "shipped", "finished", "post_fee", "points", "buyer")
"""Arguments about the trade."""
_NUMBERS = ("num", "points")


@click.command(
    "trade",
    cls=Spoken,
    told=lambda: say(
        "trade.told",
        "Make a paid trade of one line on a running sandbox, and print its number, for which a refund can be asked."
        " Arguments are written NAME=VALUE: {line} of the line, {whole} of the trade. What is left away is chosen by"
        " the seed. The sandbox is found as by refund-sandbox act.",
        line=", ".join(LINE),
        whole=", ".join(WHOLE),
    ),
    example="refund-sandbox trade\nrefund-sandbox trade price=199.00 num=2 shipped=true shop=沙箱旗舰店2",
)
@click.argument("arguments", nargs=-1, metavar="NAME=VALUE...")
@data_option
@json_option
@lang_option
def command(arguments: tuple[str, ...], data: Path | None, json: bool) -> int:
    """Make the trade."""
    spec = trade_of(arguments_of(arguments, "price=199.00"))
    try:
        made = control_of(data).trades(spec)
    except ControlError as error:
        raise UserError(error.words) from error
    if json:
        click.echo(msgspec.json.encode({**made, "exit": 0}).decode())
        return 0
    click.echo(say("trade.made", "tid {tid}  of {shop}", tid=made["tid"], shop=made["shop"]))
    where = [f"--data {quoted(str(data))}"] if data else []
    again = typed("act buyer.apply", f"tid={made['tid']}", "kind=refund_only", *where)
    click.echo(say("trade.next", "Next: {command}", command=again))
    return 0


def trade_of(given: dict[str, Any]) -> dict[str, Any]:
    """Return the trade that `POST /v1/trades` is to make of the arguments *given*.

    Raises:
        UserError: if there is no such argument, or a number is none.
    """
    for name in given:
        if name not in (*LINE, *WHOLE):
            raise unknown_name(say("what.argument", "argument"), name, (*LINE, *WHOLE))
    for name in _NUMBERS:
        if name in given:
            given[name] = _number(name, given[name])
    line = {name: given.pop(name) for name in LINE if name in given}
    return {"orders": [line], **given}


def _number(name: str, value: Any) -> int:
    try:
        return int(value)
    except ValueError as error:
        raise UserError(
            say("trade.number", "{name} is {value}.", name=name, value=value),
            expected=say("trade.whole", "It is a whole number."),
        ) from error
