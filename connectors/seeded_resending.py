"""Seeded bugs about goods that are sent once more: each overrides one method of the correct connector."""

from collections.abc import Mapping
from typing import Any

from connectors import refunds
from connectors.delivery import Delivery
from connectors.memory import Written
from connectors.reships import Reships

JSON = dict[str, Any]


class OneKindOfDispute(Delivery):
    """M85."""

    def body(self, detail: Mapping[str, Any], known: Written | None) -> JSON:
        """Take whatever the list of refunds shows for a refund."""
        return super().body({**detail, "dispute_type": "REFUND"}, known)


class ApprovedIsSent(Reships):
    """M86."""

    def do(self, what: str, detail: JSON, fact: Mapping[str, Any]) -> None:
        """Tell a parcel of our own making as soon as it is approved, so that the platform's countdown stops."""
        if what == "approve_reship":
            self.ship(detail, {"waybill": f"BF{refunds.external(str(detail['refund_id']))}", "company": "其他"})
        else:
            super().do(what, detail, fact)


RESENDING: Mapping[str, type[Reships]] = {"M86": ApprovedIsSent}
