"""`init`: writes the target file for one's own integration."""

from pathlib import Path

import click
import msgspec

from rehearsal.options import TARGET_FILE, json_option, lang_option, option
from rehearsal.progress import key_variable
from rehearsal.speech import Spoken
from rehearsal.typed import typed
from rehearsal.words import say
from scenarios.command_line import split
from simulator.erp import registry
from simulator.errors import UserError, unknown_name

_TEMPLATE = """\
name: {name}
erp: {{profile: {erp}}}
{start}tempo: {{poll: 60s}}   # {poll}
"""

_START = """\
start:
  command: {command}
  env: {{TOP_URL: "${{tmall.url}}", TOP_APP_KEY: "${{tmall.app_key}}", TOP_APP_SECRET: "${{tmall.app_secret}}",
        TOP_SESSION: "${{tmall.session}}", TOP_SUB_SESSION: "${{tmall.sub_session}}",
        ERP_URL: "${{erp.url}}", ERP_KEY: "${{erp.key}}",{more} SHOPS: "${{shops}}"}}
  # ready: http://127.0.0.1:${{port.health}}/health   # {ready}
"""

_ATTACH = """\
# {attach}
"""


@click.command(
    "init",
    cls=Spoken,
    told=lambda: say(
        "init.told",
        "Write refund-sandbox.yaml, which describes your integration, into the current folder. An existing file is"
        " never overwritten. Without a start command the sandbox waits for an integration that you start yourself.",
    ),
    example='refund-sandbox init --command "java -jar connector.jar" --erp generic',
)
@option(
    "--command",
    "start",
    default="",
    metavar="TEXT",
    told=lambda: say("option.command", "How your integration is started, as you would type it."),
)
@option(
    "--erp",
    default="generic",
    show_default=True,
    metavar="PROFILE",
    told=lambda: say("option.erp", "The ERP that it speaks to; refund-sandbox list profiles names them."),
)
@option(
    "--name",
    default="my-integration",
    show_default=True,
    told=lambda: say("option.name", "What reports call it."),
)
@json_option
@lang_option
def command(start: str, erp: str, name: str, json: bool) -> int:
    """Write the target file."""
    if erp not in registry.names():
        raise unknown_name(say("what.profile", "ERP profile"), erp, registry.names(), where="--erp")
    if not name.strip():
        raise UserError(
            say("init.nameless", "the name is empty."),
            where="--name",
            expected=say("init.name_it", "Say what reports are to call it."),
        )
    path = Path(TARGET_FILE)
    text = target_text(start=start, erp=erp, name=name)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise UserError(
            say("init.exists", "there is one already."),
            where=TARGET_FILE,
            expected=say("init.exists_hint", "Edit it, or move it away first."),
        ) from error
    lines = text.count("\n")
    if json:
        click.echo(msgspec.json.encode({"file": TARGET_FILE, "lines": lines, "exit": 0}).decode())
    else:
        click.echo(
            say("init.wrote", "Wrote {file} ({n} lines). Next: {command}", file=path, n=lines, command=typed("doctor"))
        )
    return 0


def target_text(*, start: str, erp: str, name: str) -> str:
    """Return the target file's text, its comments in the language in use; *start* is split as a shell would split it.

    Raises:
        UserError: if a quote of *start* is not closed.
    """
    words = _words(start)
    quoted = msgspec.json.encode(words).decode().replace('","', '", "')
    keys = [(key_variable(key), key) for key in registry.profile(erp).key_names]
    more = "".join(f' {variable}: "${{erp.{key}}}",' for variable, key in keys)
    if words:
        ready = say("init.ready", "answers 2xx once it is up")
        section = _START.format(command=quoted, more=more and f"\n       {more}\n       ", ready=ready)
    else:
        attach = say(
            "init.attach", "No start command: the run prints URLs and keys, and waits until your integration calls."
        )
        section = _ATTACH.format(attach=attach)
    poll = say("init.poll", "how often it lists refunds")
    return _TEMPLATE.format(name=msgspec.json.encode(name).decode(), erp=erp, start=section, poll=poll)


def _words(start: str) -> list[str]:
    try:
        return split(start)
    except ValueError as error:
        raise UserError(
            say("init.unsplit", "{command} cannot be split into words: {reason}.", command=start, reason=error),
            where="--command",
            expected=say("init.quotes", "Each quotation mark needs its second one."),
        ) from error
