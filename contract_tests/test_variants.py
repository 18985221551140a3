"""Correct in another way is correct: the judge accuses no variant of the reference connector."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from contract_tests.judge import judge
from contract_tests.kill_matrix import broken
from contract_tests.running import running
from contract_tests.verdict import Verdict
from scenarios.engine import Engine
from scenarios.reading import library
from simulator.client import Control
from simulator.ledger.entry import Decision

pytestmark = pytest.mark.slow

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


@pytest.mark.parametrize(
    ("env", "declared"),
    [
        pytest.param({"INBOUND": "separate"}, {}, id="V06-notices-of-goods-are-documents"),
        pytest.param({"INBOUND": "none"}, {"notices": False}, id="V06-no-notices-of-goods"),
        pytest.param({"HOLD_SCOPE": "trade"}, {"hold_scope": "trade"}, id="V09-the-whole-parcel-is-held"),
    ],
)
@pytest.mark.parametrize("style", ["polling", "messages"])
def test_another_style_of_the_same_work_is_go(
    tmp_path: Path, env: dict[str, str], declared: dict[str, Any], style: str
) -> None:
    with running(tmp_path, env=env, declared=declared, style=style) as here:
        nicks = [shop["nick"] for shop in here.endpoints["shops"]]
        Engine(here.control, here.declaration, nicks, subject=here.integration).play(SIDE_BY_SIDE)

    judgement = judge(here.ledger)
    assert broken(judgement) == frozenset()
    assert judgement.verdict == Verdict.GO, judgement.because


@pytest.mark.parametrize("pays_on", ["part", ""])
def test_who_pays_with_the_first_piece_is_go_if_that_is_declared_or_nothing_is(tmp_path: Path, pays_on: str) -> None:
    stories = [library()[name] for name in ("S04", "S10b", "S19", "S26")]
    with running(tmp_path, env={"PAYS_ON": "part"}, declared={"pays_on": pays_on}) as here:
        nicks = [shop["nick"] for shop in here.endpoints["shops"]]
        Engine(here.control, here.declaration, nicks, subject=here.integration).play(stories)

    judgement = judge(here.ledger)
    assert broken(judgement) == frozenset()
    assert judgement.verdict == Verdict.GO, judgement.because


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
