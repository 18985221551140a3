"""What a story is: people, their orders, and what they do, wait for and suffer, step by step.

`scenarios.reading` reads stories from YAML, `scenarios.writing` writes them back, `scenarios.engine` plays them.
A story names its refunds itself (`r`); their numbers come from the simulator when it is played. Money is fen.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from simulator.faults.kind import ConcernsAll
from simulator.faults.plan import FAULTS
from simulator.ledger.declaration import Declaration


class OrderSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One sub-order of a trade. `price` and `paid` in fen; `paid` None: price times num."""

    price: int
    num: int = 1
    sku: str = ""
    title: str = ""
    paid: int | None = None


class TradeSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A trade that exists before the first step; with `count` above 1 as many equal ones (a *bulk*)."""

    name: str = "trade"
    orders: tuple[OrderSpec, ...]
    shipped: bool = False
    finished: bool = False
    post_fee: int = 0
    """Fen."""
    count: int = 1
    pages: int = 0
    """If set, there are so many that they fill this number of pages of the integration's list, and `more`."""
    more: int = 0

    def many(self, page: int) -> int:
        """Return how many there are where a page of the list has *page* rows."""
        return max(1, self.pages * page + self.more) if self.pages else self.count


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """The moment of an exchange at which an act shall happen: `tmall.agree`, of this refund, `before effect`.

    A list is about no refund; there it is the `page` that counts.
    """

    call: str
    refund: str
    moment: str
    page: int = 0


class Do(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="act"):
    """Somebody acts. `refund` is the story's name of the refund it is about (or that it creates)."""

    act: str
    refund: str = ""
    trade: str = ""
    """The trade applied to, shipped or finished, by its name in the story."""
    order: int = 0
    """Which of its sub-orders, counted from 1; 0: the whole trade, or its only one."""
    becomes: str = ""
    """The story's name of the refund into which the exchange turns by it."""
    args: dict[str, Any] = {}
    """The other arguments, as the control API takes them; amounts are yuan text."""
    may_refuse: bool = False
    """It is part of the story that this may be impossible by now."""
    at: Moment | None = None
    reacts: str = ""
    """Between which spans of time it is done (`scenarios.reactions`); empty: at once."""
    line: int = 0


class Together(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="together"):
    """Several acts with nothing between them: no call of the integration can come in the middle."""

    acts: tuple[Do, ...]
    line: int = 0


class Wait(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="wait"):
    """Go on when this is seen; `scenarios.waits` says what each kind looks at."""

    kind: str
    """A key of `scenarios.forms.WAITS`."""
    of: str
    """The refund waited for (for `fault` the fault's name in the story)."""
    wants: dict[str, Any] = {}
    """What must be so: status, amount (fen), type, waybill, hold, decision, call, moment, times, struck."""
    line: int = 0


class Arm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="fault"):
    """From now on something goes wrong. Without `refund` it concerns whatever belongs to this play."""

    fault: str
    name: str = "fault"
    """Its name in the story, for `wait` and `lift`."""
    call: str = ""
    refund: str = ""
    times: int = 1
    """How often it strikes each refund (a list: as a whole); 0: until it is lifted."""
    skip: int = 0
    page: int = 0
    options: dict[str, Any] = {}
    line: int = 0


class Lift(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="lift"):
    """The fault of that name ends; without a name, all of this play."""

    name: str = ""
    line: int = 0


class Set(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="setting"):
    """Settings of the simulator, or of the play's shop alone, get other values until the play ends."""

    values: dict[str, Any]
    """By name. `declared` stands for what the target declares (of `list_lag`: its tempo's lag)."""
    shop: bool = False
    """Whether they are the shop's own: others are not concerned."""
    line: int = 0


class MoveOn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="clock"):
    """The time is moved on, of the platform, of the ERP and, by its clock hook, of the integration."""

    by: float = 0.0
    """Seconds."""
    to: str = ""
    """The next such moment (`simulator.moments`)."""
    line: int = 0


class Crash(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="crash"):
    """The integration is killed as by a power cut, and started again."""

    down: str = ""
    """The span of time (`scenarios.spans`) for which it stays away; empty: it is started at once."""
    line: int = 0


