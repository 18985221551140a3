"""What a run says while it goes on: how far each phase is, and what a person must know or do."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from contract_tests.reach import Reached
from load.run import LoadProgress, LoadResult
from load.shapes import shown as wave
from rehearsal.charts import seconds
from rehearsal.folder import shown
from rehearsal.screen import Phase, Screen
from rehearsal.words import language, say
from scenarios.doctor import Diagnosis
from scenarios.engine import Engine, Progress
from scenarios.process import Integration

ATTACH = "integration.env"
"""File in the run folder with what an integration needs that the harness does not start."""

_COSTLY = frozenset({"faster"})
"""What the doctor saw that breaks no rule, and makes a run much longer than it need be."""

_SIGNS = {"passed": "✓", "inconclusive": "?", "not applicable": "–"}


def show_story(phase: Phase, engine: Engine, progress: Progress) -> None:
    """Show the play that ended last; while a run is being stopped they end in crowds, and are not printed."""
    share = progress.done / max(1, progress.total)
    if progress.event != "ended" or progress.result is None:
        if not progress.done:
            phase.show(f"{progress.done}/{progress.total}", share=share)
        return
    sign = _SIGNS.get(progress.result.outcome, "✗")
    title = progress.title.get(language()) or progress.title.get("en", "")
    words = f"{progress.done}/{progress.total}   {progress.play} {title} {sign} {progress.result.seconds:.1f} s"
    told = progress.result.outcome != "not applicable"  # the report has the reason
    phase.show(words, share=share, milestone=told and not engine.stopped)


def show_reach(phase: Phase, reached: Reached) -> None:
    """Show how far exploration is."""
    words = say(
        "explore.words",
        "{stories} stories, {acts} of {all_acts} acts, {states} of {all_states} states",
        stories=reached.stories,
        acts=len(reached.acts),
        all_acts=reached.all_acts,
        states=len(reached.states),
        all_states=reached.all_states,
    )
    phase.show(words)


def show_load(phase: Phase, progress: LoadProgress) -> None:
    """Show how far the load is."""
    words = say(
        "load.progress",
        "{opened} of {expected} opened   {in_erp} in ERP   {settled} closed   backlog {backlog}",
        opened=progress.opened,
        expected=progress.expected,
        in_erp=progress.in_erp,
        settled=progress.settled,
        backlog=progress.backlog,
    )
    phase.show(words, share=progress.settled / max(1, progress.expected))


def load_words(result: LoadResult) -> str:
    """Return the load's rate and lags in one line."""
    return say(
        "load.done",
        "{rate} refunds/s for {time}   in ERP p95 {in_erp}   closed p95 {closed}   backlog {left}",
        rate=wave(result.rate, result.peak),
        time=seconds(result.seconds * 1000),
        in_erp=seconds(result.lag.in_erp.p95),
        closed=seconds(result.lag.closed.p95),
        left=result.lag.left,
    )


def show_capacity(screen: Screen, result: LoadResult, *, whole: bool) -> None:
    """Say which end of the load was saturated; with *whole* also that neither was."""
    found = result.capacity
    texts = found.words_zh if language() == "zh" else found.words
    for text, saturated in zip(texts, (found.generator_saturated, found.simulator_saturated), strict=True):
        if saturated or whole:
            screen.say("", text, "yellow" if saturated else "dim")


def healthy_words(diagnosis: Diagnosis) -> str:
    """Return in one line what the doctor saw that is as it should be."""
    return " · ".join(
        getattr(found, language())
        for found in diagnosis.observations
        if found.level != "bad" and found.id not in _COSTLY
    )


def show_complaints(screen: Screen, diagnosis: Diagnosis) -> None:
    """Print each thing that is not as it should be, or costs time, on a line of its own."""
    for found in diagnosis.observations:
        if found.level == "bad" or found.id in _COSTLY:
            screen.say("", f"{'✗' if found.level == 'bad' else '!'} {getattr(found, language())}", "yellow")


def show_attach(screen: Screen, endpoints: Mapping[str, Any], file: Path) -> None:
    """Print what an integration needs that the harness does not start, and write it into *file* for scripts."""
    shop = endpoints["shops"][0]
    needs = (
        ("TOP_URL", endpoints["tmall"]),
        ("TMC_URL", endpoints["tmc"]),
        ("TOP_APP_KEY", shop["app_key"]),
        ("TOP_APP_SECRET", shop["app_secret"]),
        ("TOP_SESSION", shop["session"]),
        ("TOP_SUB_SESSION", shop["sub_session"]),
        ("ERP_URL", endpoints["erp"]),
        ("ERP_KEY", endpoints["erp_key"]),
        *((key_variable(name), value) for name, value in endpoints["erp_keys"].items()),
        ("SHOPS", msgspec.json.encode(endpoints["shops"]).decode()),
    )
    lines = [f"{name}={value}" for name, value in needs]
    file.write_text("\n".join((*lines, "")), encoding="utf-8", newline="\n")
    screen.show(
        say(
            "attach.words",
            "Start your integration with these, which stand in {file}, too; the run goes on at its first call.",
            file=shown(file),
        )
    )
    for line in lines:
        screen.show(f"  {line}")


def key_variable(name: str) -> str:
    """Return the environment variable for one of an ERP's further keys."""
    return f"ERP_{name.removeprefix('erp_').upper()}"


def show_death(screen: Screen, integration: Integration) -> None:
    """Say so if the integration has ended by itself: nothing else explains such a run."""
    if integration.exit_status is None:
        return
    status = integration.exit_status
    words = say("stopped.died", "The integration ended by itself, exit status {status}.", status=status)
    screen.say("", f"✗ {words}", "red")
    for line in integration.last_lines(8):
        screen.say("", line, "dim")


def stopped_words(why: str) -> str:
    """Return why a run is broken off, in words."""
    if why == "time limit":
        return say("stopped.time", "The time is up; writing down what is known.")
    return say("stopped.interrupted", "Interrupted; writing down what is known.")
