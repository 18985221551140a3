"""ORD-05 on ledgers small enough to read."""

from typing import Any

import pytest

from contract_tests.builder import Ledger
from contract_tests.call import AGREE_RETURN, REFUSE, REFUSE_RETURN
from contract_tests.verdict import Outcome
from simulator.ledger.values import Upload

HELD, BROKEN, IDLE, OPEN = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED, Outcome.INCONCLUSIVE
PHOTO = Upload("refuse_proof", 9000, "ab", "png")
LARGE = Upload("refuse_proof", 200_000, "cd", "png")
NO_PICTURE = Upload("refuse_proof", 9000, "ef", "")
BAD_REASON = {"code": 15, "sub_code": "isv.invalid-parameter:refuse_reason_id"}
CLOSED = {"code": 15, "sub_code": "isv.refund-status-error"}


def _decided(*, proof: str = "ab") -> Ledger:
    return Ledger().applied("R").told("R").document("R").decide("R", "refuse", proof=proof, text="请提供照片")


def _refuse(ledger: Ledger, *files: Upload, message: str = "请提供照片", method: str = REFUSE, **how: Any) -> Ledger:
    extra = {} if method == REFUSE_RETURN else {"refuse_message": message}
    return ledger.act(method, "R", files=files, extra=extra, **how)


def _returning(address: str, sent: str, **how: Any) -> Ledger:
    ledger = Ledger().applied("R", kind="return_refund").told("R").document("R")
    ledger.decide("R", "approve_return", address=address)
    return ledger.act(AGREE_RETURN, "R", extra={"seller_address_id": sent}, **how)


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_decided(), IDLE, id="nothing was sent"),
        pytest.param(_refuse(_decided(), PHOTO), HELD, id="complete"),
        pytest.param(_refuse(_decided()), BROKEN, id="without the proof"),
        pytest.param(_refuse(_decided(), NO_PICTURE), BROKEN, id="the proof is no picture"),
        pytest.param(_refuse(_decided(), LARGE), BROKEN, id="the proof is too large"),
        pytest.param(_refuse(_decided(), LARGE, method=REFUSE_RETURN), HELD, id="which refused goods may be"),
        pytest.param(_refuse(_decided(), PHOTO, message="否"), BROKEN, id="one character"),
        pytest.param(_refuse(_decided(), PHOTO, message="否" * 201), BROKEN, id="too many characters"),
        pytest.param(_refuse(_decided(), PHOTO, error=BAD_REASON), BROKEN, id="a reason that there is not"),
        pytest.param(
            _refuse(_refuse(_decided(), PHOTO, error=BAD_REASON), PHOTO), HELD, id="rejected once, and corrected"
        ),
        pytest.param(
            _refuse(_refuse(_decided(), error=BAD_REASON), error=BAD_REASON), BROKEN, id="rejected, and sent again so"
        ),
        pytest.param(_refuse(_decided(proof="")), HELD, id="where no proof is demanded, and the ERP gave none"),
        pytest.param(_refuse(_decided(), PHOTO, error=CLOSED), HELD, id="complete, but the refund had been closed"),
        pytest.param(_returning("", "11"), HELD, id="the default address"),
        pytest.param(_returning("12", "12"), HELD, id="the ERP's address"),
        pytest.param(_returning("12", "11"), BROKEN, id="another address than the ERP's"),
    ],
)
def test_answers_carry_what_is_demanded(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.after(20).end().rule("ORD-05").outcome == outcome


def test_an_incomplete_answer_shortly_before_the_end_is_in_doubt() -> None:
    assert _refuse(_decided(), error=BAD_REASON).after(1).end().rule("ORD-05").outcome == OPEN
