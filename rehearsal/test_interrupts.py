"""Ctrl-C and the time limit end a run once, and never disturb the tidying up."""

import signal
import threading

import pytest

from rehearsal.interrupts import Interrupts, Stopped


def _press() -> None:
    signal.raise_signal(signal.SIGINT)


def test_the_first_ctrl_c_stops_the_run() -> None:
    with pytest.raises(Stopped, match="interrupted"), Interrupts():
        _press()


def test_sigterm_stops_it_too() -> None:
    with pytest.raises(Stopped), Interrupts():
        signal.raise_signal(signal.SIGTERM)


def test_no_handler_of_an_error_takes_it_for_its_own() -> None:
    assert not issubclass(Stopped, Exception)


def test_a_second_ctrl_c_does_not_disturb_the_tidying_up() -> None:
    tidied = False
    with Interrupts() as interrupts:
        try:
            _press()
        except Stopped:
            _press()
            tidied = True
        interrupts.calm()
    assert tidied


def test_the_time_limit_wakes_a_thread_that_waits() -> None:
    with pytest.raises(Stopped, match="time limit"), Interrupts(0.05):
        threading.Event().wait(10)


def test_a_gentle_stop_lets_the_block_end_by_itself() -> None:
    said: list[str] = []

    def work() -> None:
        with Interrupts() as interrupts, interrupts.gently(lambda: said.append("asked to stop")):
            _press()
            said.append("ended in order")

    with pytest.raises(Stopped, match="interrupted"):
        work()
    assert said == ["asked to stop", "ended in order"]


def test_whoever_cannot_wait_for_the_gentle_stop_presses_again() -> None:
    reached: list[str] = []

    def work() -> None:
        with Interrupts() as interrupts, interrupts.gently(lambda: None):
            _press()
            _press()
            reached.append("never")

    with pytest.raises(Stopped):
        work()
    assert not reached


def test_the_signals_are_given_back() -> None:
    before = signal.getsignal(signal.SIGINT)

    with Interrupts():
        assert signal.getsignal(signal.SIGINT) is not before

    assert signal.getsignal(signal.SIGINT) is before
