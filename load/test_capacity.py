"""What is said about the generator and the simulator follows from what was measured."""

from pathlib import Path

import pytest

from load import capacity, run
from load.capacity import LATE, SLOW, Gateway, weigh
from load.crowd import Opened, Record
from load.lag import Percentiles
from load.words import say
from simulator.ledger.entry import Answered, Asked
from simulator.sayings import differences, said, sources


def _arrivals(*late: float) -> list[Opened]:
    return [
        Opened(number=number, due=number, late=seconds, took=0.01, refund=f"R{number}")
        for number, seconds in enumerate(late)
    ]


def test_a_wave_in_time_is_said_to_have_kept_its_rate() -> None:
    found = weigh(Record(arrivals=_arrivals(0.001, 0.002)), Percentiles())

    assert not found.generator_saturated
    assert not found.simulator_saturated
    assert found.words[0].startswith("The generator kept its rate: 0 of 2")
    assert "模拟器不是瓶颈" in found.words_zh[1]


def test_late_arrivals_mean_a_saturated_generator() -> None:
    found = weigh(Record(arrivals=_arrivals(0.001, 2 * LATE / 1000)), Percentiles())

    assert found.late_share == 0.5
    assert found.generator_saturated
    assert "lower than asked for" in found.words[0]


def test_one_late_arrival_in_a_hundred_is_borne() -> None:
    found = weigh(Record(arrivals=_arrivals(*[0.0] * 99, 1.0)), Percentiles())

    assert not found.generator_saturated


@pytest.mark.parametrize(
    ("record", "gateway"),
    [
        pytest.param(Record(control=[2 * SLOW / 1000]), Percentiles(), id="control"),
        pytest.param(Record(probes=[2 * SLOW / 1000]), Percentiles(), id="probe"),
        pytest.param(Record(), Percentiles(p95=2 * SLOW), id="gateway"),
    ],
)
def test_slow_answers_of_any_kind_mean_a_saturated_simulator(record: Record, gateway: Percentiles) -> None:
    assert weigh(record, gateway).simulator_saturated


def test_a_stalled_load_process_is_not_held_against_the_simulator() -> None:
    stalled = Record(probes=[2 * SLOW / 1000], stalls=[2 * SLOW / 1000])

    assert not weigh(stalled, Percentiles()).simulator_saturated


def test_answer_times_of_the_gateway_leave_out_what_a_fault_delayed() -> None:
    gateway = Gateway()
    for seq, fault in ((1, ""), (3, "slow")):
        gateway.add(Asked(seq=seq, mono=1000, side="tmall"))
        gateway.add(Answered(seq=seq + 1, call=seq, mono=4000 * seq, side="tmall", fault=fault))

    assert gateway.result() == Percentiles(3, 3, 3, 3, 1)


def test_every_text_of_the_package_has_its_chinese() -> None:
    tables = {key: {english} for key, english in (capacity.WORDS | run.WORDS).items()}

    assert not differences(tables | said(sources(Path(__file__).parent), "say"), dict(say.texts))
