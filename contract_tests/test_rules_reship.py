"""ORD-06, and what the laws of coverage demand of re-sends, on ledgers small enough to read."""

import json
from typing import Any

import msgspec
import pytest

from contract_tests.builder import DECLARED
from contract_tests.builder_goods import GoodsLedger
from contract_tests.builder_messages import LISTENS, MessageLedger
from contract_tests.call import AGREE
from contract_tests.rules.exchange import RESEND, RESEND_STATE
from contract_tests.verdict import Outcome

HELD, BROKEN, IDLE, OPEN = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED, Outcome.INCONCLUSIVE
KINDS = ("refund_only", "return_refund", "exchange", "reship")
WITH_RESHIPS = msgspec.structs.replace(DECLARED, kinds=KINDS)
PAPER: dict[str, Any] = {"kind": "reship", "type": "reship", "quantity": 1}


def _applied(*, declared: bool = True, **values: Any) -> GoodsLedger:
    ledger = GoodsLedger(WITH_RESHIPS if declared else DECLARED)
    return ledger.exchanged("9", kind="reship", wanted="", **values).exchange_told("9")


def _known(*, declared: bool = True) -> GoodsLedger:
    return _applied(declared=declared).paper("9", **PAPER)


def _approved() -> GoodsLedger:
    return _known().decide("9", "approve_reship")


def _refused() -> GoodsLedger:
    return _known().decide("9", "refuse_reship")


def _sent() -> GoodsLedger:
    return _approved().reported("9", "ship", waybill="ZT1", company="中通").erp_read("9")


def _parcel(ledger: GoodsLedger, number: str = "ZT1", *, status: int = 1, to: str = "7") -> GoodsLedger:
    told = json.dumps({"source_id": "9", "mail_no": number, "status": status})
    return ledger.exchange_call(RESEND, "9", to=to, action="ship", param0=told)


def _state(ledger: GoodsLedger, status: int = -1, *, to: str = "6") -> GoodsLedger:
    told = json.dumps({"source_id": "9", "status": status})
    return ledger.exchange_call(RESEND_STATE, "9", to=to, action="refuse", param0=told)


def _kept(ledger: GoodsLedger, *, taken: bool = True) -> GoodsLedger:
    """Report the parcel to a platform that makes nothing of it."""
    told = json.dumps({"source_id": "9", "mail_no": "ZT1", "status": 1})
    return ledger.call(RESEND, ("9",), {"param0": told}, effect=taken)


def _withdrawn(ledger: GoodsLedger) -> GoodsLedger:
    return ledger.exchanged("9", status="4", action="withdraw")


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_sent(), IDLE, id="nothing reported yet"),
        pytest.param(_parcel(_sent()), HELD, id="the ERP's parcel"),
        pytest.param(_parcel(_parcel(_sent()), to=""), HELD, id="the same parcel once more: a repeat"),
        pytest.param(_state(_refused()), HELD, id="refused as the ERP decided"),
        pytest.param(_parcel(_known(declared=False)), IDLE, id="re-sends are not declared"),
        pytest.param(_state(_known(), 2, to=""), IDLE, id="partly done: a report that moves nothing"),
        pytest.param(_parcel(_sent(), status=-1, to=""), IDLE, id="a parcel taken back"),
        pytest.param(_parcel(_approved(), "SELF-1"), BROKEN, id="approved, and nothing was sent"),
        pytest.param(_parcel(_sent(), "SF9"), BROKEN, id="another parcel's number"),
        pytest.param(_state(_known()), BROKEN, id="refused by nobody"),
        pytest.param(
            _parcel(_withdrawn(_sent()).exchange_told("9").after(1), to=""), BROKEN, id="after it was told to be over"
        ),
        pytest.param(_parcel(_withdrawn(_sent()), to=""), HELD, id="withdrawn while it was reported: a race"),
        pytest.param(
            _known().call(AGREE, ("9",), {"refund_infos": "9|0|1|onsale"}), BROKEN, id="money for a re-send"
        ),
    ],
)  # fmt: skip
def test_re_sends_follow_their_own_flow(ledger: GoodsLedger, outcome: Outcome) -> None:
    assert ledger.end().rule("ORD-06").outcome == outcome


class _Listening(GoodsLedger, MessageLedger):
    """A ledger of an integration that listens, and handles re-sends."""

    def change_of(self, number: str) -> int:
        return self.exchanges[number].change