class Settle(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="settle"):
    """Wait until both sides are at rest. A story ends so, whether it says it or not."""

    line: int = 0


Step = Do | Together | Wait | Arm | Lift | Set | MoveOn | Crash | Settle


class Variant(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The story with one row of its `with` values filled in. Each variant is a play of its own."""

    trades: tuple[TradeSpec, ...]
    steps: tuple[Step, ...]
    values: dict[str, str] = {}


class Story(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A whole story."""

    id: str
    title: dict[str, str]
    """By language: en, zh."""
    tells: dict[str, str] = {}
    judges: tuple[str, ...] = ()
    """Rules that this story is there to exercise; they become mandatory for the run."""
    variants: tuple[Variant, ...]
    requires: tuple[str, ...] = ()
    """What the target must declare: kinds of refunds, `hold`, `messages`, `callbacks`, `restartable`, two `shops`."""
    exclusive: bool = False
    among: str = ""
    """Exclusive stories that are so among the same name may have a shop together."""
    twin: str = ""
    """If set, each variant is played twice: disturbed, and calm (no faults, settings, clock, crash and `at:` acts)."""
    where: str = ""
    """File and line it was read from."""

    @property
    def moves_time(self) -> bool:
        """Whether it moves the time on, for everybody and for good: such stories come last."""
        return self._has(MoveOn)

    @property
    def crashes(self) -> bool:
        """Whether the integration is killed in it."""
        return self._has(Crash)

    @property
    def alone(self) -> bool:
        """Whether nothing else may be open meanwhile: settings, time, a crash and a side that is shut concern all."""
        return any(map(self._concerns_all, self._steps()))

    def _concerns_all(self, step: Step) -> bool:
        if isinstance(step, Arm):
            return isinstance(FAULTS[step.fault], ConcernsAll)
        return isinstance(step, MoveOn | Crash) or (isinstance(step, Set) and not step.shop)

    def _steps(self) -> Iterator[Step]:
        return (step for variant in self.variants for step in variant.steps)

    def _has(self, kind: type) -> bool:
        return any(isinstance(step, kind) for step in self._steps())

    def named(self, lang: str) -> str:
        """Return the title in *lang*, else in English."""
        return self.title.get(lang) or self.title.get("en") or self.id


def acts_of(steps: Iterable[Step]) -> Iterator[Do]:
    """Yield every act among *steps*, those done together one by one."""
    for step in steps:
        if isinstance(step, Together):
            yield from step.acts
        elif isinstance(step, Do):
            yield step


def undeclared(story: Story, declared: Declaration) -> list[str]:
    """Return what *story* needs of a target and *declared* does not have."""
    has = set(declared.kinds)
    has |= {"hold"} if declared.owns_hold else set()
    has |= {"lag"} if declared.tempo.lag else set()
    flags = ("ag", "messages", "callbacks", "restartable", "escalation", "clock", "renews")
    has |= {"shops"}  # how many there are is no matter of the declaration: the engine knows
    has |= set() if declared.messages else {"polling"}  # it learns of changes from lists alone
    has |= {name for name in flags if getattr(declared, name)}
    kinds = {act.args.get("kind", "") for variant in story.variants for act in acts_of(variant.steps)} - {""}
    handled = [*(["clock"] if story.moves_time else []), *(["restartable"] if story.crashes else [])]
    needed = (*story.requires, *handled, *sorted(kinds))
    return [need for need in dict.fromkeys(needed) if need not in has]


def refunds_of(step: Step) -> tuple[str, ...]:
    """Return the names of the refunds that *step* speaks of."""
    if isinstance(step, Together):
        return tuple(name for act in step.acts for name in refunds_of(act))
    if isinstance(step, Do):
        return tuple(name for name in (step.refund, step.becomes, step.at.refund if step.at else "") if name)
    if isinstance(step, Wait):
        return () if step.kind == "fault" else (step.of,)
    return (step.refund,) if isinstance(step, Arm) and step.refund else ()


def is_disturbance(step: Step) -> bool:
    """Tell whether the calm twin of a story leaves *step* out."""
    if isinstance(step, Arm | Lift | Set | MoveOn | Crash):
        return True
    return (isinstance(step, Do) and step.at is not None) or (isinstance(step, Wait) and step.kind == "fault")
