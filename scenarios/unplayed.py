"""Why the rest of a play cannot be played."""

from scenarios.story import Do
from scenarios.words import say
from simulator.phrase import written


class Unplayed(Exception):
    """The rest of the steps cannot be played; *reason* says why."""

    def __init__(self, reason: str) -> None:
        """Keep the *reason*, a text or a phrase."""
        super().__init__(reason)
        self.reason = reason


def refused(step: Do, reason: str, reason_zh: str) -> Unplayed:
    """Return that the act of *step* was refused, and why."""
    why = written(reason, reason_zh)
    return Unplayed(say("play.refused", "{act} was refused: {reason}", act=step.act, reason=why))
