"""One call of the integration with its answer and delivery joined, and what rules ask about it."""

from collections.abc import Mapping
from typing import Any

from simulator.ledger.entry import Answered, Asked, Delivered

AGREE = "taobao.rp.refunds.agree"
REVIEW = "taobao.rp.refund.review"
REFUSE = "taobao.refund.refuse"
AGREE_RETURN = "taobao.rp.returngoods.agree"
REFUSE_RETURN = "taobao.rp.returngoods.refuse"
LIST = "taobao.refunds.receive.get"
DETAIL = "taobao.refund.get"
STORED = "taobao.nextone.logistics.warehouse.update"
"""By which AG is told that goods are back, and pays."""
CANCEL = "taobao.rdc.aligenius.sendgoods.cancel"
"""By which AG is told what became of an unshipped parcel."""

CHECK = "taobao.rdc.aligenius.refunds.check"
"""By which AG is told that a refund passed the review in the ERP."""
OFFER = "taobao.refund.negotiatereturn"
"""By which the buyer is offered money for the goods that come back."""

MODIFYING = frozenset({AGREE, REVIEW, REFUSE, AGREE_RETURN, REFUSE_RETURN})
"""Platform methods that change a refund."""
WRITES = frozenset({"erp.create", "erp.update"})
"""ERP operations that change a document."""
ACTION = {
    AGREE: "agree",
    REVIEW: "review",
    REFUSE: "refuse",
    AGREE_RETURN: "agree_return",
    REFUSE_RETURN: "refuse_return",
}
"""The action, as `Changed` entries name it, that a platform method asks for."""

_PUBLIC = frozenset(
    {"method", "app_key", "session", "timestamp", "format", "v", "sign", "sign_method", "simplify", "partner_id"}
    | {"target_app_key", "code"}
)
"""Parameters that legitimately differ between two identical business requests."""

_RETRY_STATUS = frozenset({408, 425, 429})
_RETRY_CODES = frozenset({"7", "order_unknown"})


class Call:
    """A call. Times are microseconds of the monotonic clock."""

    __slots__ = ("answered", "asked", "delivered")

    def __init__(self, asked: Asked) -> None:
        """Begin with what was asked."""
        self.asked = asked
        self.answered: Answered | None = None
        self.delivered: Delivered | None = None

    @property
    def seq(self) -> int:
        """Number of its `Asked` entry."""
        return self.asked.seq

    @property
    def method(self) -> str:
        """TOP method, or `erp.` and the operation."""
        return self.asked.method

    @property
    def began(self) -> int:
        """When its first byte came."""
        return self.asked.began or self.asked.mono

    @property
    def ended(self) -> int:
        """When the integration's side of it was over: delivered, or lost; else when it was asked."""
        if self.delivered is not None:
            return self.delivered.mono
        # An answer that was not accepted: the integration had left before, nobody knows when.
        return self.answered.mono if self.answered is not None and self.answered.lost else self.asked.mono

    @property
    def proof(self) -> int:
        """Number of the entry that shows what the integration was told: the answer if there was one."""
        return self.answered.seq if self.answered is not None else self.asked.seq

    @property
    def unknown(self) -> bool:
        """Whether its outcome is unknown to the integration: no complete answer, or a 5xx."""
        return self.delivered is None or (self.answered is not None and self.answered.status >= 500)

    @property
    def succeeded(self) -> bool:
        """Whether a complete answer without an error was delivered."""
        answer = self.answered
        return self.delivered is not None and answer is not None and not answer.error and answer.status < 400

    @property
    def failed_passing(self) -> bool:
        """Whether it failed in a way that is to be tried again: no answer, 5xx, limits, isp errors."""
        return self.delivered is None or (self.answered is not None and passing(self.answered))

    def row(self, refund: str) -> tuple[str, ...]:
        """Return the parts of *refund*'s row of a batch agree (id, fen, version, phase), or nothing."""
        for text in str(self.asked.params.get("refund_infos", "")).split(","):
            parts = tuple(part.strip() for part in text.split("|"))
            if parts[0] == refund:
                return parts
        return ()

    def version(self, refund: str) -> int | None:
        """Return the refund version that the call sends for *refund*, or None."""
        if self.asked.method == AGREE:
            row = self.row(refund)
            text = row[2] if len(row) > 2 else ""
        else:
            text = str(self.asked.params.get("refund_version", ""))
        return int(text) if text.isascii() and text.isdigit() else None

    def business(self, refund: str) -> tuple[Any, ...]:
        """Return what must be equal for the call to be an identical repeat about *refund*."""
        params = self.asked.params
        if self.asked.method == AGREE:
            return (AGREE, self.row(refund))
        if self.asked.side == "erp":
            # The record's number makes it the same document, be it created or updated.
            return ("erp", self.asked.document or params.get("path"))
        files = tuple((file.name, file.sha256) for file in self.asked.files)
        rest = tuple(sorted((name, str(value)) for name, value in params.items() if name not in _PUBLIC))
        return (self.asked.method, rest, files)


def passing(answer: Answered) -> bool:
    """Tell whether *answer* is a failure that passes by itself and is to be tried again."""
    if answer.status >= 500 or answer.status in _RETRY_STATUS:
        return True
    return bool(answer.error) and passing_error(answer.error)


def passing_error(error: Mapping[str, Any]) -> bool:
    """Tell whether an *error* as the ledger keeps it passes by itself: the limit (7), isp.*, order not known yet."""
    if error.get("passing"):
        return True
    return str(error.get("code", "")) in _RETRY_CODES or str(error.get("sub_code", "")).startswith("isp.")
