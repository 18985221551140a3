"""The PRO rules on ledgers small enough to read."""

from typing import Any

import pytest

from contract_tests.builder import Ledger
from contract_tests.call import LIST, REFUSE
from contract_tests.verdict import Outcome

HELD, BROKEN, IDLE = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED
OPEN = Outcome.INCONCLUSIVE
EIGHT_HOURS = 8 * 3600 * 1000


def _listed(**how: Any) -> Ledger:
    return Ledger().listed().listed(**how)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(Ledger(), IDLE, id="no call"),
        pytest.param(_listed(), HELD, id="signed and timed"),
        pytest.param(_listed(session={"signed": False}, error={"code": 25}), BROKEN, id="wrong signature"),
        pytest.param(_listed(session={"signed": None}, error={"code": 24}), BROKEN, id="no signature"),
        pytest.param(_listed(session={"skew": -EIGHT_HOURS}, error={"code": 31}), BROKEN, id="UTC for GMT+8"),
        pytest.param(_listed(session={"skew": None}, error={"code": 31}), BROKEN, id="no readable timestamp"),
        pytest.param(_listed(session={"skew": 540_000}), HELD, id="nine minutes off"),
        pytest.param(_listed(error={"code": 25}, fault="bad-signature"), HELD, id="an injected answer"),
        pytest.param(_listed(error={"code": 27}), HELD, id="another error"),
        pytest.param(Ledger().call("erp.list", (), {}), IDLE, id="the ERP's calls carry no signature of TOP"),
    ],
)
def test_requests_are_signed_and_timed(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("PRO-01").outcome == outcome


def test_equal_mistakes_are_one_finding_with_their_number() -> None:
    wrong: dict[str, Any] = {"session": {"skew": -EIGHT_HOURS}, "error": {"code": 31}}
    ledger = Ledger().listed(**wrong).listed(**wrong).end()

    (finding,) = ledger.rule("PRO-01").findings
    assert finding.because == (
        "2 calls of taobao.refunds.receive.get carried a timestamp 28800.0 s off the platform's time (GMT+8)"
    )


TOO_MUCH: dict[str, Any] = {
    "code": 15,
    "sub_code": "isv.invalid-parameter:refund_infos",
    "sub_msg": "批量退款金额超过上限",
}
STALE: dict[str, Any] = {"code": 15, "sub_code": "isv.invalid-parameter:refund_version", "sub_msg": "退款单已变更"}
NO_PHASE: dict[str, Any] = {"code": 15, "sub_code": "isv.invalid-parameter:refund_phase", "sub_msg": "退款阶段错误"}
PAGE: dict[str, Any] = {"code": 41, "sub_code": "isv.invalid-parameter:page_size", "msg": "Invalid arguments:page_size"}


def _two() -> Ledger:
    return Ledger().applied("A").told("A").applied("B").told("B")


def _rejected(times: int = 1, **how: Any) -> Ledger:
    ledger = _two()
    for _ in range(times):
        ledger.agree("A", "B", error=TOO_MUCH, effect=False, **how)
    return ledger


def _pages(*errors: dict[str, Any] | None) -> Ledger:
    ledger = Ledger()
    for error in errors:
        ledger.call(LIST, (), {"page_size": "500" if error else "40"}, error=error)
    return ledger


def _phase(sent: str, *, before: bool = True) -> Ledger:
    ledger = Ledger().applied("A")
    if before:
        ledger.told("A")
    version = ledger.refunds["A"].version
    return ledger.call(REFUSE, ("A",), {"refund_id": "A", "refund_version": str(version), "refund_phase": sent})


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(Ledger().listed(), IDLE, id="nothing with a limit was called"),
        pytest.param(_two().agree("A", "B"), HELD, id="within the limits"),
        pytest.param(_rejected().agree("A").agree("B"), HELD, id="rejected once, and split"),
        pytest.param(_rejected().after(2), OPEN, id="rejected shortly before the end"),
        pytest.param(_rejected().after(20), BROKEN, id="rejected, and left"),
        pytest.param(_rejected().agree("A").after(20), BROKEN, id="one of the two was left"),
        pytest.param(
            _rejected().withdrawn("A").withdrawn("B").after(20), OPEN, id="rejected, then not wanted any more"
        ),
        pytest.param(_rejected(2).agree("A").agree("B"), BROKEN, id="rejected twice for the same"),
        pytest.param(_rejected(2, fault="rejecting").agree("A").agree("B"), HELD, id="injected answers"),
        pytest.param(
            Ledger().applied("A").agree("A", error=TOO_MUCH, effect=False).agree("A", error=TOO_MUCH, effect=False),
            IDLE,
            id="one refund above the sum cannot be split",
        ),
        pytest.param(_pages(PAGE, PAGE, None), BROKEN, id="pages too large, twice"),
        pytest.param(_pages(PAGE, None), HELD, id="pages too large, once"),
        pytest.param(
            _pages(PAGE).applied("A").applied("B").agree("A", "B", error=TOO_MUCH, effect=False).agree("A").agree("B"),
            HELD,
            id="two limits, once each",
        ),
        pytest.param(
            _two().act(REFUSE, "A", error=STALE).act(REFUSE, "A", error=STALE).act(REFUSE, "A"),
            HELD,
            id="a version that was overtaken is no limit",
        ),
        pytest.param(_phase("onsale"), HELD, id="the phase that was told"),
        pytest.param(_phase("aftersale"), BROKEN, id="another phase than the one told"),
        pytest.param(_phase("aftersale", before=False), HELD, id="no phase had been told"),
        pytest.param(
            Ledger().call(REFUSE, (), {}, error=NO_PHASE).call(REFUSE, (), {}, error=NO_PHASE),
            BROKEN,
            id="the phase is left out, twice",
        ),
    ],
)
def test_requests_stay_within_limits(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("PRO-02").outcome == outcome


def test_a_limit_overstepped_once_is_a_warning_that_names_it() -> None:
    result = _rejected().agree("A").agree("B").end().rule("PRO-02")

    assert result.doubts == ("taobao.rp.refunds.agree was rejected once for refund_infos: 批量退款金额超过上限",)


def test_a_limit_overstepped_again_belongs_to_the_refund_of_the_last_call() -> None:
    (finding,) = _rejected(2).agree("A").agree("B").end().rule("PRO-02").findings

    assert (finding.refund, finding.play) == ("A", "S00#1")
    assert finding.because == "2 calls of taobao.rp.refunds.agree were rejected for refund_infos (批量退款金额超过上限)"
