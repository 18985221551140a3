"""The longest stories are known before they are played."""

import pytest

from scenarios.lengths import length
from scenarios.reading import library
from simulator.ledger.declaration import Declaration, Tempo

QUICK = Declaration(tempo=Tempo(poll=0.5, sla=10, backoff=3, grace=0.5, margin=5, lag=1))


@pytest.mark.parametrize(("longer", "shorter"), [("S23", "S18"), ("S18", "S01"), ("S41", "S33"), ("S52d", "S52c")])
def test_a_story_that_waits_for_more_is_longer(longer: str, shorter: str) -> None:
    assert _seconds(longer) > _seconds(shorter)


def test_a_deadline_that_passes_takes_its_time() -> None:
    assert _seconds("S23") > 17


def _seconds(story: str) -> float:
    return length(library()[story].variants[0], QUICK)
