"""Plays many stories at once against one integration. One loop follows the ledger and moves every play on.

There are no sleeps: the loop waits in the ledger's long poll. Ordinary plays share the shops. An *exclusive* play has
one to itself: the ordinary ones then share the first alone (those about several shops: the first two), and it joins
the others (the spare ones) once they are done. Only exclusive plays `among` each other share a shop. With a single one
they wait until nothing else is open. So do those that change a setting or the time, which concern every shop; and
those that move the time on come last, for it does not go back. The longest begin first.
"""

import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from scenarios import settle
from scenarios.cycles import cycles_since
from scenarios.lengths import length
from scenarios.play import Play, PlayResult, Script
from scenarios.sandbox import Sandbox, Subject
from scenarios.seen import Change, Seen
from scenarios.story import Story, acts_of, undeclared
from scenarios.words import say
from simulator.clock import Clock
from simulator.erp import registry
from simulator.erp.acts import DECISIONS
from simulator.ledger.declaration import Declaration
from simulator.phrase import Phrase

AT_ONCE = 48
"""Ordinary plays open at the same time."""
_POLL = 0.25
"""Seconds that one long poll waits: limits are looked at this often."""
_PAGE = 5000
PACE = 0.02


class Progress(msgspec.Struct, frozen=True):
    """How far the plays are; told to whoever watches."""

    event: str
    """started, settling or ended."""
    play: str
    story: str
    title: dict[str, str]
    done: int
    total: int
    open: int
    result: PlayResult | None = None


@dataclass(slots=True, eq=False)
class _Running:
    play: Play
    script: Script
    settling: bool = False


