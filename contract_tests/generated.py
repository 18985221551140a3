"""Stories that nobody wrote: Hypothesis draws them from a walk over the life-cycle table.

Generation is separate from playing: the same seed draws the same stories, whatever the integration does.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import msgspec
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from contract_tests.walk import Walk
from scenarios.story import Story
from simulator.chance import chance

T = TypeVar("T")

BEATS = (2, 3, 3, 4, 4, 5, 5, 6, 7, 8)
"""How many acts follow the application."""

AT_ONCE = 16
"""How many stories are drawn together: few, so that the first are played soon."""


@st.composite
def stories(draw: Callable[[st.SearchStrategy[bool]], bool], kinds: Sequence[str]) -> Story:
    """Draw a story for an integration that handles refunds of *kinds*; it has no number yet."""

    def pick(options: Sequence[T]) -> T:
        # Whole numbers would be drawn partly from the constants of whatever modules are loaded, and so depend on
        # the process; coins do not. Eight are enough to make the remainder's bias small.
        number = 0
        for _ in range(8):
            number = 2 * number + draw(st.booleans())
        return options[number % len(options)]

    return Walk(pick, kinds).story(pick(BEATS))


def drawn(kinds: Sequence[str], number: int) -> Iterator[Story]:
    """Yield the stories of seed *number* without end, each one once, numbered from X001; none without *kinds*.

    Hypothesis likes to draw slight changes of what it drew before; the same acts in a row are yielded only once.
    """
    known: set[bytes] = set()
    if not kinds:
        return
    last: dict[str, str] = {}
    round_ = 0
    while True:
        for story in _draw(kinds, chance(number, "explore", round_).getrandbits(63)):
            content = msgspec.json.encode(story.variants)
            if content not in known and story.title != last:
                known.add(content)
                last = story.title
                yield msgspec.structs.replace(story, id=f"X{len(known):03d}")
        round_ += 1


def _draw(kinds: Sequence[str], number: int) -> list[Story]:
    found: list[Story] = []

    @seed(number)
    @settings(
        phases=[Phase.generate],
        database=None,
        derandomize=False,
        deadline=None,
        max_examples=AT_ONCE,
        suppress_health_check=list(HealthCheck),
    )
    @given(stories(kinds))
    def collect(story: Story) -> None:
        found.append(story)

    collect()
    return found
