"""How long people take to react: reviewers, the warehouse and seller's staff, each time as the seed draws it.

A story says between which two spans (`reacts: 0.5s to 2 poll`); an act about a group of refunds is done one after the
other, each when whoever does it has come to it.
"""

from scenarios import spans
from scenarios.located import Located
from scenarios.words import say
from simulator.chance import chance
from simulator.ledger.declaration import Tempo

PEOPLE = ("reviewer", "warehouse", "agent")
"""Whose acts can take a time of their own; what others do is waited for, or follows at once."""
_TO = " to "


def read(node: Located, act: str, text: str) -> str:
    """Return *text* if it says between which spans the reaction of *act* lies; *node* is where it stands.

    Raises:
        UserError: if it does not, or if nobody of `PEOPLE` acts.
    """
    if act.partition(".")[0] not in PEOPLE:
        node.fail(
            say("reacts.who", "{act} is no act of somebody who reacts.", act=act),
            say("reacts.people", "Acts of {names} can have reacts.", names=", ".join(PEOPLE)),
        )
    if text.count(_TO) != 1:
        node.no(repr(text), say("reacts.form", "two spans of time, such as 0.5s to 2 poll"))
    for part in text.split(_TO):
        spans.check(node, part.strip())
    return text


def delays(text: str, tempo: Tempo, seed: int, count: int, *about: object) -> list[tuple[float, int]]:
    """Return after how many seconds each of *count* acts is done, soonest first, with its place.

    *about* is what is drawn for: equal seeds and equal stories give equal times.
    """
    least, most = sorted(spans.seconds(part.strip(), tempo) for part in text.split(_TO))
    return sorted((chance(seed, "reaction", *about, place).uniform(least, most), place) for place in range(count))
