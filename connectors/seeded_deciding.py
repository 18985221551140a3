"""Seeded bugs in how decisions are carried out: each overrides one method of the correct connector."""

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

from connectors import refunds
from connectors.answers import Answers
from connectors.decisions import Agreed, Decisions
from connectors.errors import Later, Refused, Trouble
from connectors.platform import rows
from connectors.refunds import Payment

JSON = dict[str, Any]

log = logging.getLogger("connector")


class RefreshAndForce(Decisions):
    """M01."""

    def failed(self, key: str, document: JSON, trouble: Trouble) -> None:
        """Answer a conflict by sending the approval for what the refund has become."""
        decision = document.get("decision") or {}
        if isinstance(trouble, Refused) and decision.get("kind") == "approve":
            try:
                self._force(key, document, decision)
            except Trouble as again:
                trouble = again
            else:
                return
        super().failed(key, document, trouble)

    def _force(self, key: str, document: JSON, decision: JSON) -> None:
        detail = self._answers.review(self.delivery.read(str(document["refund_id"])), decision)
        refund_id, amount = str(detail["refund_id"]), refunds.fen(self.delivery.amount(detail))
        payment = Payment(refund_id, amount, refunds.version(detail), str(detail["refund_phase"]))
        succeeded, message = self.results(self.agree([payment]), [refund_id]).get(refund_id, (False, "no row"))
        if not succeeded:
            raise Refused(f"agree: {message}")
        self.paid(Agreed(key, document, detail, payment))


class DecisionOfAnEarlierRound(Decisions):
    """M11."""

    _kept: dict[str, tuple[JSON, int]]

    def decision(self, document: Mapping[str, Any]) -> JSON | None:
        """Keep what was decided about a refund, and about which version."""
        found = super().decision(document)
        if found is not None and document.get("kind", "refund") == "refund":
            self._kept = {**getattr(self, "_kept", {}), str(document["refund_id"]): (found, int(document["version"]))}
        return found

    def cycle(self) -> None:
        """Do again what was decided about a refund that has come back, before anything else."""
        for refund_id, (decision, version) in getattr(self, "_kept", {}).items():
            known = self.memory.written(self.shop, refund_id)
            if known is not None and known.body["status"] == "pending" and known.version != version:
                self._kept = {key: kept for key, kept in self._kept.items() if key != refund_id}
                self._again(refund_id, known.body, decision)
        super().cycle()

    def _again(self, refund_id: str, body: Mapping[str, Any], decision: JSON) -> None:
        content = {name: body[name] for name in ("amount", "type", "quantity")}
        document = {**body, "revision": decision["revision"]}
        try:
            agreed = self._carry_out(refund_id, document, self.delivery.read(refund_id), {**decision, **content})
        except Trouble as trouble:
            log.info("%s: %s: decided again: %s", self.shop, refund_id, trouble)
            return
        if agreed is not None:
            self.pay([agreed])


class NoSecondLook(Decisions):
    """M17."""

    DELAY = 2.0
    """Seconds that an approval waits in a queue of its own."""
    _queue: tuple[tuple[float, Agreed], ...] = ()

    def pay(self, batch: Sequence[Agreed]) -> None:
        """Queue what is ready."""
        due = time.monotonic() + self.DELAY
        self._queue += tuple((due, agreed) for agreed in batch)
        for agreed in batch:
            self.memory.finish(self.shop, agreed.key, agreed.document)

    def cycle(self) -> None:
        """Pay what has waited long enough, as it was when it was queued."""
        due = [agreed for at, agreed in self._queue if at <= time.monotonic()]
        self._queue = tuple((at, agreed) for at, agreed in self._queue if agreed not in due)
        for agreed in due:
            try:
                results = self.results(self.agree([agreed.payment]), [agreed.payment.refund_id])
            except Trouble as trouble:
                self.failed(agreed.key, agreed.document, trouble)
                continue
            if results.get(agreed.payment.refund_id, (False, ""))[0]:
                self.paid(agreed)
        super().cycle()


class RefusalWithoutProof(Answers):
    """M56."""

    def proof(self, decision: Mapping[str, Any], most: int, name: str = "refuse_proof") -> JSON | None:
        """Send none."""
        return None

    def reason(self, detail: JSON, decision: Mapping[str, Any]) -> tuple[str, str]:
        """Return the same for every refund."""
        return "1", "其他"


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


class BatchClock(Decisions):
    """M78."""

    WAIT = 8.2
    """Seconds that money waits for others to go with it (until the night, in the field)."""
    _since: dict[str, float]

    def pay(self, batch: Sequence[Agreed]) -> None:
        """Pay what has waited long enough, whatever the platform's deadline is."""
        since, now = getattr(self, "_since", {}), time.monotonic()
        self._since = since
        super().pay([one for one in batch if now - since.setdefault(one.payment.refund_id, now) >= self.WAIT])


class PaysForPart(Decisions):
    """M92."""

    def step(self, detail: JSON, main: Mapping[str, Any], decision: JSON, fee: str) -> refunds.Step:
        """Take any piece that is back for all of them."""
        return refunds.step(detail, main, decision, fee)


class ByPosition(Decisions):
    """M10."""

    def results(self, answer: JSON, ids: Sequence[str]) -> dict[str, tuple[bool, str]]:
        """Take the first row for the first refund, and so on."""
        found = rows(answer, "results", "refund_mapping_result")
        said = [(row.get("succ") in (True, "true"), str(row.get("message"))) for row in found]
        return dict(zip(ids, said, strict=False))


class AsksAgainAndAgain(Decisions):
    """M97."""

    def failed(self, key: str, document: JSON, trouble: Trouble) -> None:
        """Take every no for one that passes."""
        super().failed(key, document, Later(str(trouble)) if isinstance(trouble, Refused) else trouble)


DECIDING: Mapping[str, type[Decisions]] = {
    "M01": RefreshAndForce,
    "M10": ByPosition,
    "M11": DecisionOfAnEarlierRound,
    "M17": NoSecondLook,
    "M46": SomeIsAll,
    "M55": WaybillIsReceipt,
    "M63": OneBatch,
    "M68": AgreeAgain,
    "M78": BatchClock,
    "M92": PaysForPart,
    "M97": AsksAgainAndAgain,
}
ANSWERING: Mapping[str, type[Answers]] = {"M56": RefusalWithoutProof}
