"""People react in their own time: between two spans, as the seed draws it."""

import pytest

from scenarios import reactions
from scenarios.engine import Engine
from scenarios.miniature import Miniature
from scenarios.reading import read_text
from scenarios.story import Do, Story
from scenarios.writing import story_yaml
from simulator.errors import UserError
from simulator.ledger.declaration import Declaration, Tempo
from simulator.ledger.entry import Act, Header

TEMPO = Tempo.for_poll(0.5)
STORY = """\
id: S90
title: slow people
given:
  trade: {{count: 3, orders: [{{price: 8.35}}]}}
steps:
  - buyer.apply: {{refund: r, kind: refund_only}}
  - wait: {{document: r, status: pending}}
  - {step}
"""


def _story(step: str) -> Story:
    return read_text(STORY.format(step=step), "mine.yaml")


def _approvals(seed: int) -> list[tuple[float, str]]:
    """Return when each refund was approved, in seconds since the first one could be, and which one."""
    small = Miniature()
    small._write(Header(seed=seed))
    story = _story("reviewer.approve: r\n    reacts: 1s to 4 poll + 1s")
    Engine(small, Declaration(tempo=TEMPO), ["shop"], clock=small.clock).play([story])
    acts = [entry for entry in small.entries if isinstance(entry, Act) and entry.act == "reviewer.approve"]
    return [(entry.mono / 1e6, str(entry.args["refund"])) for entry in acts]


def test_each_refund_is_come_to_in_its_own_time_and_equal_seeds_give_equal_times() -> None:
    first, again, other = _approvals(1), _approvals(1), _approvals(2)

    assert len(first) == 3
    assert first == again != other
    assert first[-1][0] - first[0][0] < 2


def test_times_lie_between_the_two_spans_and_come_soonest_first() -> None:
    found = reactions.delays("2s to 1 poll", TEMPO, 7, 50, "S90", 3)

    assert found == sorted(found)
    assert {place for _, place in found} == set(range(50))
    assert all(0.5 <= after <= 2 for after, _ in found)
    assert max(found)[0] - min(found)[0] > 1


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("buyer.withdraw: r\n    reacts: 0s to 1s", "buyer.withdraw is no act of somebody who reacts"),
        ("reviewer.approve: r\n    reacts: 2 sec", "two spans of time, such as 0.5s to 2 poll"),
        ("reviewer.approve: r\n    reacts: 1s to 2 sec", "a span of time, such as 20s"),
        ("at: {call: tmall.detail, refund: r, moment: before effect}\n    reviewer.approve: r\n    reacts: 0s to 1s",
         "so does reacts"),
        ("together:\n      - {reviewer.approve: r, reacts: 0s to 1s}", "no time of their own"),
    ],
)  # fmt: skip
def test_a_mistake_says_what_would_be_right(step: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        _story(step)


def test_a_story_with_reactions_is_written_as_it_was_read() -> None:
    story = _story("warehouse.receive: r\n    reacts: 0s to 1 poll")
    again = read_text(story_yaml(story), "again.yaml")

    (done, repeated) = (found.variants[0].steps[-1] for found in (story, again))
    assert isinstance(done, Do)
    assert isinstance(repeated, Do)
    assert done.reacts == repeated.reacts == "0s to 1 poll"
