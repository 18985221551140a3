"""The control API's client, against a simulator that listens: a whole small life, and what it says when refused."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from simulator.client import Control, ControlError
from simulator.ledger.entry import Answered, Callback, Changed, Decision, Delivered, Life, Mark
from simulator.serving import Options, Simulator


class Served:
    """A simulator on a loop of its own, in a thread."""

    def __init__(self, data: Path, profile: str = "") -> None:
        self._options = Options(data=data, port=0, profile=profile)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        simulator = Simulator(self._options)
        await simulator.start()
        self.endpoints = simulator.endpoints()
        self._ready.set()
        await self._stop.wait()
        await simulator.stop()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(10)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path / "run")
    yield served
    served.stop()


@pytest.fixture
def control(served: Served) -> Control:
    return Control(served.endpoints["control"], served.endpoints["token"])


def test_a_refund_lives_from_trade_to_decision(served: Served, control: Control) -> None:
    trade = control.trades({"orders": [{"price": "19.99"}]}, play="S01#1")
    applied = control.act("buyer.apply", {"tid": trade["tid"], "amount": "8.35"}, play="S01#1")
    refund = applied["result"]["refund_id"]
    key = {"Authorization": f"Bearer {served.endpoints['erp_key']}"}
    body = {"shop": trade["shop"], "refund_id": refund, "type": "refund_only", "amount": "8.35"}
    url = f"{served.endpoints['erp']}/documents/TM-1"

    written = urllib3.request("PUT", url, json=body, headers=key)
    (approved,) = control.acts([{"act": "reviewer.approve", "args": {"refund": refund}}])

    assert (written.status, approved["accepted"]) == (201, True)
    entries = control.ledger()
    asked = next(entry.call for entry in entries if isinstance(entry, Answered) and entry.method == "erp.create")
    assert any(isinstance(entry, Delivered) and entry.call == asked for entry in entries)
    assert [entry.plays for entry in entries if isinstance(entry, Decision)] == [("S01#1",)]
    assert control.state("refund", refund)["amount"] == 835
    assert list(control.state("document")) == ["D000001"]


def test_many_trades_are_sent_in_several_requests(control: Control) -> None:
    made = control.trades([{"orders": [{"price": "1"}]}] * 501, play="load")

    assert len({trade["tid"] for trade in made}) == 501
    assert set(control.state("play").values()) == {"load"}


def test_faults_hooks_settings_marks_and_lives_arrive(control: Control) -> None:
    fault = control.fault({"fault": "lost-answer", "call": "erp.create", "play": "S43#1"})
    hook = control.hook({"call": "tmall.agree", "refund": "1", "moment": "after answer", "act": "buyer.withdraw"})
    control.setting("list_lag", 5)
    seq = control.mark("play", {"event": "started"}, play="S43#1")
    control.life("integration", "started", {"pid": 7})

    assert control.settings()["list_lag"]["value"] == 5
    assert (control.lift(play="S43#1"), control.drop(hook)) == ([fault], [hook])
    mark, *rest = control.ledger(after=seq - 1)
    assert isinstance(mark, Mark)
    assert any(isinstance(entry, Life) and entry.detail == {"pid": 7} for entry in rest)


def test_the_ledger_is_waited_for(control: Control) -> None:
    after = int(control.health()["entries"])
    found: list[object] = []
    waiting = threading.Thread(target=lambda: found.extend(control.ledger(after, wait=10)))
    waiting.start()
    seq = control.mark("end")
    waiting.join(10)

    assert [entry.seq for entry in found if isinstance(entry, Mark)] == [seq]


def test_fifty_waiting_polls_hold_nobody_up_and_all_hear_the_news(control: Control) -> None:
    after = int(control.health()["entries"])
    heard: list[int] = []
    polls = [threading.Thread(target=lambda: heard.append(len(control.ledger(after, wait=30)))) for _ in range(50)]
    for poll in polls:
        poll.start()

    assert int(control.health()["entries"]) == after
    assert heard == []
    control.mark("end")
    for poll in polls:
        poll.join(30)

    assert heard == [1] * 50


def test_a_shop_is_opened_and_named_in_the_endpoints(control: Control) -> None:
    shop = control.shop("三号店")

    assert shop in control.endpoints()["shops"]


def test_a_reset_leaves_a_new_ledger(control: Control) -> None:
    control.trades({})
    folder = control.reset()

    assert control.endpoints()["data"] == folder
    assert [type(entry).__name__ for entry in control.ledger()] == ["Header", "Life", "Changed"]


def test_a_callback_nobody_takes_fails_and_holds_nobody_up(served: Served, control: Control) -> None:
    control.callback_url("http://127.0.0.1:1/callback")
    trade = control.trades({"orders": [{"price": "1"}]})
    refund = control.act("buyer.apply", {"tid": trade["tid"]})["result"]["refund_id"]
    body = {"shop": trade["shop"], "refund_id": refund, "type": "refund_only", "amount": "1"}
    key = {"Authorization": f"Bearer {served.endpoints['erp_key']}"}
    urllib3.request("PUT", f"{served.endpoints['erp']}/documents/1", json=body, headers=key)

    seq = control.act("reviewer.approve", {"refund": refund})["seq"]

    events: list[str] = []
    while "failed" not in events:
        entries = control.ledger(seq, wait=10)
        assert entries, "no callback was tried"
        events += [entry.event for entry in entries if isinstance(entry, Callback)]
        seq = entries[-1].seq
    assert events == ["sent", "failed"]


def test_a_refusal_says_what_the_api_says(control: Control) -> None:
    with pytest.raises(ControlError, match=r"buyer\.aply is not a known act\. Did you mean buyer\.apply\?") as unknown:
        control.act("buyer.aply")
    with pytest.raises(ControlError) as missing:
        control.state("refnd")

    assert (unknown.value.status, missing.value.status) == (400, 404)
    assert "refund" in missing.value.known


def test_a_wrong_token_is_said(served: Served) -> None:
    with pytest.raises(ControlError, match="needs the control token"):
        Control(served.endpoints["control"], "guess").endpoints()


def test_a_dead_simulator_is_said(served: Served, control: Control) -> None:
    control.health()
    served.stop()

    with pytest.raises(ControlError, match="does not answer") as dead:
        control.health()

    assert dead.value.status == 0


def test_a_restart_keeps_everything(served: Served, control: Control, tmp_path: Path) -> None:
    trade = control.trades({"orders": [{"price": "1"}]})
    control.fault({"fault": "slow", "call": "erp.*", "seconds": 1})
    before = control.state()
    served.stop()

    again = Served(tmp_path / "run")
    fresh = Control(again.endpoints["control"], again.endpoints["token"])
    state = fresh.state()
    changed = [entry for entry in fresh.ledger() if isinstance(entry, Changed)]
    again.stop()

    assert state == before
    assert trade["tid"] in state["trade"]
    assert changed
