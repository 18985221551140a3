"""What a refund is for the ERP, and what a decision of the ERP demands of the platform: functions of values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from connectors import clock
from connectors.errors import Refused

JSON = dict[str, Any]

TERMINAL = frozenset({"SUCCESS", "CLOSED"})

IMAGE = {
    "WAIT_SELLER_AGREE": "pending",
    "WAIT_BUYER_RETURN_GOODS": "waiting_buyer",
    "WAIT_SELLER_CONFIRM_GOODS": "waiting_receipt",
    "SELLER_REFUSE_BUYER": "refused",
    "SUCCESS": "refunded",
    "CLOSED": "closed",
}
"""The platform's states in the ERP's words."""

RESENT_IMAGE = {
    "WAIT_SELLER_AGREE": "pending",
    "SELLER_REFUSE_BUYER": "refused",
    "WAIT_SELLER_CONSIGN_GOODS": "waiting_ship",
    "WAIT_BUYER_CONFIRM_REDO_SEND_GOODS": "shipped",
    "SUCCESS": "done",
    "CLOSED": "closed",
}
"""The same of re-sends (补寄), which pay nothing back."""

FIELDS = (
    "refund_id,tid,oid,status,refund_fee,total_fee,payment,refund_version,refund_phase,has_good_return,modified,"
    "sid,company_name,order_status,good_status,num,title,outer_id,sku,reason,desc,operation_contraint,"
    "refund_remind_timeout,cs_status,advance_status,buyer_nick,created,dispute_type"
)
"""What we ask for in a refund's detail. Without version and phase nothing could be done about it later."""

COMPARED = (
    "refund_version",
    "modified",
    "status",
    "refund_fee",
    "total_fee",
    "has_good_return",
    "num",
    "sid",
    "company_name",
    "order_status",
    "reason",
)
"""What tells a changed row of a list from one already written: refusing leaves the version as it was, and
`modified` has only seconds, so neither is enough alone."""

LISTED = f"refund_id,{','.join(COMPARED)}"


class Step(Enum):
    """What a decision demands now."""

    STALE = "the refund has changed since the decision"
    MOOT = "there is nothing left to do"
    BLOCKED = "the platform wants a person to do it on its web page"
    PART = "some of the goods have not come back yet"
    PAY = "let the money go"
    PAID = "the platform has let the money go"
    TAKE_BACK = "let the buyer send the goods back"
    REFUSE = "refuse the refund"
    REFUSE_GOODS = "refuse the goods that came back"


@dataclass(frozen=True, slots=True)
class Payment:
    """One row of a batch agree. `amount` in fen."""

    refund_id: str
    amount: int
    version: int
    phase: str

    def row(self, *, phased: bool) -> str:
        """Return it as the platform wants it; only Tmall has phases."""
        row = f"{self.refund_id}|{self.amount}|{self.version}"
        return f"{row}|{self.phase}" if phased else row


def fen(yuan: Any) -> int:
    """Return an amount in yuan text as integer fen. Never through a binary float: 19.99 would lose a fen."""
    return int(Decimal(str(yuan)).scaleb(2).to_integral_exact())


def amount(detail: Mapping[str, Any]) -> str:
    """Return what goes back to the buyer, in yuan as the platform wrote it: not `total_fee`, not `payment`."""
    return str(detail["refund_fee"])


def version(detail: Mapping[str, Any]) -> int:
    """Return the version on which everything said about *detail* is based."""
    return int(detail["refund_version"])


def kind(detail: Mapping[str, Any]) -> str:
    """Return `return_refund` if the goods must come back, else `refund_only`."""
    return "return_refund" if detail.get("has_good_return") in (True, "true") else "refund_only"


def is_reship(detail: Mapping[str, Any]) -> bool:
    """Tell whether it is no refund but a re-send: goods are to be sent once more (补寄)."""
    return str(detail.get("dispute_type")) == "RESHIPPING"


