"""Documents are confirmed, and confirmations taken back: each for itself, and what fails is told beside the rest."""

from typing import Any

from simulator.clock import to_text
from simulator.erp import refusals, writing
from simulator.erp.document import Document
from simulator.erp.jushuitan import rows
from simulator.erp.jushuitan.errors import ROW_TEXTS, Refusal
from simulator.erp.profile import cause, note_rows, noted, refusal_of
from simulator.ledger.values import RowResult
from simulator.world import World

_SENDS = ("换货", "补发")
"""Types whose confirmation makes an order of the goods to send."""


def confirm(world: World, biz: dict[str, Any]) -> dict[str, Any]:
    """Confirm documents; one that is confirmed or void fails (docId=581).

    What `exchange_force` and `confirm_refund` force is not public: they are taken, and change nothing.
    """
    for name in ("exchange_force", "confirm_refund"):
        if not isinstance(biz.get(name) or False, bool):
            raise Refusal(130, name)
    found = _moved(world, biz, "WaitConfirm", {"status": "Confirmed", "confirm_date": to_text(world.clock.seconds())})
    for row in (*found["success"], *found["fail"]):
        document = rows.of_number(world, row["as_id"]) if row["is_success"] else None
        sends = document is not None and document.raw.get("type") in _SENDS
        row["new_o_id"] = rows.order_id(document) + 1 if document is not None and sends else 0
    return found


def unconfirm(world: World, biz: dict[str, Any]) -> dict[str, Any]:
    """Take confirmations back (docId=579)."""
    return _moved(world, biz, "Confirmed", {"status": "WaitConfirm", "confirm_date": None})


def _moved(world: World, biz: dict[str, Any], before: str, new: dict[str, Any]) -> dict[str, Any]:
    """Give the documents that are *before* the *new* status."""
    numbers = biz.get("as_ids")
    if not isinstance(numbers, list) or not numbers:
        raise Refusal(130, "as_ids")
    done: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    refused: list[RowResult] = []
    for number in numbers:
        document = rows.of_number(world, number)
        why = refusal_of(document.refund_id) if document is not None else ""
        text = "" if document is not None and not why and document.raw.get("status") == before else _text(why)
        if document is not None and not text:
            writing.update(world, document, {}, new, cause=cause(), always=True)
            noted().effect = True
        elif document is not None:
            refused.append(refusals.row(document.refund_id, text, why))
        said = {"as_id": number, "outer_as_id": _outer(document), "details": None}
        (failed if text else done).append({**said, "message": text, "is_success": not text})
    if not done:
        noted().error = {"code": "is_success", "msg": failed[0]["message"]}
    note_rows(refused, [row["outer_as_id"] for row in (*done, *failed) if row["outer_as_id"]])
    return {"success": done, "fail": failed, "success_count": len(done), "fail_count": len(failed)}


def _text(why: str) -> str:
    return ROW_TEXTS.get(why, "售后单状态不允许")


def _outer(document: Document | None) -> str | None:
    return document.refund_id if document is not None else None
