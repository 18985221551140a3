"""Which integration is rehearsed: the target that was named, or the bundled reference connector, perhaps with a bug."""

import msgspec

from connectors.erp import DIALECTS
from connectors.mutants import MUTANTS
from rehearsal.options import RunOptions
from rehearsal.words import say
from scenarios.bundled import bundled
from scenarios.target import Target, read_target
from simulator.erp import registry
from simulator.errors import UserError, unknown_name


def chosen_target(options: RunOptions) -> Target:
    """Return the target that *options* choose.

    Raises:
        UserError: if its file is wrong, the mutant is unknown or of another style, or a mutant or style is asked of a
            target of one's own.
    """
    asked = "--mutant" if options.mutant else "--style" if options.style else "--erp"
    if (options.mutant or options.style or options.erp) and options.target is not None:
        raise UserError(
            say(
                "target.bundled",
                "{option} is about the bundled reference connector, --target about your own.",
                option=asked,
            ),
            expected=say("target.mutant_hint", "Give one of them."),
        )
    if options.target is not None:
        return read_target(options.target)
    target = bundled(_style(options), _erp(options))
    return mutated(target, options.mutant) if options.mutant else target


def _style(options: RunOptions) -> str:
    """Return the style asked for, or the one in which the mutant has its bug."""
    mutant = MUTANTS.get(options.mutant)
    seeded = "" if mutant is None or options.erp in mutant.erps else mutant.style
    if options.style and seeded and options.style != seeded:
        raise UserError(
            say("target.style", "{mutant} is a bug of the style {style}.", mutant=options.mutant, style=seeded),
            expected=say("target.style_hint", "Leave --style out, or say --style {style}.", style=seeded),
        )
    return options.style or seeded or "polling"


def _erp(options: RunOptions) -> str:
    """Return the ERP asked for, if the bundled connector speaks to it, or the one with which the mutant's bug shows."""
    if not options.erp:
        mutant = MUTANTS.get(options.mutant)
        return mutant.erp if mutant is not None else ""
    if options.erp not in registry.names():
        raise unknown_name(say("what.profile", "ERP profile"), options.erp, registry.names(), where="--erp")
    if options.erp not in DIALECTS:
        raise UserError(
            say("target.no_dialect", "the bundled connector does not speak {erp}.", erp=options.erp),
            expected=say("target.dialects", "It speaks {names}.", names=", ".join(DIALECTS)),
        )
    return options.erp


def mutated(target: Target, mutant: str) -> Target:
    """Return the reference connector's *target* with one bug switched on.

    Raises:
        UserError: if there is no such mutant.
    """
    if mutant not in MUTANTS:
        raise unknown_name(say("what.mutant", "mutant"), mutant, MUTANTS)
    if target.start is None:
        raise ValueError("the bundled target has no start command")
    start = msgspec.structs.replace(target.start, env={**target.start.env, "MUTANT": mutant})
    return msgspec.structs.replace(target, start=start)
