"""`rehearse`, `run`, `explore` and `load`: the runs that end in a verdict."""

import shlex
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from rehearsal.closing import show_verdict
from rehearsal.conductor import Run
from rehearsal.options import RunOptions, option, run_options
from rehearsal.plan import Plan
from rehearsal.screen import Screen
from rehearsal.speech import Spoken
from rehearsal.summary import summary
from rehearsal.targets import chosen_target
from rehearsal.words import say
from scenarios.reading import library, read_story
from scenarios.story import Story
from simulator.erp import registry
from simulator.errors import UserError, unknown_name

_EXPLORE = 30.0
_RATE = 20.0
_LOAD_SECONDS = 15.0

_explore_option = option(
    "--explore",
    type=click.FloatRange(min=0),
    default=_EXPLORE,
    show_default=True,
    metavar="SECONDS",
    told=lambda: say("option.explore", "How long to play generated stories; 0 leaves it out."),
)
_rate_option = option(
    "--rate",
    type=click.FloatRange(min=0),
    default=_RATE,
    show_default=True,
    metavar="N",
    told=lambda: say("option.rate", "Refunds a second that buyers open during the load; 0 leaves the load out."),
)
_load_seconds_option = option(
    "--load-seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=_LOAD_SECONDS,
    show_default=True,
    metavar="SECONDS",
    told=lambda: say("option.load_seconds", "How long the load lasts."),
)


@click.command(
    "rehearse",
    cls=Spoken,
    told=lambda: say(
        "rehearse.told",
        "Rehearse the integration completely and give a verdict. It plays the whole library of stories, explores"
        " generated ones, sends a short load, and judges all of it by the same rules. Without a target the bundled"
        " reference connector is rehearsed.",
    ),
    example="refund-sandbox rehearse\nrefund-sandbox rehearse --target refund-sandbox.yaml --max-time 300",
)
@_explore_option
@_rate_option
@_load_seconds_option
@run_options
def rehearse(options: RunOptions, explore: float, rate: float, load_seconds: float) -> int:
    """Play everything."""
    stories = tuple(library().values())
    rate = _bearable(options, rate)
    return _conduct("rehearse", options, stories=stories, explore=explore, rate=rate, load_seconds=load_seconds)


@click.command(
    "run",
    cls=Spoken,
    told=lambda: say(
        "run.told",
        "Play single stories and judge them. A story is named by its id in the library, or by its file. The report"
        " names such a command for each finding, so that a repair can be checked in seconds.",
    ),
    example="refund-sandbox run S05\nrefund-sandbox run S05 S11 --mutant M32 --seed 20261122\n"
    "refund-sandbox run my-story.yaml",
)
@click.argument("stories", nargs=-1, required=True, metavar="STORY...")
@run_options
def run(options: RunOptions, stories: Sequence[str]) -> int:
    """Play the named stories."""
    return _conduct(shlex.join(("run", *stories)), options, stories=tuple(_story(name) for name in stories))


@click.command(
    "explore",
    cls=Spoken,
    told=lambda: say(
        "explore.told",
        "Play generated stories for a while and judge them. They follow from the seed, walk the life cycle of refunds,"
        " and are kept in the run folder, so that each can be played again by refund-sandbox run.",
    ),
    example="refund-sandbox explore --seconds 120 --seed 7",
)
@option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    told=lambda: say("option.seconds_explore", "How long to explore."),
)
@run_options
def explore(options: RunOptions, seconds: float) -> int:
    """Explore only."""
    return _conduct("explore", options, explore=seconds)


@click.command(
    "load",
    cls=Spoken,
    told=lambda: say(
        "load.told",
        "Send a load of refunds and judge it. Buyers open refunds at a fixed rate, whatever the integration does, and"
        " reviewers decide on them; the report shows how far the integration lagged behind.",
    ),
    example="refund-sandbox load --rate 50 --seconds 60\nrefund-sandbox load --rate 20 --peak 5 --seconds 120",
)
@option(
    "--rate",
    type=click.FloatRange(min=0),
    default=_RATE,
    show_default=True,
    metavar="N",
    told=lambda: say("option.rate_alone", "Refunds a second that buyers open."),
)
@option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=_LOAD_SECONDS,
    show_default=True,
    metavar="SECONDS",
    told=lambda: say("option.load_seconds", "How long the load lasts."),
)
@option(
    "--peak",
    type=click.FloatRange(1, 100),
    default=1.0,
    show_default=True,
    metavar="N",
    told=lambda: say(
        "option.peak", "How many times the rate comes in the middle fifth, as at midnight of Double 11; 1: steady."
    ),
)
@run_options
def load(options: RunOptions, rate: float, seconds: float, peak: float) -> int:
    """Load only."""
    rate = _bearable(options, rate)
    return _conduct("load", options, rate=rate, load_seconds=seconds, peak=peak)


def _bearable(options: RunOptions, rate: float) -> float:
    """Return *rate*, but no more than the ERP's own limits let any integration bear, unless it was asked for."""
    if "rate" in options.origins:
        return rate
    profile = registry.profile(chosen_target(options).declaration.profile)
    return min(rate, profile.pace or rate)


def _conduct(
    command: str,
    options: RunOptions,
    *,
    stories: tuple[Story, ...] = (),
    explore: float = 0.0,
    rate: float = 0.0,
    load_seconds: float = 0.0,
    peak: float = 1.0,
) -> int:
    if not stories and not explore and not rate:
        raise UserError(
            say("runs.nothing", "nothing is selected."),
            expected=say("runs.nothing_hint", "Give a rate, a time to explore, or a story."),
        )
    target = chosen_target(options)
    chosen = {"--mutant": options.mutant, "--style": options.style, "--erp": options.erp}
    asked = " ".join((command, *(f"{name} {value}" for name, value in chosen.items() if value)))
    plan = Plan(
        command=asked,
        stories=stories,
        explore=explore,
        rate=rate,
        load_seconds=load_seconds if rate else 0.0,
        peak=peak,
        shops=target.shops,
        most=options.max_time,
    )
    screen = Screen(quiet=options.json)
    ending = Run(target, plan, options, screen).conduct()
    show_verdict(screen, ending.judgement, ending.report)
    if options.json:
        click.echo(msgspec.json.encode(summary(ending.judgement, ending.folder)).decode())
    return ending.judgement.exit


def _story(name: str) -> Story:
    """Return the story *name*: an id of the library, or a file.

    Raises:
        UserError: if there is neither.
    """
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        return read_story(path)
    stories = library()
    if name not in stories:
        raise unknown_name(say("what.story", "story"), name, stories)
    return stories[name]