class Engine:
    """Plays stories. One engine follows one run; `play` may be called again and again."""

    def __init__(
        self,
        control: Sandbox,
        declaration: Declaration,
        shops: Sequence[str],
        on_progress: Callable[[Progress], None] | None = None,
        *,
        at_once: int = AT_ONCE,
        clock: Clock | None = None,
        pace: float = PACE,
        subject: Subject | None = None,
    ) -> None:
        """Play through *control* on the shops with these nicks, judged by what *declaration* declares.

        Args:
            control: the control API.
            declaration: what the target declares.
            shops: nicks; all but the first are spare ones.
            on_progress: told of every beginning and end.
            at_once: how many ordinary plays may be open at the same time.
            clock: for durations; it must agree with the simulator's monotonic one.
            subject: the integration, to be killed, started and moved through time; None: stories cannot do that.
            pace: seconds in which entries are gathered, so that a busy ledger is read in handfuls, not one by one.
        """
        self.seen = Seen()
        self.on_progress = on_progress
        """Told of every beginning and end; may be exchanged between two calls of `play`."""
        """Told after every change; whoever uses the engine next may watch it in turn."""
        self._control = control
        self._declared = declaration
        self._shops = list(shops)
        self._at_once = at_once
        self._clock = clock or Clock()
        self._pace = pace
        self._stopping = threading.Event()
        self._numbers: Counter[str] = Counter()
        self._ordinary: deque[Play] = deque()
        self._exclusive: deque[Play] = deque()
        self._alone: deque[Play] = deque()
        self._subject = subject
        self._running: list[_Running] = []
        self._results: list[PlayResult] = []
        self._played: dict[str, list[str]] = {}
        """The refunds of the plays that have ended, by the nick of their shop."""
        self._total = 0

    @property
    def control(self) -> Sandbox:
        """The sandbox that it plays in."""
        return self._control

    @property
    def stopped(self) -> bool:
        """Whether somebody asked it to end."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """End as soon as possible: open plays become inconclusive. Safe to call from a signal handler or thread."""
        self._stopping.set()

    def play(self, stories: Sequence[Story], *, until: float | None = None) -> list[PlayResult]:
        """Play every variant of *stories* and return how each play ended, in the order in which they did.

        Args:
            stories: what to play; a story given twice is played twice.
            until: when to end at the latest, in seconds of the monotonic clock.
        """
        self._results, self._running, self._played = [], [], {}
        for waiting in (self._ordinary, self._exclusive, self._alone):
            waiting.clear()
        left_out = self._cast(sorted(stories, key=lambda story: story.moves_time))
        self._total = len(self._ordinary) + len(self._exclusive) + len(self._alone) + len(left_out)
        for play in left_out:
            self._ended(play, play.end(self._control))
        self._longest_first()
        reason: Phrase | None = None
        while not reason and (self._ordinary or self._exclusive or self._alone or self._running):
            self._start_some()
            self._follow()
            self._advance()
            if self._stopping.is_set():
                reason = say("play.stopped", "the run was stopped")
            elif until is not None and self._clock.mono() > until * 1e6:
                reason = say("play.time_up", "the time was up")
        if reason:
            self._abandon(reason)
        elif self._declared.messages and until is None:
            self._see_lists_read()
        return self._results

    def _see_lists_read(self) -> None:
        """Wait until an integration that listens has read the list once more: what it does again then, shows then."""
        began, played = self._clock.mono(), [running for running in self._played.items() if running[1]]
        most = 1e6 * min(self._declared.reconcile, settle.limit([], self._declared, self.seen))
        changes = {shop: settle.last_change(refunds, self.seen) for shop, refunds in played}
        while not self._stopping.is_set() and self._clock.mono() - began < most:
            if all(self._has_read(shop, change) for shop, change in changes.items()):
                return
            self._follow()

    def _has_read(self, shop: str, change: Change) -> bool:
        scan = self.seen.scans.complete(shop, change.seq, change.second)
        since = Change(seq=scan.began, mono=scan.mono) if scan is not None else change
        return scan is not None and cycles_since(shop, since, self.seen, self._declared, self._clock.mono()) > 0

    def _cast(self, stories: Sequence[Story]) -> list[Play]:
        """Make the plays of *stories*, give each a shop, and return those that cannot be played at all."""
        left_out: list[Play] = []
        inapplicable = {id(story): self._inapplicable(story) for story in stories}
        spare = any(story.exclusive and not inapplicable[id(story)] for story in stories) and len(self._shops) > 1
        shared = self._shops[:1] if spare else self._shops
        count = 0
        for story in stories:
            for variant in story.variants:
                for calm in (False, True) if story.twin else (False,):
                    self._numbers[story.id] += 1
                    ident = f"{story.id}#{self._numbers[story.id]}"
                    shops = self._shops[:2] if "shops" in story.requires else shared
                    shop = self._shops[-1] if story.exclusive else shops[count % len(shops)]
                    play = Play(
                        ident, story, variant, shop=shop, calm=calm, declared=self._declared, clock=self._clock,
                        subject=self._subject,
                    )  # fmt: skip
                    if reason := inapplicable[id(story)]:
                        play.outcome, play.reason = "not applicable", reason
                        left_out.append(play)
                        continue
                    waiting = self._exclusive if story.exclusive else self._ordinary
                    (self._alone if story.alone else waiting).append(play)
                    count += not story.exclusive
        return left_out

    def _longest_first(self) -> None:
        for waiting in (self._ordinary, self._exclusive):
            ordered = sorted(waiting, key=self._turn)
            waiting.clear()
            waiting.extend(ordered)

    def _turn(self, play: Play) -> tuple[bool, float]:
        """Return what *play* is ordered by: those that keep a spare shop from others come first, then the longest."""
        return ("shops" not in play.story.requires, -length(play.variant, self._declared))

    def _inapplicable(self, story: Story) -> str:
        """Return why *story* cannot be played against this target; empty if it can."""
        missing = undeclared(story, self._declared)
        if missing:
            return say("play.undeclared", "the target does not declare {names}", names=", ".join(missing))
        if "shops" in story.requires and len(self._shops) < 2:
            return say("play.one_shop", "there is one shop alone")
        if story.moves_time and self._subject is None:
            return say("play.no_clock", "nobody here can move the integration's time")
        if story.crashes and self._subject is None:
            return say("play.no_restart", "nobody here can start the integration again")
        return self._untold(story)

    def _untold(self, story: Story) -> str:
        """Return why the ERP has no way to tell what its people decide in *story*; empty if it has."""
        profile = registry.profile(self._declared.profile)
        mapping = self._declared.mapping or profile.mapping()
        acts = {act.act for variant in story.variants for act in acts_of(variant.steps)} & DECISIONS.keys()
        reasons = (profile.cannot(mapping, DECISIONS[act]) for act in sorted(acts))
        return next(filter(None, reasons), "")

    def _start_some(self) -> None:
        exclusive = {running.play.shop for running in self._running if running.play.story.exclusive}
        ordinary = sum(not running.play.story.exclusive for running in self._running)
        for play in list(self._ordinary):
            if ordinary < self._at_once and play.shop not in exclusive:
                self._ordinary.remove(play)
                self._start(play)
                ordinary += 1
        for play in list(self._exclusive):
            if shop := self._shop_for(play.story):
                self._exclusive.remove(play)
                play.shop = shop
                self._start(play)
        if self._alone and not (self._ordinary or self._exclusive or self._running):
            self._start(self._alone.popleft())

    def _shop_for(self, story: Story) -> str:
        """Return a shop that an exclusive play of *story* may have now: one with its like, or with nobody; or none."""
        plays = [running.play for running in self._running]
        if story.among and (like := [play.shop for play in plays if play.story.among == story.among]):
            return like[0]
        taken = {play.shop for play in (*plays, *self._ordinary)}
        return next((shop for shop in reversed(self._shops) if shop not in taken), "")

    def _start(self, play: Play) -> None:
        running = _Running(play, play.script(self._control, self.seen))
        self._running.append(running)
        self._report("started", play)
        self._resume(running, None)

    def _follow(self) -> None:
        """Take in what the ledger has, waiting a little for something new."""
        self._stopping.wait(self._pace)
        while True:
            entries = self._control.ledger(self.seen.seq, wait=_POLL, limit=_PAGE)
            self.seen.take(entries)
            if len(entries) < _PAGE:
                return

    def _advance(self) -> None:
        """Move every open play on as far as it goes."""
        for running in list(self._running):
            while running in self._running:
                pause = running.play.pause
                if pause.met():
                    self._resume(running, True)
                elif pause.over(self._clock.mono()):
                    self._resume(running, False)
                else:
                    break

    def _resume(self, running: _Running, answer: bool | None) -> None:
        play = running.play
        try:
            play.pause = next(running.script) if answer is None else running.script.send(answer)
        except StopIteration:
            self._running.remove(running)
            self._ended(play, play.end(self._control))
            return
        if play.settling and not running.settling:
            running.settling = True
            self._report("settling", play)

    def _ended(self, play: Play, result: PlayResult) -> None:
        self._results.append(result)
        self._played.setdefault(play.shop, []).extend(result.refunds)
        self._report("ended", play, result)

    def _report(self, event: str, play: Play, result: PlayResult | None = None) -> None:
        story = play.story
        done, still = len(self._results), len(self._running)
        if self.on_progress:
            self.on_progress(Progress(event, play.id, story.id, story.title, done, self._total, still, result))

    def _abandon(self, reason: Phrase) -> None:
        """End what is open, and say of the rest that it was not started."""
        for running in list(self._running):
            running.script.close()
            self._running.remove(running)
            self._ended(running.play, running.play.end(self._control, reason))
        for play in (*self._ordinary, *self._exclusive, *self._alone):
            self._ended(play, play.end(self._control, say("play.not_started", "not started: {reason}", reason=reason)))
        for waiting in (self._ordinary, self._exclusive, self._alone):
            waiting.clear()
