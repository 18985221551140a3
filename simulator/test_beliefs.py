"""The sandbox says what time the apps believe it is, and when that is another one than its own."""

from pathlib import Path

import pytest

from simulator.beliefs import Beliefs
from simulator.clock import to_text
from simulator.tmall.caller import Caller
from simulator.tmall.test_flow import Stepped
from simulator.world import World

HOUR = 3600


def _listed(caller: Caller, *, stamp: int = 0, window: int = 0) -> None:
    now = caller.world.clock.seconds()
    caller.call(
        "taobao.refunds.receive.get",
        fields="refund_id",
        start_modified=to_text(now - 60),
        end_modified=to_text(now + window),
        timestamp=to_text(now + stamp),
    )


@pytest.mark.parametrize(
    ("stamp", "window", "differs"),
    [(0, 0, False), (30, -2 * HOUR, False), (120, 0, True), (-8 * HOUR, -8 * HOUR, True), (0, 8 * HOUR, True)],
)
def test_timestamp_and_window_are_told_as_seconds_ahead(tmp_path: Path, stamp: int, window: int, differs: bool) -> None:
    caller = Caller.open(tmp_path, clock=Stepped(), timestamp_skew=0)
    _listed(caller, stamp=stamp, window=window)

    told = caller.world.beliefs.listed()[caller.shop.app_key]
    assert (told["timestamp"], told["window"], told["differs"]) == (stamp, window, differs)


def test_the_newest_call_counts_and_a_restart_forgets_none(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, clock=Stepped(), timestamp_skew=0)
    _listed(caller, stamp=120)
    _listed(caller)
    told = caller.world.beliefs.listed()
    caller.world.book.close()

    assert not told[caller.shop.app_key]["differs"]
    assert World.open(tmp_path, clock=caller.world.clock).beliefs.listed() == told


def test_nothing_heard_is_nothing_told() -> None:
    assert Beliefs().listed() == {}
