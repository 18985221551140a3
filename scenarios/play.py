"""One play: a story's variant on one shop, advanced step by step as the ledger shows what happened."""

from collections.abc import Generator, Sequence
from typing import Any

import msgspec

from scenarios import reactions, settle, spans, waits
from scenarios.acts import FORMS
from scenarios.circumstances import DECLARED
from scenarios.names import LAST
from scenarios.pause import Pause
from scenarios.sandbox import Sandbox, Subject
from scenarios.seen import Seen
from scenarios.story import (
    Arm,
    Crash,
    Do,
    Lift,
    MoveOn,
    Set,
    Settle,
    Step,
    Story,
    Together,
    Variant,
    Wait,
    is_disturbance,
)
from scenarios.terms import terms
from scenarios.unplayed import Unplayed, refused
from scenarios.words import say
from simulator.client import ControlError
from simulator.clock import Clock, from_text
from simulator.errors import UserError
from simulator.faults.plan import FAULTS, OF_A_SHOP
from simulator.ledger.declaration import Declaration
from simulator.phrase import zh


class PlayResult(msgspec.Struct, frozen=True, kw_only=True):
    """How a play ended. Whether the integration did right is the rules' business, not the engine's."""

    play: str
    story: str
    title: dict[str, str] = {}
    outcome: str
    """passed (played to its end), inconclusive, or not applicable."""
    reason: str = ""
    reason_zh: str = ""
    """The same in Chinese."""
    seconds: float = 0.0
    settled: str = ""
    """rest, limit (of the declared time), or empty."""
    refunds: tuple[str, ...] = ()


Script = Generator[Pause, bool, None]


