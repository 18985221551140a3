"""That the harness stops the integration at the end of a run excuses nothing that was owed before."""

from typing import Any

import pytest

from contract_tests.judge import judge
from contract_tests.verdict import Outcome
from simulator.erp.document import Document
from simulator.ledger.declaration import Declaration, Tempo
from simulator.ledger.entry import AnyEntry, Changed, Header, Life, Mark
from simulator.ledger.values import Row
from simulator.tmall.refund import Refund

REFUND = Refund(
    refund_id="R", shop="a", tid=1, oid=1, kind="refund_only", status="WAIT_SELLER_AGREE", phase="onsale",
    amount=1999, total=1999,
)  # fmt: skip
MODIFIED = Refund(
    refund_id="R", shop="a", tid=1, oid=1, kind="refund_only", status="WAIT_SELLER_AGREE", phase="onsale",
    amount=835, total=1999, change=2, version=2,
)  # fmt: skip
DOCUMENT = Document(
    id="D1", external="TM-R", shop="a", refund_id="R", tid="1", oid="1", amount=1999, type="refund_only"
)


def _ledger(seconds: float) -> list[AnyEntry]:
    """A modification that never reached the ERP, *seconds* before the integration was stopped."""
    about: dict[str, Any] = {"shop": "a", "refunds": ("R",), "plays": ("X001#1",)}
    steps: list[tuple[float, AnyEntry]] = [
        (0, Header()),
        (0, Life(who="integration", event="started")),
        (1, Changed(actor="buyer", action="apply", side="tmall", rows=(Row("refund", "R", REFUND),), **about)),
        (
            2,
            Changed(actor="integration", action="create", side="erp", rows=(Row("document", "D1", DOCUMENT),), **about),
        ),
        (3, Changed(actor="buyer", action="modify", side="tmall", rows=(Row("refund", "R", MODIFIED),), **about)),
        (3 + seconds, Life(who="integration", event="exited")),
        (3 + seconds, Mark(name="end", detail={"complete": True})),
    ]
    for seq, (at, entry) in enumerate(steps, start=1):
        entry.seq, entry.mono, entry.wall = seq, 1_000_000 + int(at * 1e6), 1_000 + int(at * 1e3)
    return [entry for _, entry in steps]


@pytest.mark.parametrize(("seconds", "outcome"), [(60, Outcome.BROKEN), (5, Outcome.INCONCLUSIVE)])
def test_what_was_owed_longer_than_the_limit_is_broken(seconds: float, outcome: Outcome) -> None:
    declared = Declaration(tempo=Tempo(poll=0.5, sla=10, backoff=3, grace=0.5, margin=5))

    judgement = judge(_ledger(seconds), declaration=declared)

    assert next(rule.outcome for rule in judgement.rules if rule.id == "COV-02") == outcome
