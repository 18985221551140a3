"""What will be played and how long it takes: printed before anything starts."""

from collections.abc import Sequence

import msgspec

from rehearsal.charts import seconds
from rehearsal.words import say
from scenarios.lengths import length
from scenarios.story import Story, undeclared
from simulator.ledger.declaration import Declaration


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One run's plan. Times in seconds."""

    command: str
    """What was asked for, as it goes into the ledger: `rehearse --mutant M32`."""
    stories: tuple[Story, ...] = ()
    explore: float = 0.0
    rate: float = 0.0
    """Refunds a second of the load; 0: no load."""
    load_seconds: float = 0.0
    peak: float = 1.0
    """How many times the rate comes in the middle fifth of the load."""
    shops: int = 2
    most: float | None = None
    """The limit set by --max-time."""

    def about(self, declared: Declaration) -> float:
        """Return about how many seconds the run takes with what a target has *declared*."""
        tempo = declared.tempo
        start = 1.5 + max(1.5, 3 * tempo.poll)  # the processes, and what the doctor watches
        explore = self.explore + tempo.poll if self.explore else 0.0
        load = self.load_seconds + 6 * tempo.poll + 2 if self.rate else 0.0
        total = start + self._stories(declared) + explore + load + 3
        return total if self.most is None else min(total, self.most)

    def _stories(self, declared: Declaration) -> float:
        """Plays run side by side, so the longest decides; exclusive ones follow each other in the spare shops."""
        stories = [story for story in self.stories if not undeclared(story, declared)]
        lengths = [(story, length(variant, declared)) for story in stories for variant in story.variants]
        alone = sum(time for story, time in lengths if story.alone)
        alone += declared.reconcile if declared.messages else 0.0  # the list is read once more at the end
        ordinary = max((time for story, time in lengths if not (story.exclusive or story.alone)), default=0.0)
        exclusive = sum(time for story, time in lengths if story.exclusive and not (story.alone or story.among))
        left = exclusive + _together(lengths) - ordinary * (self.shops - 1)
        return alone + ordinary + max(0.0, left) / self.shops

    def words(self, declaration: Declaration) -> str:
        """Return the plan in one line: `12 stories, 30 s exploring, 15 s load, about 75 s`."""
        parts = []
        if self.stories:
            count = len(self.stories)
            parts.append(say("plan.story", "1 story") if count == 1 else say("plan.stories", "{n} stories", n=count))
        idle = 0 if declaration.clock else sum(story.moves_time for story in self.stories)
        if idle:
            parts.append(say("plan.no_clock", "{n} of them not applicable for lack of a clock hook", n=idle))
        if self.explore:
            parts.append(say("plan.exploring", "{time} exploring", time=seconds(self.explore * 1000)))
        if self.rate:
            time = seconds(self.load_seconds * 1000)
            parts.append(say("plan.load", "{time} load", time=time))
        about = seconds(self.about(declaration) * 1000)
        parts.append(say("plan.about", "about {time}", time=about))
        return say("plan.comma", ", ").join(parts)


def _together(lengths: Sequence[tuple[Story, float]]) -> float:
    """Return the seconds that exclusive stories take which share a shop: of each name its longest."""
    longest: dict[str, float] = {}
    for story, time in lengths:
        if story.among and not story.alone:
            longest[story.among] = max(longest.get(story.among, 0.0), time)
    return sum(longest.values())
