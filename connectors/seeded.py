"""Which parts the connector is made of, with one seeded bug in one of them or none.

The bugs themselves are in `seeded_reading`, `seeded_writing`, `seeded_deciding`, `seeded_forgetting`,
`seeded_reporting`, `seeded_resending`, `seeded_listening`, `seeded_calling` and `seeded_believing`; each overrides one
method, and changes one thing.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from connectors.ag import Ag
from connectors.answers import Answers
from connectors.callbacks import Callbacks
from connectors.decisions import Decisions
from connectors.delivery import Delivery
from connectors.escalation import Watch
from connectors.exchanges import Exchanges
from connectors.intake import Intake
from connectors.mutants import MUTANTS
from connectors.papers import Papers
from connectors.platform import Platform
from connectors.post import Post
from connectors.reships import Reships
from connectors.seeded_believing import BELIEVING
from connectors.seeded_calling import ASKING, CALLING
from connectors.seeded_deciding import ANSWERING, DECIDING
from connectors.seeded_forgetting import FORGETTING
from connectors.seeded_listening import LISTENING, CreatesAgain, NumberOfTheMessage, StartsAnew, WorksFromMemory
from connectors.seeded_reading import READING, StopAtTrouble
from connectors.seeded_reporting import EXCHANGING, REPORTING, WATCHING
from connectors.seeded_resending import RESENDING, OneKindOfDispute
from connectors.seeded_writing import FILING, WRITING, NeverGivesUp
from connectors.sessions import Session


@dataclass(frozen=True, slots=True)
class Parts:
    """What a connector is made of."""

    papers: type[Papers] = Papers
    delivery: type[Delivery] = Delivery
    answers: type[Answers] = Answers
    ag: type[Ag] = Ag
    exchanges: type[Exchanges] = Exchanges
    reships: type[Reships] = Reships
    watch: type[Watch] = Watch
    intake: type[Intake] = Intake
    decisions: type[Decisions] = Decisions
    post: type[Post] = Post
    session: type[Session] = Session
    platform: type[Platform] = Platform
    callbacks: type[Callbacks] = Callbacks
    reconciles: bool = True
    """Whether a connector that listens to messages reads the list as well."""


class NoSuchMutant(Exception):
    """A bug was asked for by an id that nobody has seeded."""


_CORRECT = Parts()

_SEEDED: Mapping[str, Mapping[str, type]] = {
    "papers": FILING,
    "delivery": WRITING,
    "answers": ANSWERING,
    "ag": REPORTING,
    "exchanges": EXCHANGING,
    "reships": RESENDING,
    "watch": WATCHING,
    "intake": READING,
    "decisions": {**DECIDING, **FORGETTING},
    "post": LISTENING,
    "session": CALLING,
    "platform": ASKING,
    "callbacks": BELIEVING,
}

_PARTS: Mapping[str, Parts] = {
    mutant: replace(_CORRECT, **{part: bug})  # type: ignore[arg-type]
    for part, bugs in _SEEDED.items()
    for mutant, bug in bugs.items()
} | {
    "M06": replace(_CORRECT, post=CreatesAgain, papers=NumberOfTheMessage),
    "M27": replace(_CORRECT, post=WorksFromMemory, intake=StartsAnew),
    "M41": replace(_CORRECT, intake=StopAtTrouble, delivery=NeverGivesUp),
    "M61": replace(_CORRECT, reconciles=False),
    "M85": replace(_CORRECT, delivery=OneKindOfDispute),
}


def parts(mutant: str) -> Parts:
    """Return the parts of the connector with the bug *mutant*, or of the correct one if that is empty.

    Raises:
        NoSuchMutant: if there is no such bug.
    """
    if not mutant:
        return _CORRECT
    if mutant not in _PARTS:
        close = difflib.get_close_matches(mutant, MUTANTS, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise NoSuchMutant(f"there is no mutant {mutant}.{hint} Known: {', '.join(MUTANTS)}.")
    return _PARTS[mutant]
