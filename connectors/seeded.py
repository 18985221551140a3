"""The bugs themselves: each overrides one method of the correct connector, and changes one thing."""

import difflib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors import refunds
from connectors.ag import Ag
from connectors.answers import Answers
from connectors.decisions import Agreed, Decisions
from connectors.delivery import Delivery
from connectors.errors import Trouble
from connectors.exchanges import Exchanges
from connectors.intake import Intake
from connectors.memory import Written
from connectors.mutants import MUTANTS
from connectors.papers import Papers
from connectors.post import Post
from connectors.refunds import Payment

JSON = dict[str, Any]

log = logging.getLogger("connector")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a connector is made of."""

    papers: type[Papers] = Papers
    delivery: type[Delivery] = Delivery
    answers: type[Answers] = Answers
    ag: type[Ag] = Ag
    exchanges: type[Exchanges] = Exchanges
    intake: type[Intake] = Intake
    decisions: type[Decisions] = Decisions
    post: type[Post] = Post
    reconciles: bool = True
    """Whether a connector that listens to messages reads the list as well."""


class NoSuchMutant(Exception):
    """A bug was asked for by an id that nobody has seeded."""


class NewNumberAfterTimeout(Papers):
    """M28."""

    _tries: dict[str, int]

    def number(self, key: str) -> str:
        """Return another number for each creation whose outcome was unknown."""
        tries = getattr(self, "_tries", {}).get(key, 0)
        return refunds.external(key) + (f"-{tries + 1}" if tries else "")

    def look(self, key: str) -> JSON | None:
        """Do not look: take the creation as failed."""
        if self.memory.unknown(self.shop, key, "erp") != "create":
            return super().look(key)
        self._tries = {**getattr(self, "_tries", {}), key: getattr(self, "_tries", {}).get(key, 0) + 1}
        return None


class TotalAsAmount(Delivery):
    """M32."""

    def amount(self, detail: Mapping[str, Any]) -> str:
        """Return the line's total in yuan."""
        return str(detail["total_fee"])


class UpdateWithoutAmount(Papers):
    """M33."""

    def sent(self, body: JSON, known: Written | None) -> JSON:
        """Leave the amount as it was first seen."""
        if known is None:
            return body
        return {name: value for name, value in body.items() if name not in ("amount", "type", "quantity", "lines")}


class NoRetry(Delivery):
    """M58."""

    def failed(self, key: tuple[str, str], trouble: Trouble) -> bool:
        """Take every failure as the last."""
        super().failed(key, trouble)
        return True


class CursorOverFailedPage(Intake):
    """M35."""

    def scan(self, start: int, end: int) -> tuple[dict[str, JSON], bool]:
        """Say that every page came."""
        found, _ = super().scan(start, end)
        return found, True


class SomeIsAll(Decisions):
    """M46."""

    def results(self, answer: JSON, ids: Sequence[str]) -> dict[str, tuple[bool, str]]:
        """Read the code of the whole answer only."""
        if answer.get("msg_code") in ("OP_SUCC", "SOME_OP_SUCC"):
            return dict.fromkeys(ids, (True, "succ"))
        return super().results(answer, ids)


class WaybillIsReceipt(Decisions):
    """M55."""

    def decision(self, document: Mapping[str, Any]) -> JSON | None:
        """Take a waybill as the warehouse's receipt."""
        arrived = document.get("status") == "waiting_receipt" and document.get("waybill")
        if not arrived or document.get("kind", "refund") != "refund":
            return super().decision(document)
        content = {name: document.get(name) for name in ("revision", "amount", "type", "quantity")}
        return {"kind": "receive", "by": "warehouse", "text": "", **content}


class OneBatch(Decisions):
    """M63."""

    def batches(self, payments: Sequence[Payment]) -> list[list[Payment]]:
        """Return all payments as one batch, however many and however much."""
        return [list(payments)] if payments else []


class AgreeAgain(Decisions):
    """M68."""

    POLLS = 6
    _again: tuple[tuple[Agreed, int], ...] = ()

    def paid(self, agreed: Agreed) -> None:
        """Remember it, to be sent again."""
        super().paid(agreed)
        self._again = (*self._again, (agreed, self.POLLS))

    def cycle(self) -> None:
        """Send what was paid once more, then go on as ever."""
        due, self._again = self._again, ()
        for agreed, left in due:
            if left < self.POLLS:  # not in the very poll that follows the success
                self._send(agreed)
            if left > 1:
                self._again = (*self._again, (agreed, left - 1))
        super().cycle()

    def _send(self, agreed: Agreed) -> None:
        try:
            self.agree([agreed.payment])
        except Trouble as trouble:
            log.info("%s: %s: agreed again: %s", self.shop, agreed.payment.refund_id, trouble)


_CORRECT = Parts()

_PARTS: Mapping[str, Parts] = {
    "M28": replace(_CORRECT, papers=NewNumberAfterTimeout),
    "M32": replace(_CORRECT, delivery=TotalAsAmount),
    "M33": replace(_CORRECT, papers=UpdateWithoutAmount),
    "M35": replace(_CORRECT, intake=CursorOverFailedPage),
    "M46": replace(_CORRECT, decisions=SomeIsAll),
    "M55": replace(_CORRECT, decisions=WaybillIsReceipt),
    "M58": replace(_CORRECT, delivery=NoRetry),
    "M63": replace(_CORRECT, decisions=OneBatch),
    "M68": replace(_CORRECT, decisions=AgreeAgain),
}


def parts(mutant: str) -> Parts:
    """Return the parts of the connector with the bug *mutant*, or of the correct one if that is empty.

    Raises:
        NoSuchMutant: if there is no such bug.
    """
    if not mutant:
        return _CORRECT
    if mutant not in _PARTS:
        close = difflib.get_close_matches(mutant, MUTANTS, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise NoSuchMutant(f"there is no mutant {mutant}.{hint} Known: {', '.join(MUTANTS)}.")
    return _PARTS[mutant]