def is_ours(detail: Mapping[str, Any]) -> bool:
    """Tell whether it is a refund or re-send; repairs (维修) stand in the list, too, and people see to them by hand."""
    return str(detail.get("dispute_type") or "REFUND") in ("REFUND", "REFUND_AND_RETURN", "RESHIPPING")


def staff_are_in(detail: Mapping[str, Any]) -> bool:
    """Tell whether the platform's staff (小二) have the refund before them: it is theirs to decide then."""
    return 2 <= int(detail.get("cs_status") or 1) < 6


def owed(detail: Mapping[str, Any]) -> bool:
    """Tell whether goods are still to come back although the platform paid the buyer in advance (极速退款)."""
    return kind(detail) == "return_refund" and detail["status"] == "SUCCESS" and _advanced(detail)


def _advanced(detail: Mapping[str, Any]) -> bool:
    return int(detail.get("advance_status") or 0) in (1, 2, 3)


SELLERS_TURN = frozenset({"WAIT_SELLER_AGREE", "WAIT_SELLER_CONFIRM_GOODS", "WAIT_SELLER_CONSIGN_GOODS"})


def deadline(detail: Mapping[str, Any]) -> int:
    """Return when the seller's time ends (seconds since 1970) as the platform says it; 0 if none runs for us.

    It is never reckoned from the day of the application: holidays, changes and staff move it.
    """
    remind = detail.get("refund_remind_timeout")
    if not isinstance(remind, Mapping) or detail["status"] not in SELLERS_TURN:
        return 0
    running = remind.get("exist_timeout") in (True, "true") and remind.get("timeout")
    return clock.seconds(str(remind["timeout"])) if running else 0


def external(refund_id: str) -> str:
    """Return our number for the refund's document. It follows from the refund alone: no retry makes a second one."""
    return f"TM-{refund_id}"


def document(detail: Mapping[str, Any], shop: str, fee: str) -> JSON:
    """Return the document of a refund of *shop*, with *fee* (yuan text) as its amount.

    Raises:
        Refused: if the refund is in a state that we do not know; a guess might book it.
    """
    status = str(detail["status"])
    if status not in IMAGE:
        raise Refused(f"status {status} is unknown to this connector")
    oid, quantity = str(detail["oid"]), int(detail.get("num") or 1)
    line = {"oid": oid, "sku": str(detail.get("outer_id") or ""), "quantity": quantity, "amount": fee}
    unshipped = detail.get("order_status") == "WAIT_SELLER_SEND_GOODS"
    return {
        "shop": shop,
        "refund_id": str(detail["refund_id"]),
        "kind": "refund",
        "tid": str(detail["tid"]),
        "oid": oid,
        "type": kind(detail),
        "status": IMAGE[status],
        "amount": fee,
        "quantity": quantity,
        "lines": [line],
        "waybill": str(detail.get("sid") or ""),
        "company": str(detail.get("company_name") or ""),
        "hold": unshipped and status not in TERMINAL,
        "version": version(detail),
        "reason": str(detail.get("reason") or ""),
    }


def reship_document(detail: Mapping[str, Any], shop: str) -> JSON:
    """Return the document of a re-send of *shop*: which goods are to be sent once more, and no money.

    Raises:
        Refused: if it is in a state that we do not know.
    """
    status = str(detail["status"])
    if status not in RESENT_IMAGE:
        raise Refused(f"status {status} of a re-send is unknown to this connector")
    return {
        "shop": shop,
        "refund_id": str(detail["refund_id"]),
        "kind": "reship",
        "tid": str(detail["tid"]),
        "oid": str(detail["oid"]),
        "type": "reship",
        "status": RESENT_IMAGE[status],
        "quantity": int(detail.get("num") or 1),
        "wanted": str(detail.get("desc") or ""),
        "version": version(detail),
        "reason": str(detail.get("reason") or ""),
    }


