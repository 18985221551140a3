"""Correct in another way is correct: the judge accuses no variant of the reference connector."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from contract_tests.conftest import Case, Played
from contract_tests.judge import judge
from contract_tests.kill_matrix import broken
from contract_tests.running import running
from contract_tests.verdict import Verdict
from scenarios.engine import Engine
from scenarios.reading import library
from simulator.client import Control
from simulator.ledger.entry import Decision, Mark
from simulator.ledger.replay import read

pytestmark = pytest.mark.slow

ELSEWHERE = frozenset({"messages", "callbacks"})
"""What the connector that polls does not have."""
SIDE_BY_SIDE = [story for story in library().values() if not story.exclusive]
"""Those that follow each other take minutes, and are about faults of lists and the calendar, not about styles."""


class Staff(threading.Thread):
    """People in 千牛 who do every second decision of the ERP by hand, at once."""

    _DO: Mapping[str, str] = {
        "approve": "agent.agree",
        "approve_return": "agent.agree_return",
        "receive": "agent.agree",
    }

    def __init__(self, control: Control) -> None:
        """Watch the ledger of *control*."""
        super().__init__(name="staff", daemon=True)
        self._control = control
        self._leaving = threading.Event()
        self.done = 0

    def run(self) -> None:
        """Do what was decided, until told to stop."""
        after, decided = 0, 0
        while not self._leaving.is_set():
            for entry in self._control.ledger(after, wait=0.2):
                after = entry.seq
                if isinstance(entry, Decision) and entry.decision in self._DO:
                    decided += 1
                    if decided % 2:
                        act = self._control.act(self._DO[entry.decision], {"refund": entry.refunds[0]})
                        self.done += bool(act["accepted"])

    def stop(self) -> None:
        """Go home."""
        self._leaving.set()
        self.join()


VARIANTS: Mapping[str, tuple[Mapping[str, str], Mapping[str, Any]]] = {
    "V06-notices-of-goods-are-documents": ({"INBOUND": "separate"}, {}),
    "V06-no-notices-of-goods": ({"INBOUND": "none"}, {"notices": False}),
    "V09-the-whole-parcel-is-held": ({"HOLD_SCOPE": "trade"}, {"hold_scope": "trade"}),
}
"""What its environment and its target say of it."""


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(Case(SIDE_BY_SIDE, {"style": style, "env": env, "declared": declared}), id=f"{name}-{style}")
        for style in ("polling", "messages")
        for name, (env, declared) in VARIANTS.items()
    ],
)
def test_another_style_of_the_same_work_is_go(played: Callable[[Case], Played], case: Case) -> None:
    judgement = played(case).judgement

    assert broken(judgement) == frozenset()
    assert judgement.verdict == Verdict.GO, judgement.because


PIECES = [
    Case([library()[name] for name in ("S04", "S10b", "S19", "S26")], {"env": {"PAYS_ON": "part"}, "declared": said})
    for said in ({"pays_on": "part"}, {"pays_on": ""})
]


@pytest.mark.parametrize("case", PIECES, ids=["declared", "undeclared"])
def test_who_pays_with_the_first_piece_is_go_if_that_is_declared_or_nothing_is(
    played: Callable[[Case], Played], case: Case
) -> None:
    judgement = played(case).judgement

    assert broken(judgement) == frozenset()
    assert judgement.verdict == Verdict.GO, judgement.because


SLOWER, SLOWER_STILL = (
    Case([story for story in SIDE_BY_SIDE if ("DDL-02" in story.judges) is late], {"env": {"POLL": "3.5"}})
    for late in (False, True)
)
"""Deadlines follow from the declared tempo, and this connector does not keep it: it hears of them too late."""


@pytest.mark.parametrize("case", [SLOWER], ids=["slower"])
def test_a_connector_that_polls_seven_times_slower_gets_the_same_verdict(
    played: Callable[[Case], Played], case: Case
) -> None:
    judgement = played(case).judgement

    assert broken(judgement) == frozenset()
    assert judgement.verdict == Verdict.GO, judgement.because


@pytest.mark.parametrize("case", [SLOWER, SLOWER_STILL], ids=["slower", "deadlines"])
def test_a_connector_that_polls_seven_times_slower_ends_every_play_alike(
    played: Callable[[Case], Played], case: Case
) -> None:
    marks = [entry.detail for entry in read(played(case).ledger) if isinstance(entry, Mark) and entry.name == "play"]

    ended = [mark for mark in marks if mark["event"] == "ended" and mark["outcome"] != "not applicable"]
    assert {mark["story"] for mark in ended} == {
        story.id for story in case.stories if ELSEWHERE.isdisjoint(story.requires)
    }
    assert {(mark["outcome"], mark["settled"], mark["reason"]) for mark in ended} == {("passed", "rest", "")}


def test_staff_who_do_half_of_the_work_by_hand_are_not_held_against_the_connector(tmp_path: Path) -> None:
    stories = [library()[name] for name in ("S01", "S02", "S04", "S05", "S11")]
    with running(tmp_path) as here:
        staff = Staff(here.control)
        staff.start()
        nicks = [shop["nick"] for shop in here.endpoints["shops"]]
        Engine(here.control, here.declaration, nicks, subject=here.integration).play(stories)
        staff.stop()

    assert staff.done
    assert broken(judge(here.ledger)) == frozenset()
