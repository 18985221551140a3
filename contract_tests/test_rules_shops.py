"""SEC-02 on ledgers small enough to read."""

import pytest

from contract_tests.builder import Ledger
from contract_tests.call import DETAIL
from contract_tests.verdict import Outcome
from simulator.ledger.entry import Changed
from simulator.ledger.values import Row

HELD, BROKEN, IDLE = Outcome.HELD, Outcome.BROKEN, Outcome.NOT_EXERCISED


class Shops(Ledger):
    """A ledger of two shops; what happens, happens in one of them."""

    def __init__(self) -> None:
        """Let both be there, and the first have its turn."""
        super().__init__()
        for nick in ("shop-1", "shop-2"):
            self._note(Changed(actor="harness", action="seed", rows=(Row("shop", nick, {"ag": False}),), side="tmall"))

    def of(self, shop: str) -> "Shops":
        """Go on in *shop*."""
        self.shop = shop
        return self


def _two() -> Shops:
    ledger = Shops()
    ledger.applied("A").told("A").document("A")
    ledger.of("shop-2").applied("B").told("B").document("B")
    return ledger


@pytest.mark.parametrize(
    ("ledger", "outcome"),
    [
        pytest.param(_two(), HELD, id="each in its own name"),
        pytest.param(Shops().applied("A").told("A").document("A"), IDLE, id="one shop has refunds"),
        pytest.param(_two().of("shop-1").told("B"), BROKEN, id="asked for as the other shop"),
        pytest.param(_two().of("shop-1").told("B", error={"code": 15, "sub_code": "isv.x"}), BROKEN, id="and refused"),
        pytest.param(_two().of("shop-1").agree("B"), BROKEN, id="paid as the other shop"),
        pytest.param(_two().of("").call(DETAIL, ("A",), {}), HELD, id="asked for without a session"),
        pytest.param(_two().of("shop-1").document("B", external="TM-9"), BROKEN, id="written as the other shop's"),
        pytest.param(_two().document("A", external="TM-9", shop="10001"), HELD, id="a shop that nobody knows"),
        pytest.param(
            _two().document("A", external="TM-9", shop="shop-2", actor="reviewer"), HELD, id="a clerk's document"
        ),
    ],
)
def test_refunds_are_minded_in_the_name_of_their_own_shop(ledger: Ledger, outcome: Outcome) -> None:
    assert ledger.end().rule("SEC-02").outcome == outcome


def test_the_finding_names_both_shops() -> None:
    (finding,) = _two().of("shop-1").told("B").end().rule("SEC-02").findings

    assert finding.because.endswith("about a refund of shop shop-2 came with a session of shop shop-1")
