"""A smaller story about one refund: what a finding has nothing to do with is left out. Nothing is replayed."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from scenarios.acts import FORMS
from scenarios.reading import read_story
from scenarios.story import Arm, Do, Lift, Step, Story, Together, Variant, Wait
from scenarios.writing import story_yaml


def smaller(story: Story, refund: str, *, variant: int = 0) -> Story:
    """Return *story* with only what concerns *refund* (its name in the story).

    Refunds on the same sub-order concern each other, because one may be opened only when another is closed.
    All else goes: other refunds, their faults and waits, trades that nobody asks for a refund of.
    """
    chosen = story.variants[variant]
    places = _places(chosen.steps)
    kept = {name for name, place in places.items() if place == places.get(refund)} | {refund}
    steps = tuple(small for step in chosen.steps if (small := _without(step, kept, places.get(refund))))
    trades = tuple(trade for trade in chosen.trades if trade.name == places.get(refund, (trade.name,))[0])
    return msgspec.structs.replace(
        story, variants=(Variant(trades=trades, steps=_named(steps), values=chosen.values),), where=""
    )


def offered(folder: Path, play: str, refunds: Sequence[str], refund: str) -> Path | None:
    """Write a smaller story for a finding beside the generated one, and return its file, or None if there is none.

    Args:
        folder: where the generated stories lie (`X012.yaml`); the smaller one is `X012a.yaml` for its first refund.
        play: the finding's play, such as `X012#1`.
        refunds: the ids of that play's refunds, in the order of their application.
        refund: the id that the finding is about.
    """
    source = folder / f"{play.partition('#')[0]}.yaml"
    if refund not in refunds or not source.exists():
        return None
    story = read_story(source)
    names = list(_places(story.variants[0].steps))
    if len(names) != len(refunds):  # an application was refused, so nobody knows which id is whose
        return None
    number = list(refunds).index(refund)
    small = smaller(story, names[number])
    if len(small.variants[0].steps) == len(story.variants[0].steps):
        return None
    ident = f"{story.id}{'abcdefghijklmnopqrstuvwxyz'[number]}"
    path = folder / f"{ident}.yaml"
    path.write_text(story_yaml(msgspec.structs.replace(small, id=ident)), encoding="utf-8")
    return path


def _acts(steps: Iterable[Step]) -> Iterable[Do]:
    for step in steps:
        if isinstance(step, Do):
            yield step
        elif isinstance(step, Together):
            yield from step.acts


def _places(steps: Iterable[Step]) -> dict[str, tuple[str, int]]:
    """Return the trade and the sub-order of every refund, exchange and re-send, in the order of their beginning."""
    places: dict[str, tuple[str, int]] = {}
    for act in _acts(steps):
        if FORMS[act.act].about == "apply":
            places[act.refund] = (act.trade, act.order)
        elif act.becomes:
            places[act.becomes] = places[act.refund]
    return places


def _without(step: Step, kept: set[str], place: tuple[str, int] | None) -> Step | None:
    """Return *step*, or what is left of it, or nothing."""
    if isinstance(step, Together):
        acts = tuple(act for act in step.acts if _concerns(act, kept, place))
        return msgspec.structs.replace(step, acts=acts) if acts else None
    if isinstance(step, Do):
        return step if _concerns(step, kept, place) else None
    if isinstance(step, Wait):
        return step if step.kind == "fault" or step.of.partition(".")[0] in kept else None
    if isinstance(step, Arm):
        return step if not step.refund or step.refund.partition(".")[0] in kept else None
    return step


def _concerns(act: Do, kept: set[str], place: tuple[str, int] | None) -> bool:
    if act.refund:
        return act.refund.partition(".")[0] in kept
    if place is None or act.trade != place[0]:
        return False
    return act.order in (0, place[1])


def _named(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return *steps* without those that speak of a fault that is no longer armed."""
    armed = {step.name for step in steps if isinstance(step, Arm)}
    return tuple(
        step
        for step in steps
        if not (isinstance(step, Wait) and step.kind == "fault" and step.of not in armed)
        and not (isinstance(step, Lift) and step.name not in {"", *armed})
    )