class Play:
    """Plays one variant. `script` yields what it waits for and is sent whether that was met in time."""

    def __init__(
        self,
        ident: str,
        story: Story,
        variant: Variant,
        *,
        shop: str,
        calm: bool,
        declared: Declaration,
        clock: Clock,
        subject: Subject | None = None,
    ) -> None:
        """Prepare; nothing is done before `script` is run. *subject* is the integration."""
        self.id = ident
        self.story = story
        self.shop = shop
        self.calm = calm
        self.outcome = "passed"
        self.reason = ""
        self.settled = ""
        self.settling = False
        self.pause = Pause(lambda: False, lambda now: now < 0)
        """What it waits for now; the engine keeps it."""
        self.variant = variant
        self._declared = declared
        self._trades: dict[str, list[dict[str, Any]]] = {}
        self._refunds: dict[str, list[str]] = {}
        self._hooks: dict[str, Do] = {}
        self._faults: dict[str, str] = {}
        self._clock = clock
        self._subject = subject
        self._settings: dict[str, Any] = {}
        self._shops_own: dict[str, Any] = {}
        """What the settings of the shop were before; None: the run's."""
        """Values as they were before this play changed them."""
        self._began = 0
        self._standing: set[str] = set()
        """Names of the faults that have not been lifted."""
        self._calmed = 0
        """When the last of them were."""

    def result(self) -> PlayResult:
        """Return how it ended (or stands)."""
        return PlayResult(
            play=self.id,
            story=self.story.id,
            title=self.story.title,
            outcome=self.outcome,
            reason=str(self.reason),
            reason_zh=zh(self.reason),
            seconds=round((self._clock.mono() - self._began) / 1e6, 2) if self._began else 0.0,
            settled=self.settled,
            refunds=tuple(self._all()),
        )

    def script(self, control: Sandbox, seen: Seen) -> Script:
        """Play the steps, settle, and leave no fault behind."""
        self._began = self._clock.mono()
        self._mark(control, "started", judges=list(self.story.judges), shop=self.shop)
        try:
            self._open_trades(control, seen)
            for step in self.variant.steps:
                if not (self.calm and is_disturbance(step)):
                    yield from self._step(step, control, seen)
            self._check_hooks(seen)
        except Unplayed as why:
            self.outcome, self.reason = "inconclusive", why.reason
        except ControlError as error:
            if not error.status:
                raise  # nobody answers: that is the harness's trouble, not the story's
            self.outcome = "inconclusive"
            self.reason = say("play.undone", "the simulator could not do it: {error}", error=error.words)
        self._calm(control)
        self.settling = True
        self._mark(control, "settling")
        yield from self._settle(seen)

    def end(self, control: Sandbox, reason: str = "") -> PlayResult:
        """Write how it ended into the ledger; with a *reason* it was cut short."""
        if reason:
            self.outcome, self.reason = "inconclusive", self.reason or reason
            self._calm(control)
        result = self.result()
        self._mark(
            control,
            "ended",
            outcome=result.outcome,
            reason=result.reason,
            reason_zh=result.reason_zh,
            seconds=result.seconds,
            settled=result.settled,
        )
        return result

    def _calm(self, control: Sandbox) -> None:
        """Leave no fault and no hook behind, and every setting as it was."""
        control.lift(play=self.id)
        control.drop(play=self.id)
        if self._standing:  # their end disturbs, and is not seen yet
            self._calmed = self._clock.mono()
            self._standing.clear()
        for name, value in self._settings.items():
            control.setting(name, value)
        for name, value in self._shops_own.items():
            control.shop_setting(self.shop, name, value)
        self._settings.clear()
        self._shops_own.clear()

    def _mark(self, control: Sandbox, event: str, **detail: Any) -> None:
        about = {"play": self.id, "story": self.story.id, "twin": self._twin(), "calm": self.calm, "event": event}
        control.mark("play", about | detail, play=self.id, refunds=self._all())

    def _twin(self) -> str:
        # The number of the variant, so that only plays of the same values are twins.
        return f"{self.story.twin}/{self.story.variants.index(self.variant) + 1}" if self.story.twin else ""

    def _all(self) -> list[str]:
        return [refund for group in self._refunds.values() for refund in group]

    def _open_trades(self, control: Sandbox, seen: Seen) -> None:
        counts = {trade.name: trade.many(seen.scans.page_size) for trade in self.variant.trades}
        wanted = [
            spec for trade in self.variant.trades for spec in [terms(trade, self.shop, self.id)] * counts[trade.name]
        ]
        made = iter(control.trades(wanted))
        self._trades = {name: [next(made) for _ in range(count)] for name, count in counts.items()}

    def _step(self, step: Step, control: Sandbox, seen: Seen) -> Script:
        match step:
            case Wait():
                yield from self._wait(step, seen)
                self._check_hooks(seen)
            case Settle():
                yield from self._settle(seen)
            case Do() if step.at is not None:
                self._hang(step, control)
            case Do() if step.reacts:
                yield from self._react(step, control, seen)
            case Do():
                self._act((step,), control)
            case Together():
                self._act(step.acts, control)
            case Arm():
                self._arm(step, control)
            case Lift():
                self._lift(step, control)
            case Set():
                self._set(step, control)
            case MoveOn():
                yield from self._move(step, control, seen)
            case Crash():
                yield from self._crash(step)

    def _ids(self, name: str) -> list[str]:
        """Return the refund ids behind a name: a whole group `r`, or one of it, `r.3` or `r.last`."""
        group, dot, number = name.partition(".")
        found = self._refunds.get(group, [])
        if number == LAST:
            return found[-1:]
        return [found[int(number) - 1]] if dot and len(found) >= int(number) else found

    def _calls(self, step: Do) -> list[dict[str, Any]]:
        """Return an act as the control API takes it, once for each refund or trade that it is about."""
        form = FORMS[step.act]
        about, args = form.about, dict(step.args)
        for name, kind in form.takes.items():
            if kind == "span" and name in args:
                args[name] = spans.seconds(args[name], self._declared.tempo)
        if about == "refund":
            named = FORMS[step.act].named
            targets: list[dict[str, Any]] = [{named: refund} for refund in self._ids(step.refund)]
        elif about == "shop":
            targets = [{"shop": self.shop}]
        elif about == "trade" or (about == "order" and not step.order):
            targets = [{"tid": trade["tid"]} for trade in self._trades[step.trade]]
        else:
            targets = [{"oid": trade["oids"][max(0, step.order - 1)]} for trade in self._trades[step.trade]]
        return [{"act": step.act, "args": target | args, "play": self.id} for target in targets]

    def _act(self, steps: Sequence[Do], control: Sandbox) -> None:
        self._do([(step, call) for step in steps for call in self._calls(step)], control)

    def _do(self, asked: Sequence[tuple[Do, dict[str, Any]]], control: Sandbox) -> None:
        answers = control.acts([call for _, call in asked])
        for (step, _), answer in zip(asked, answers, strict=True):
            if answer["accepted"]:
                result = answer.get("result", {})
                made = result.get("refund_id") or result.get("dispute_id")
                if FORMS[step.act].about == "apply" and made:
                    self._refunds.setdefault(step.refund, []).append(str(made))
                if step.becomes:
                    self._turned(step, str(result.get("became", "")))
            elif not step.may_refuse:
                raise refused(step, answer["reason"], answer.get("reason_zh", ""))

    def _react(self, step: Do, control: Sandbox, seen: Seen) -> Script:
        """Let people do *step* when they come to it, one refund after the other."""
        calls, began = self._calls(step), self._clock.mono()
        about = (self.story.id, self.story.variants.index(self.variant), step.line)
        for after, place in reactions.delays(step.reacts, self._declared.tempo, seen.seed, len(calls), *about):
            yield Pause.until(began + int(after * 1e6))
            self._do([(step, calls[place])], control)

    def _turned(self, step: Do, refund: str) -> None:
        """Note the number of the refund into which an exchange has turned by *step*."""
        if refund:
            self._refunds.setdefault(step.becomes, []).append(refund)
        elif not step.may_refuse:
            raise refused(step, say("act.no_turn", "the exchange did not turn into a refund by it"), "")

    def _hang(self, step: Do, control: Sandbox) -> None:
        assert step.at is not None
        if step.at.page:
            spec = {"call": step.at.call, "moment": step.at.moment, "shop": self.shop, "page": step.at.page}
            for call in self._calls(step):
                self._hooks[control.hook({**spec, **call})] = step
            return
        for refund, call in zip(self._ids(step.at.refund), self._calls(step), strict=False):
            spec = {"call": step.at.call, "moment": step.at.moment, "refund": refund}
            self._hooks[control.hook({**spec, **call})] = step

    def _check_hooks(self, seen: Seen) -> None:
        for hook, step in self._hooks.items():
            act = seen.hooked.get(hook)
            if act is not None and not act.accepted and not step.may_refuse:
                raise refused(step, act.reason, act.reason_zh)

    def _arm(self, step: Arm, control: Sandbox) -> None:
        spec: dict[str, Any] = {"fault": step.fault, "play": self.id, "times": step.times, **step.options}
        spec |= {key: value for key in ("call", "skip", "page") if (value := getattr(step, key))}
        if step.page or (step.call or FAULTS[step.fault].call) in OF_A_SHOP:
            spec["shop"] = self.shop
        for refund in self._ids(step.refund) if step.refund else [""]:
            self._faults[step.name] = control.fault(spec | ({"refund": refund} if refund else {}))
        self._standing.add(step.name)

    def _lift(self, step: Lift, control: Sandbox) -> None:
        if step.name:
            control.lift(self._faults[step.name])
            self._standing.discard(step.name)
        else:
            control.lift(play=self.id)
            self._standing.clear()

    def _set(self, step: Set, control: Sandbox) -> None:
        known = control.shop_settings(self.shop) if step.shop else control.settings()
        for name, wanted in step.values.items():
            value = self._declared.tempo.lag if wanted == DECLARED else wanted
            if step.shop:
                own = known[name]["origin"].startswith("shop: ")
                self._shops_own.setdefault(name, known[name]["value"] if own else None)
                control.shop_setting(self.shop, name, value)
            else:
                self._settings.setdefault(name, known[name]["value"])
                control.setting(name, value)

    def _move(self, step: MoveOn, control: Sandbox, seen: Seen) -> Script:
        """Move everybody's time on, and go on when the integration has read up to the new one."""
        moved: dict[str, Any] = {}

        def ours() -> float:
            moved.update(control.move_on(by=step.by, to=step.to, play=self.id))
            return float(moved["shift"])

        if self._subject is None:
            raise Unplayed(say("play.no_clock", "nobody here can move the integration's time"))
        since, began = seen.seq, self._clock.mono()
        self._subject.move_on(ours)
        then = from_text(moved["now"])
        most = waits.catching_up(float(moved["by"]), seen, self._declared)
        read = yield Pause(
            lambda: bool(seen.scans.complete_since(self.shop, since, then)), lambda now: now - began > most * 1e6
        )
        if not read:
            raise Unplayed(
                say("play.behind", "{seconds} s after the time was moved on the integration had not read up to {now}",
                    seconds=f"{most:.0f}", now=moved["now"])
            )  # fmt: skip

    def _crash(self, step: Crash) -> Script:
        """Kill the integration, leave it dead for a while, and start it again."""
        if self._subject is None:
            raise Unplayed(say("play.no_restart", "nobody here can start the integration again"))
        self._subject.kill()
        away, began = spans.seconds(step.down, self._declared.tempo) if step.down else 0.0, self._clock.mono()
        if away:
            yield Pause.until(began + int(away * 1e6))
        try:
            self._subject.start()
        except UserError as error:
            raise Unplayed(
                say("play.not_again", "after a kill it did not start: {reason}", reason=str(error))
            ) from error

    def _wait(self, step: Wait, seen: Seen) -> Script:
        refunds = [] if step.kind == "fault" else self._ids(step.of)
        since, began = seen.seq, self._clock.mono()
        fault = self._faults.get(step.of, "")

        def here() -> waits.Here:
            return waits.Here(since=since, began=began, now=self._clock.mono(), declared=self._declared)

        met = yield Pause(
            lambda: waits.met(step, refunds, seen, here(), fault=fault),
            lambda now: now - began > waits.cap(step, seen, self._declared, now) * 1e6,
        )
        if not met:
            waited = (self._clock.mono() - began) / 1e6
            last = waits.last_seen(step, refunds, seen, here(), fault=fault)
            raise Unplayed(
                say(
                    "play.waited",
                    "waited {seconds} s for {what}; last seen: {last}{gone}",
                    seconds=f"{waited:.0f}",
                    what=waits.described(step),
                    last=last,
                    gone=say("play.gone", "; the integration has exited") if seen.exited else "",
                )
            )

    def _settle(self, seen: Seen) -> Script:
        refunds = self._all()

        def over(now: int) -> bool:
            quiet = settle.undisturbed(refunds, self.id, seen, now=now, since=max(self._began, self._calmed))
            return quiet > settle.limit(refunds, self._declared, seen)

        def rests() -> bool:
            return bool(settle.settled(refunds, self.id, self.shop, seen, self._declared, self._clock.mono()))

        rested = yield Pause(rests, over)
        self.settled = "rest" if rested else "limit"
