"""Messages that are lost, late, doubled, out of order, told again much later, or make no sense."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.errors import UserError
from simulator.faults.plan import FaultPlan
from simulator.ledger.entry import Fault, Published
from simulator.ledger.replay import read
from simulator.tmall import messages, platform
from simulator.tmall.caller import Caller
from simulator.tmall.queue import Message
from simulator.tmall.test_flow import Stepped
from simulator.world import World


class Reader:
    """An app that takes what is due and confirms it at once."""

    def __init__(self, folder: Path) -> None:
        """Open a world with one shop."""
        self.caller = Caller.open(folder, clock=Stepped())
        self.world = self.caller.world
        self.plan = FaultPlan(self.world)
        self.key = (self.caller.keys["app_key"], "default")

    def arm(self, fault: str, **spec: Any) -> str:
        """Arm a fault."""
        return self.plan.arm({"fault": fault, **spec})

    def take(self, after: float = 0) -> list[Message]:
        """Let seconds pass, then take and confirm."""
        clock = self.world.clock
        assert isinstance(clock, Stepped)
        clock.now += int(after * 1000)
        found = [message for message, _ in messages.take(self.world, self.key, 100, channel="ws")]
        messages.confirm(self.world, self.key, [str(message.id) for message in found], channel="ws")
        return found


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


def test_a_lost_message_never_comes_and_the_ledger_says_so(reader: Reader) -> None:
    reader.arm("message-lost")
    refund = reader.caller.refund()

    assert reader.take(10) == []
    entries = list(read(reader.world.book.path))
    (published,) = (entry for entry in entries if isinstance(entry, Published))
    strike = next(entry for entry in entries if isinstance(entry, Fault) and entry.event == "strike")
    assert (published.lost, published.fault, strike.refunds) == (True, "message-lost", (refund.refund_id,))


def test_the_next_message_of_the_refund_comes_again(reader: Reader) -> None:
    reader.arm("message-lost")
    platform.withdraw(reader.world, reader.caller.refund())

    assert [message.topic for message in reader.take()] == ["taobao_refund_RefundClosed"]


def test_a_delayed_message_comes_later(reader: Reader) -> None:
    reader.arm("message-delayed", seconds=5)
    reader.caller.refund()

    assert reader.take(4.9) == []
    assert len(reader.take(0.1)) == 1


def test_reordered_messages_come_in_another_order_and_all_of_them(reader: Reader) -> None:
    reader.arm("message-reordered", times=0, seconds=10)
    refund = reader.caller.refund()
    for amount in (800, 700, 600):
        refund = platform.modify(reader.world, refund, amount=amount)
    platform.withdraw(reader.world, refund)

    found = [message for _ in range(101) for message in reader.take(0.1)]

    assert len(found) == 5
    assert [message.id for message in found] != sorted(message.id for message in found)


def test_a_duplicated_message_comes_under_one_number_however_often_it_is_confirmed(reader: Reader) -> None:
    reader.arm("message-duplicated", copies=2, seconds=1)
    reader.caller.refund()

    first, later = reader.take(), reader.take(1)

    assert [message.id for message in later] == [first[0].id] * 2
    assert reader.take(600) == []


def test_copies_handed_out_together_are_confirmed_together(reader: Reader) -> None:
    reader.arm("message-duplicated", copies=2)
    reader.caller.refund()

    assert len(reader.take()) == 3
    assert reader.world.state.queues.rows == {}


def test_a_message_confirmed_long_ago_is_delivered_again(reader: Reader) -> None:
    reader.arm("message-redelivered", hours=25)
    reader.caller.refund()
    (first,) = reader.take()

    assert reader.take(24 * 3600) == []
    assert [message.id for message in reader.take(3600)] == [first.id]


def test_the_same_is_said_again_under_another_number(reader: Reader) -> None:
    reader.arm("message-republished")
    reader.caller.refund()

    first, second = reader.take()

    assert first.id != second.id
    assert first.content == second.content
    published = [entry for entry in read(reader.world.book.path) if isinstance(entry, Published)]
    assert [entry.repeats for entry in published] == ["", str(first.id)]


@pytest.mark.parametrize(
    ("fault", "strange"),
    [
        ("message-poison", lambda odd: not odd.content.endswith("}")),
        ("message-unknown-topic", lambda odd: odd.topic == "taobao_refund_SomethingNew"),
        ("message-foreign", lambda odd: odd.nick == "别家的旗舰店"),
    ],
)
def test_an_odd_message_comes_besides_the_good_one(
    reader: Reader, fault: str, strange: Callable[[Message], bool]
) -> None:
    reader.arm(fault)
    refund = reader.caller.refund()

    good, odd = reader.take()

    assert msgspec.json.decode(good.content)["refund_id"] == int(refund.refund_id)
    assert odd.refunds == ()
    assert strange(odd)


def test_poison_can_take_the_place_of_the_good_message(reader: Reader) -> None:
    reader.arm("message-poison", instead="true")
    reader.caller.refund()

    (odd,) = reader.take()

    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(odd.content)


def test_a_fault_can_mean_one_topic_one_refund_or_one_shop(reader: Reader) -> None:
    refund, other = reader.caller.refund(), reader.caller.refund()
    reader.take()
    reader.arm("message-lost", refund=refund.refund_id, topic="RefundClosed")
    reader.arm("message-lost", shop="elsewhere", times=0)
    platform.modify(reader.world, refund, amount=100)
    platform.withdraw(reader.world, reader.caller.now(refund))
    platform.withdraw(reader.world, other)

    assert [(message.refunds[0], message.topic.rpartition("_")[2]) for message in reader.take()] == [
        (refund.refund_id, "RefundBuyerModifyAgreement"),
        (other.refund_id, "RefundClosed"),
    ]


def test_a_killed_simulator_still_knows_what_is_late_doubled_and_lost(tmp_path: Path) -> None:
    reader = Reader(tmp_path)
    for fault in ("message-duplicated", "message-lost", "message-redelivered", "message-foreign"):
        ident = reader.arm(fault)
        reader.caller.refund()
        reader.plan.lift(ident)
    reader.take()

    assert World.open(tmp_path).state.dump() == reader.world.state.dump()


@pytest.mark.parametrize(
    ("fault", "spec", "said"),
    [
        ("message-delayed", {"seconds": "soon"}, "seconds of fault message-delayed is 'soon'"),
        ("message-duplicated", {"copies": 0}, "copies of fault message-duplicated is 0"),
        ("message-redelivered", {"hours": -1}, "hours of fault message-redelivered is -1"),
        ("message-poison", {"instead": "perhaps"}, "instead of fault message-poison is 'perhaps'"),
        ("message-lost", {"call": "tmall.list"}, "does not strike tmall.list"),
        ("lost-answer", {"call": "tmall.message"}, "does not strike tmall.message"),
    ],
)
def test_nonsense_is_told(reader: Reader, fault: str, spec: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError, match=said):
        reader.arm(fault, **spec)


def test_without_a_fault_nothing_is_different(tmp_path: Path) -> None:
    told = []
    for name, plan in (("with", True), ("without", False)):
        caller = Caller.open(tmp_path / name, clock=Stepped())
        if plan:
            FaultPlan(caller.world)
        caller.refund()
        told.append([entry.content for entry in read(caller.world.book.path) if isinstance(entry, Published)])

    assert told[0] == told[1]
