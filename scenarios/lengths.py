"""About how long a story takes: for the plan that is printed, and so that the longest begin first."""

from scenarios import spans
from scenarios.story import Arm, Crash, Do, MoveOn, Step, Variant, Wait, acts_of
from simulator.ledger.declaration import Declaration, Tempo

_SETTLING = 3
"""Cycles that settling takes."""
_START = 1.0
"""Seconds in which an integration is started again."""


def length(variant: Variant, declared: Declaration) -> float:
    """Return about how many seconds *variant* takes: a wait is about a cycle, and a fault costs a pause."""
    tempo = declared.tempo
    listed = declared.reconcile if declared.messages else tempo.poll
    total = _SETTLING * tempo.poll + max((_span(act, tempo) for act in acts_of(variant.steps)), default=0.0)
    return total + sum(_step(step, tempo, listed) for step in variant.steps)


def _step(step: Step, tempo: Tempo, listed: float) -> float:
    match step:
        case Wait(kind="scan" | "polls"):
            return int(step.wants.get("times", 1)) * listed
        case Wait(kind="overlap"):
            return min(int(step.wants["times"]) * listed, 2 * listed + 8 * tempo.poll)
        case Wait():
            return int(step.wants.get("times", 1)) * tempo.poll
        case Arm():
            return tempo.backoff / 2
        case Crash():
            return _START + (spans.seconds(step.down, tempo) if step.down else 0.0)
        case MoveOn():
            return listed
    return 0.0


def _span(act: Do, tempo: Tempo) -> float:
    """Return the seconds of a deadline that is let pass."""
    return spans.seconds(act.args["left"], tempo) if act.act == "platform.set_deadline" else 0.0
