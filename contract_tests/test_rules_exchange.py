"""ORD-06, and what the laws of coverage demand of exchanges, on ledgers small enough to read."""

import msgspec
import pytest

from contract_tests.builder import DECLARED
from contract_tests.builder_goods import GoodsLedger
from contract_tests.call import AGREE, REFUSE
from contract_tests.rules.exchange import RECEIVE, SHIP
from contract_tests.verdict import Outcome

HELD, BROKEN, IDLE, OPEN = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED, Outcome.INCONCLUSIVE
WITH_EXCHANGES = msgspec.structs.replace(DECLARED, kinds=("refund_only", "return_refund", "exchange"))


def _known(*, declared: bool = True) -> GoodsLedger:
    return GoodsLedger(WITH_EXCHANGES if declared else DECLARED).exchanged("9").exchange_told("9").paper("9")


def _agreed() -> GoodsLedger:
    agreed = _known().decide("9", "approve_exchange").exchange_call("tmall.exchange.agree", "9", to="2", action="agree")
    return agreed.paper("9")


def _back() -> GoodsLedger:
    return _agreed().exchanged("9", status="3", action="ship_back", waybill="SF7").exchange_told("9").paper("9")


def _received() -> GoodsLedger:
    done = _back().decide("9", "receive").exchange_call(RECEIVE, "9", to="12", action="receive").paper("9")
    return done.exchange_told("9")


def _shipped() -> GoodsLedger:
    return _received().reported("9", "ship", waybill="ZT1", company="中通").erp_read("9")


def _done() -> GoodsLedger:
    return _shipped().exchange_call(SHIP, "9", to="13", action="ship", logistics_no="ZT1").exchange_told("9").paper("9")


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_known(), IDLE, id="nothing done yet"),
        pytest.param(_done(), HELD, id="the whole way"),
        pytest.param(_known(declared=False).exchange_call(SHIP, "9"), IDLE, id="exchanges are not declared"),
        pytest.param(_known().exchange_call("tmall.exchange.agree", "9", to="2"), BROKEN, id="agreed by nobody"),
        pytest.param(_back().exchange_call(RECEIVE, "9", to="12"), BROKEN, id="confirmed before anybody received it"),
        pytest.param(
            _back().exchange_call("tmall.exchange.confirm.consign", "9", logistics_no="ZT1"),
            BROKEN,
            id="confirmed and shipped before anybody received it",
        ),
        pytest.param(_received().exchange_call(SHIP, "9", logistics_no="ZT1"), BROKEN, id="the ERP shipped nothing"),
        pytest.param(
            _back().exchanged("9", status="12", actor="agent", action="receive").exchange_told("9").paper("9")
            .reported("9", "ship", waybill="ZT1", company="中通").erp_read("9")
            .exchange_call(SHIP, "9", to="13", action="ship", logistics_no="ZT1"),
            HELD,
            id="the goods were confirmed by hand",
        ),
        pytest.param(
            _back().reported("9", "ship", waybill="ZT1", company="中通").erp_read("9")
            .exchange_call(SHIP, "9", logistics_no="ZT1"),
            BROKEN,
            id="the goods are not back",
        ),
        pytest.param(_shipped().exchange_call(SHIP, "9", logistics_no="SF7"), BROKEN, id="another parcel's number"),
        pytest.param(
            _shipped().exchanged("9", status="14", actor="timer", action="timeout").exchange_told("9").after(1)
            .exchange_call(SHIP, "9", logistics_no="ZT1"),
            BROKEN,
            id="shipped after it had been told to be a refund now",
        ),
        pytest.param(
            _shipped().exchanged("9", status="14", actor="timer", action="timeout")
            .exchange_call(SHIP, "9", logistics_no="ZT1"),
            HELD,
            id="it turned while the parcel was reported: a race",
        ),
        pytest.param(
            _known().call(AGREE, ("9",), {"refund_infos": "9|8880|1|onsale"}), BROKEN, id="money for an exchange"
        ),
    ],
)  # fmt: skip
def test_exchanges_follow_their_own_flow(ledger: GoodsLedger, outcome: Outcome) -> None:
    assert ledger.end().rule("ORD-06").outcome == outcome


def _mended() -> GoodsLedger:
    return GoodsLedger().exchanged("9", kind="repair", wanted="", status="3").exchange_told("9")


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_mended(), HELD, id="left to people"),
        pytest.param(GoodsLedger().exchanged("9", kind="repair", wanted=""), IDLE, id="nobody was told"),
        pytest.param(_mended().call(AGREE, ("9",), {"refund_infos": "9|0|1|onsale"}), BROKEN, id="paid"),
        pytest.param(_mended().call(REFUSE, ("9",), {"refund_id": "9"}), BROKEN, id="refused"),
    ],
)
def test_repairs_are_left_to_people(ledger: GoodsLedger, outcome: Outcome) -> None:
    assert ledger.end().rule("ORD-06").outcome == outcome


@pytest.mark.parametrize(
    ("rule", "ledger", "outcome"),
    [
        pytest.param("COV-01", _known(), HELD, id="it reached the ERP"),
        pytest.param("COV-01", GoodsLedger(WITH_EXCHANGES).exchanged("9").after(20), BROKEN, id="it never did"),
        pytest.param("COV-01", GoodsLedger(WITH_EXCHANGES).exchanged("9").after(3), OPEN, id="not yet"),
        pytest.param("COV-01", GoodsLedger().exchanged("9").after(20), IDLE, id="exchanges are not declared"),
        pytest.param(
            "COV-01",
            GoodsLedger(WITH_EXCHANGES).exchanged("9").after(2).exchanged("9", status="4", action="withdraw").after(20),
            IDLE,
            id="withdrawn before anybody had to see it",
        ),
        pytest.param("COV-02", _done().after(20), HELD, id="the ERP ends as the platform"),
        pytest.param(
            "COV-02",
            _agreed().exchanged("9", status="4", action="withdraw").after(20),
            BROKEN,
            id="the ERP waits for ever",
        ),
        pytest.param("COV-02", _agreed().exchanged("9", status="4", action="withdraw").after(2), OPEN, id="just now"),
        pytest.param("COV-04", _done().after(20), HELD, id="every decision was carried out"),
        pytest.param("COV-04", _known().decide("9", "approve_exchange").after(20), BROKEN, id="approved, never agreed"),
        pytest.param("COV-04", _known().decide("9", "approve_exchange").after(2), OPEN, id="approved just now"),
        pytest.param("COV-04", _shipped().after(20), BROKEN, id="shipped, never reported"),
        pytest.param(
            "COV-04",
            _known().decide("9", "approve_exchange").exchanged("9", status="4", action="withdraw").after(20),
            IDLE,
            id="withdrawn before it could be done",
        ),
        pytest.param(
            "COV-04",
            _known().decide("9", "approve_exchange").exchanged("9", action="call_staff", cs_status=2).after(20),
            IDLE,
            id="staff were called before it could be done",
        ),
    ],
)
def test_the_laws_of_coverage_hold_for_exchanges_too(rule: str, ledger: GoodsLedger, outcome: Outcome) -> None:
    assert ledger.end().rule(rule).outcome == outcome
