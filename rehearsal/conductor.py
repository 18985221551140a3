"""Conducts a run: simulator, integration, doctor, stories, exploration, load, and at the end the verdict."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import msgspec

from contract_tests.explore import explore
from contract_tests.judge import judge
from contract_tests.verdict import Judgement
from load.run import run_load
from rehearsal.charts import seconds
from rehearsal.folder import LEDGER, make_folder
from rehearsal.interrupts import Interrupts, Stopped
from rehearsal.options import RunOptions
from rehearsal.plan import Plan
from rehearsal.progress import (
    ATTACH,
    healthy_words,
    load_words,
    show_attach,
    show_capacity,
    show_complaints,
    show_death,
    show_load,
    show_reach,
    show_story,
    stopped_words,
)
from rehearsal.report import Report, write_report
from rehearsal.sandbox import Sandbox
from rehearsal.screen import Phase, Screen
from rehearsal.words import say
from scenarios.doctor import Diagnosis, diagnose
from scenarios.engine import Engine, Progress
from scenarios.process import Integration
from scenarios.story import Story
from scenarios.target import Target


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How a run ended: what the judge says, and what was written where."""

    judgement: Judgement
    report: Report
    folder: Path
    stopped: str = ""
    """Why it was broken off, or empty."""


class Run:
    """One run of one target. `conduct` does all of it."""

    def __init__(self, target: Target, plan: Plan, options: RunOptions, screen: Screen) -> None:
        """Keep what is to be done; nothing starts yet."""
        self._target = target
        self._declared = target.declaration
        self._plan = plan
        self._options = options
        self._screen = screen
        self._sandbox: Sandbox | None = None
        self._integration: Integration | None = None
        self._watch: Callable[[Progress], None] = lambda _progress: None

    def conduct(self) -> Ending:
        """Do everything and return the ending.

        Raises:
            UserError: if the folder, the ports or the integration make a run impossible.
        """
        folder = make_folder(self._options.out, self._options.seed)
        self._announce()
        stopped, complete = "", False
        with Interrupts(self._options.max_time) as interrupts:
            try:
                self._play(folder, interrupts)
                complete = True
            except Stopped as reason:
                stopped = reason.why
                self._screen.say("", stopped_words(stopped))
            finally:
                interrupts.calm()
                self._stop(complete=complete)
            judgement = self._judge(folder)
            report = write_report(folder, judgement)
        return Ending(judgement=judgement, report=report, folder=folder, stopped=stopped)

    def _announce(self) -> None:
        parts = [
            self._declared.name,
            say("announce.profile", "ERP profile {name}", name=self._declared.profile),
            say("announce.seed", "seed {seed}", seed=self._options.seed),
            say("announce.plan", "plan: {plan}", plan=self._plan.words(self._declared)),
        ]
        if self._options.mutant:
            parts.insert(1, say("announce.mutant", "with bug {id}", id=self._options.mutant))
        self._screen.say(say("label.rehearsing", "Rehearsing"), " · ".join(parts), "bold")
        self._screen.blank()

    def consult(self) -> tuple[Diagnosis | None, Path]:
        """Start the integration, watch it, stop it, and return what was seen (None if it was broken off) and where.

        Raises:
            UserError: as `conduct`.
        """
        folder = make_folder(self._options.out, self._options.seed)
        diagnosis = None
        with Interrupts(self._options.max_time) as interrupts:
            try:
                diagnosis = self._diagnose(self._start(folder), short=False)
            except Stopped as reason:
                self._screen.say("", stopped_words(reason.why))
            finally:
                interrupts.calm()
                self._stop(complete=False)
        return diagnosis, folder

    def _start(self, folder: Path) -> Sandbox:
        """Start the simulator, then the integration."""
        sandbox = self._sandbox = Sandbox.start(
            folder,
            seed=self._options.seed,
            command=self._plan.command,
            declaration=self._declared,
            port=self._options.listening.port,
            options=[
                *self._options.listening.arguments(),
                "--settings-from=target",
                f"--shops={self._target.shops}",
                *(f"--setting={name}={_as_option(value)}" for name, value in self._target.settings.items()),
            ],
        )
        sandbox.control.mark("plan", self._plan_mark())
        self._integration = Integration(self._target, sandbox.endpoints, sandbox.control, folder)
        if self._target.start is None:
            show_attach(self._screen, sandbox.endpoints, folder / ATTACH)
        with self._phase("start", say("label.start", "Start")) as phase:
            phase.show(say("start.waits", "waits until the integration is ready"))
            began = time.monotonic()
            self._integration.start()
            took = seconds(1000 * (time.monotonic() - began))
            phase.show(say("start.ready", "the integration was ready after {time}", time=took))
        return sandbox

    def _diagnose(self, sandbox: Sandbox, *, short: bool) -> Diagnosis:
        with self._phase("doctor", say("label.doctor", "Doctor")) as phase:
            diagnosis = diagnose(sandbox.control, self._declared, sandbox.endpoints)
            sandbox.control.mark("doctor", {"observations": msgspec.to_builtins(diagnosis.observations)})
            if short:
                phase.show(healthy_words(diagnosis))
        if short:
            show_complaints(self._screen, diagnosis)
        return diagnosis

    def _play(self, folder: Path, interrupts: Interrupts) -> None:
        sandbox = self._start(folder)
        self._diagnose(sandbox, short=True)
        control, endpoints = sandbox.control, sandbox.endpoints
        nicks = [shop["nick"] for shop in endpoints["shops"]]
        assert self._integration is not None
        engine = Engine(
            control, self._declared, nicks, lambda progress: self._watch(progress), subject=self._integration
        )
        later = [story for story in self._plan.stories if story.moves_time]
        now = [story for story in self._plan.stories if not story.moves_time]
        self._stories(engine, interrupts, now, "stories", say("label.stories", "Stories"))
        self._explore(engine, folder, interrupts)
        control.mark("clean", {})
        self._load(folder)
        # Time that was moved on does not go back, and everything before is measured at the time of the machine.
        self._stories(engine, interrupts, later, "calendar", say("label.calendar", "Calendar"))

    def _stories(self, engine: Engine, interrupts: Interrupts, stories: Sequence[Story], name: str, label: str) -> None:
        if not stories:
            return
        with self._phase(name, label) as phase:
            self._watch = partial(show_story, phase, engine)
            with interrupts.gently(engine.stop):
                engine.play(stories)

    def _explore(self, engine: Engine, folder: Path, interrupts: Interrupts) -> None:
        if not self._plan.explore:
            return
        with (
            self._phase("exploring", say("label.exploring", "Exploring")) as phase,
            interrupts.gently(engine.stop),
        ):
            self._watch = lambda _progress: None
            explore(
                engine,
                self._declared,
                seed=self._options.seed,
                seconds=self._plan.explore,
                out=folder / "stories",
                on_progress=partial(show_reach, phase),
            )

    def _load(self, folder: Path) -> None:
        if not self._plan.rate or self._sandbox is None:
            return
        with self._phase("load", say("label.load", "Load")) as phase:
            result = run_load(
                self._sandbox.endpoints,
                self._declared,
                rate=self._plan.rate,
                peak=self._plan.peak,
                seconds=self._plan.load_seconds,
                seed=self._options.seed,
                out=folder,
                on_progress=lambda progress: show_load(phase, progress),
            )
            phase.show(load_words(result))
        show_capacity(self._screen, result, whole=self._plan.command.split()[0] == "load")

    def _judge(self, folder: Path) -> Judgement:
        with self._screen.phase(say("label.judging", "Judging")) as phase:
            judgement = judge(folder / LEDGER)
            words = say(
                "judging.words", "{n} entries, {rules} rules", n=f"{judgement.entries:,}", rules=len(judgement.rules)
            )
            phase.show(words)
        return judgement

    def _stop(self, *, complete: bool) -> None:
        """Stop the integration, say in the ledger how the run ended, and stop the simulator; each whatever befalls."""
        sandbox = self._sandbox
        if sandbox is None:
            return
        try:
            if self._integration is not None:
                show_death(self._screen, self._integration)
                self._integration.stop()
            if sandbox.alive:
                sandbox.control.mark("end", {"complete": complete})
        finally:
            sandbox.stop()

    @contextmanager
    def _phase(self, name: str, label: str) -> Iterator[Phase]:
        """Show a phase, and note its beginning and end in the ledger."""
        assert self._sandbox is not None
        control = self._sandbox.control
        control.mark("phase", {"phase": name, "event": "started"})
        with self._screen.phase(label) as phase:
            yield phase
        control.mark("phase", {"phase": name, "event": "ended"})

    def _plan_mark(self) -> dict[str, object]:
        plan, options = self._plan, self._options
        return {
            "stories": [story.id for story in plan.stories],
            "explore": plan.explore,
            "rate": plan.rate,
            "peak": plan.peak,
            "load_seconds": plan.load_seconds,
            "about": round(plan.about(self._declared)),
            "mutant": options.mutant,
            "style": options.style,
            "erp": options.erp,
            "target": str(options.target or ""),
            "options": options.origins,
        }


def _as_option(value: object) -> str:
    """Return the value of a setting as the command line has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
