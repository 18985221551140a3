"""Click's commands and options with texts in two languages: whatever they say is worded when it is asked for."""

import importlib
import re
from collections.abc import Callable, Mapping
from gettext import gettext
from typing import Any

import click

from rehearsal.words import language, say
from simulator.errors import UserError, unknown_name

Text = Callable[[], str]


class SpokenOption(click.Option):
    """An option whose help is a function, so that it follows the language."""

    def __init__(self, *names: Any, told: Text, **more: Any) -> None:
        """Keep *told*, which words the help."""
        super().__init__(*names, **more)
        self._told = told

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Word the help now."""
        self.help = self._told()
        record = super().get_help_record(ctx)
        if record is None:
            return None
        default = say("help.default", "[default: ")
        return record[0], record[1].replace("[default: ", default)


class Spoken(click.Command):
    """A command whose help, headings and example follow the language."""

    def __init__(self, *parts: Any, told: Text, example: str = "", **more: Any) -> None:
        """Keep *told* (whole sentences) and the *example*, one command a line."""
        super().__init__(*parts, **more)
        self._told = told
        self._example = example

    def get_help(self, ctx: click.Context) -> str:
        """Word the help now; Chinese characters are two columns wide, so their lines hold half as many."""
        if language() == "zh":
            ctx.terminal_width = 60
        return super().get_help(ctx)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the first sentence."""
        text = self._told()
        for end in (". ", "。", ".\n"):
            text = text.split(end, 1)[0]
        return text.rstrip(".。")

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        prefix = say("help.usage", "Usage: ")
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=prefix)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what it does."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self._told())

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options under a heading."""
        records = [record for param in self.get_params(ctx) if (record := self._record(param, ctx)) is not None]
        if records:
            with formatter.section(say("help.options", "Options")):
                formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example."""
        if self._example:
            with formatter.section(say("help.example", "Example")):
                formatter.write_text("\b\n" + self._example)

    @staticmethod
    def _record(param: click.Parameter, ctx: click.Context) -> tuple[str, str] | None:
        record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
        if record is not None and "--help" in param.opts:
            return record[0], say("help.help", "Show this message and exit.")
        return record


class SpokenGroup(Spoken, click.Group):
    """The command line itself: its commands are loaded when they are needed, so that `list` starts at once."""

    def __init__(self, *parts: Any, where: Mapping[str, str], **more: Any) -> None:
        """Know each command's module; the command there is called `command`, or as *where* says after a colon."""
        super().__init__(*parts, **more)
        self._where = where

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of use, not of the alphabet."""
        return list(self._where)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load and return the command, or None if there is none."""
        place = self._where.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name or "command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that *args* begin with.

        Raises:
            UserError: if there is none of that name, with the one that was meant.
        """
        if args and not args[0].startswith("-") and args[0] not in self._where:
            raise unknown_name(say("what.command", "command"), args[0], self._where)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands."""
        super().format_options(ctx, formatter)
        with formatter.section(say("help.commands", "Commands")):
            rows = [(name, self.get_command(ctx, name)) for name in self._where]
            formatter.write_dl([(name, found.get_short_help_str()) for name, found in rows if found is not None])


def worded(error: click.ClickException) -> UserError:
    """Return click's own complaint as one of ours, in the language in use."""
    hint = ""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        hint = say("usage.hint", "Try: {command} --help", command=context.command_path)
    if isinstance(error, click.NoSuchOption):
        near = sorted(error.possibilities or ())
        meant = say("usage.meant", "Did you mean {names}? ", names=", ".join(near)) if near else ""
        return UserError(
            say("usage.no_option", "There is no option {name}.", name=error.option_name), expected=meant + hint
        )
    if isinstance(error, click.MissingParameter) and error.param is not None:
        name = error.param.make_metavar(context) if context is not None else error.param.human_readable_name
        return UserError(say("usage.missing", "{name} is missing.", name=name), expected=hint)
    if isinstance(error, click.BadParameter) and error.param is not None:
        name = error.param.opts[0] if error.param.opts else str(error.param.name)
        return UserError(_reworded(error.message), where=name, expected=hint)
    return UserError(gettext(error.format_message()), expected=hint)


def _reworded(message: str) -> str:
    """Return what click says about a value in our own words, and in the language in use."""
    if found := re.fullmatch(r"'(.*)' is not a valid integer(?: range)?\.", message):
        return say("usage.whole", "{value} is no whole number.", value=found[1])
    if found := re.fullmatch(r"'(.*)' is not a valid float(?: range)?\.", message):
        return say("usage.number", "{value} is no number.", value=found[1])
    if found := re.fullmatch(r"(.*) is not in the range (.*)\.", message):
        return say("usage.range", "{value} is not in the range {range}.", value=found[1], range=found[2])
    if found := re.fullmatch(r"'(.*)' is not one of (.*)\.", message):
        names = found[2].replace("'", "")
        return say("usage.choice", "{value} is none of {names}.", value=found[1], names=names)
    if found := re.fullmatch(r"\w+ '(.*)' is a directory\.", message):
        return say("usage.directory", "{path} is a folder, not a file.", path=found[1])
    if found := re.fullmatch(r"\w+ '(.*)' is a file\.", message):
        return say("usage.file", "{path} is a file, not a folder.", path=found[1])
    return say("usage.bad", "{message}", message=message)