@pytest.mark.parametrize(
    ("heard", "outcome"),
    [
        pytest.param(False, OPEN, id="no message told of it: the list must, and that takes longer"),
        pytest.param(True, BROKEN, id="a message told of it"),
    ],
)
def test_where_no_message_told_of_a_re_send_the_list_has_its_own_time(heard: bool, outcome: Outcome) -> None:
    declared = msgspec.structs.replace(LISTENS, kinds=KINDS)
    ledger = _Listening(declared).exchanged("9", kind="reship", wanted="").message("9")
    if heard:
        ledger = ledger.hear("9")
    limit = declared.tempo.sla
    assert ledger.after(limit + 2).end().rule("COV-01").outcome == outcome


@pytest.mark.parametrize(
    ("rule", "ledger", "outcome"),
    [
        pytest.param("COV-01", _known(), HELD, id="it reached the ERP"),
        pytest.param("COV-01", _applied().after(20), BROKEN, id="it never did"),
        pytest.param("COV-01", _applied().paper("9", kind="exchange").after(20), BROKEN, id="taken for an exchange"),
        pytest.param("COV-01", _applied().after(3), OPEN, id="not yet"),
        pytest.param("COV-01", _applied(declared=False).after(20), IDLE, id="re-sends are not declared"),
        pytest.param("COV-02", _parcel(_sent()).paper("9", **PAPER).after(20), HELD, id="the ERP ends as the platform"),
        pytest.param("COV-02", _parcel(_sent()).after(20), BROKEN, id="the ERP never learns that they are shipped"),
        pytest.param(
            "COV-02", _known().exchanged("9", num=2, action="modify").after(20), BROKEN, id="other pieces are wanted"
        ),
        pytest.param("COV-02", _known().exchanged("9", num=2, action="modify").after(2), OPEN, id="just now"),
        pytest.param(
            "COV-02",
            _withdrawn(_known().exchanged("9", num=2, action="modify")).paper("9", **PAPER).after(20),
            HELD,
            id="withdrawn: nobody counts any more",
        ),
        pytest.param("COV-04", _parcel(_sent()).after(20), HELD, id="the parcel was reported"),
        pytest.param("COV-04", _state(_refused()).after(20), HELD, id="the refusal was reported"),
        pytest.param("COV-04", _sent().after(20), BROKEN, id="sent, never reported"),
        pytest.param("COV-04", _kept(_sent()).after(20), HELD, id="reported, and the platform only keeps it"),
        pytest.param("COV-04", _kept(_sent().after(20)), BROKEN, id="reported too late"),
        pytest.param("COV-04", _kept(_sent(), taken=False).after(20), BROKEN, id="the report was refused"),
        pytest.param("COV-04", _refused().after(20), BROKEN, id="refused, never reported"),
        pytest.param("COV-04", _sent().after(2), OPEN, id="sent just now"),
        pytest.param("COV-04", _approved().after(20), IDLE, id="approved: the parcel will say it"),
        pytest.param(
            "COV-04",
            _refused().exchanged("9", num=2, action="modify").after(20),
            IDLE,
            id="refused, but then the buyer wanted something else",
        ),
        pytest.param(
            "COV-04",
            _refused().decide("9", "approve_reship").after(20),
            IDLE,
            id="refused, and approved at once: nobody can still see the refusal",
        ),
        pytest.param(
            "COV-04",
            _refused().after(20).decide("9", "approve_reship"),
            BROKEN,
            id="refused, and approved when it was too late",
        ),
        pytest.param(
            "COV-04",
            _known().exchanged("9", num=2, action="modify").decide("9", "refuse_reship").after(20),
            IDLE,
            id="refused from a document that did not know yet what the buyer wants now",
        ),
        pytest.param(
            "COV-04",
            _known()
            .exchanged("9", num=2, action="modify")
            .paper("9", **PAPER | {"quantity": 2})
            .decide("9", "refuse_reship")
            .after(20),
            BROKEN,
            id="the newest wishes refused, never reported",
        ),
        pytest.param(
            "COV-04",
            _sent().exchanged("9", status="12", actor="agent", action="agree").after(20),
            BROKEN,
            id="sent, agreed by hand, and never reported",
        ),
        pytest.param("COV-04", _withdrawn(_sent()).after(20), IDLE, id="withdrawn before it could be reported"),
    ],
)
def test_the_laws_of_coverage_hold_for_re_sends_too(rule: str, ledger: GoodsLedger, outcome: Outcome) -> None:
    assert ledger.end().rule(rule).outcome == outcome
