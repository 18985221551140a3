"""Batches that are done in part: what the form refuses of them is left out, and the answer only counts the rest.

That `success_count` can be less than what was asked for follows from its being there; no public page says when.
"""

from collections.abc import Sequence

from simulator.erp import refusals
from simulator.erp.jiandaoyun.errors import CHECKS, TEXTS
from simulator.erp.profile import note_rows, refusal_of


def willing(refunds: Sequence[str]) -> list[bool]:
    """Tell of the row of each of *refunds* whether it is taken, and note those that are not."""
    reasons = [refusal_of(refund) for refund in refunds]
    note_rows(
        [
            refusals.row(refund, f"{TEXTS[4000]}: {CHECKS[why]}", why)
            for refund, why in zip(refunds, reasons, strict=True)
            if why
        ],
        refunds,
    )
    return [not why for why in reasons]