def already(found: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    """Tell whether a document *found* in the ERP says what *body* would write."""
    plain = ("shop", "refund_id", "type", "status", "quantity", "waybill", "company", "hold", "version")
    same = all(str(found.get(name)) == str(body[name]) for name in plain if name in body)
    return same and ("amount" not in body or fen(found.get("amount") or 0) == fen(body["amount"]))


def mark(row: Mapping[str, Any]) -> dict[str, str]:
    """Return what *row* (of a list, or a detail) says in the compared fields; absent ones are left out."""
    return {name: str(row[name]) for name in COMPARED if row.get(name) is not None}


def changed(row: Mapping[str, Any], known: Mapping[str, str]) -> bool:
    """Tell whether a list's *row* says something else than the detail that was *known* when we last wrote."""
    return any(known.get(name, "") != value for name, value in mark(row).items())


def step(detail: Mapping[str, Any], found: Mapping[str, Any], decision: Mapping[str, Any], fee: str) -> Step:
    """Return what *decision* on the document *found* demands, the refund being as in the fresh *detail*.

    A decision holds for the content that was decided upon and for no other: amount, type and version of the
    document must be those of the refund now (*fee* is its amount).
    """
    status = str(detail["status"])
    if status in TERMINAL or (decision["kind"] == "receive" and decision.get("quantity") == 0):
        return Step.MOOT
    if not _about_this(detail, found, decision, fee):
        return Step.STALE
    wanted = wanted_by(decision, detail)
    constraint = str(detail.get("operation_contraint") or "null")
    refusing = wanted in (Step.REFUSE, Step.REFUSE_GOODS)
    if wanted is not Step.MOOT and (
        constraint == "refund_onweb" or (refusing and (staff_are_in(detail) or constraint == "cannot_refuse"))
    ):
        return Step.BLOCKED
    return wanted


def in_part(decision: Mapping[str, Any], detail: Mapping[str, Any]) -> bool:
    """Tell whether *decision* says that goods came back, but not all pieces of the refund."""
    return decision["kind"] == "receive" and int(decision.get("quantity") or 0) < int(detail.get("num") or 1)


def wanted_by(decision: Mapping[str, Any], detail: Mapping[str, Any]) -> Step:
    """Return what a decision of that kind is good for in the refund's state."""
    return _WANTED.get((str(decision["kind"]), str(detail["status"]), kind(detail)), Step.MOOT)


def _about_this(detail: Mapping[str, Any], found: Mapping[str, Any], decision: Mapping[str, Any], fee: str) -> bool:
    return (
        int(found.get("version") or 0) == version(detail)
        and found.get("status") == IMAGE.get(str(detail["status"]))
        and fen(decision.get("amount", found.get("amount"))) == fen(fee)
        and str(decision.get("type") or found.get("type")) == kind(detail)
    )


_WANTED = {
    ("approve", "WAIT_SELLER_AGREE", "refund_only"): Step.PAY,
    ("approve", "WAIT_SELLER_CONFIRM_GOODS", "return_refund"): Step.PAY,
    ("receive", "WAIT_SELLER_CONFIRM_GOODS", "return_refund"): Step.PAY,
    ("approve_return", "WAIT_SELLER_AGREE", "return_refund"): Step.TAKE_BACK,
    ("refuse", "WAIT_SELLER_AGREE", "refund_only"): Step.REFUSE,
    ("refuse", "WAIT_SELLER_AGREE", "return_refund"): Step.REFUSE,
    ("refuse", "WAIT_SELLER_CONFIRM_GOODS", "return_refund"): Step.REFUSE_GOODS,
    ("refuse_return", "WAIT_SELLER_CONFIRM_GOODS", "return_refund"): Step.REFUSE_GOODS,
}
"""(decision, state, kind) → step. Money for a return goes only after the goods came back; all else is moot."""


def batches(payments: Iterable[Payment], *, most: int = 10, ceiling: int = 1_000_000) -> list[list[Payment]]:
    """Return *payments* in batches of at most *most* rows and *ceiling* fen; one above the ceiling goes alone."""
    found: list[list[Payment]] = []
    total = 0
    for payment in payments:
        if not found or len(found[-1]) >= most or total + payment.amount > ceiling:
            found.append([])
            total = 0
        found[-1].append(payment)
        total += payment.amount
    return found
