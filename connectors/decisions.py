"""What the ERP decided, carried out on the platform: read afresh, checked, done once, its outcome read row by row."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors import refunds
from connectors.answers import Answers
from connectors.delivery import Delivery
from connectors.errors import Later, Refused, Trouble, Unknown
from connectors.platform import rows
from connectors.refunds import Payment, Step
from connectors.work import Work

JSON = dict[str, Any]

STRAGGLER = 0.3
"""Seconds without any progress after which money goes for those that are ready."""

log = logging.getLogger("connector")


@dataclass(frozen=True, slots=True)
class Agreed:
    """A payment that is ready to go, with what it was made from."""

    document: JSON
    detail: JSON
    payment: Payment


class Decisions:
    """The decisions of one shop. A cycle collects new ones and works on those that are due."""

    def __init__(self, delivery: Delivery, work: Work) -> None:
        """Carry out decisions with *work*, and write the outcome back through *delivery*."""
        self.delivery = delivery
        self.platform = delivery.platform
        self.memory = delivery.memory
        self.shop = delivery.shop
        self._work = work
        self._answers = Answers(delivery)

    def cycle(self) -> None:
        """Collect what is new, and carry out what is due."""
        try:
            self.collect()
        except Trouble as trouble:  # what is known already can be carried out all the same
            log.warning("%s: decisions: %s", self.shop, trouble)
        self.carry_out()

    def collect(self) -> None:
        """Put new decisions on the list of things to do; only then does the cursor move."""
        more = True
        while more:
            after = self.memory.cursor(self.shop, "decisions") or "0"
            documents, cursor, more = self.delivery.erp.documents(self.shop, after)
            decided: list[JSON] = []
            undecided: list[str] = []
            for document in documents:
                decision = self.decision(document)
                if decision and self._is_open(document, decision):
                    decided.append({**document, "decision": decision})
                else:
                    undecided.append(str(document["refund_id"]))
            if documents:
                self.memory.collect(self.shop, decided, undecided, cursor)

    def decision(self, document: Mapping[str, Any]) -> JSON | None:
        """Return the decision on *document*, if there is one."""
        found: JSON | None = document.get("decision")
        return found

    def carry_out(self) -> None:
        """Work on all decisions that are due; money goes in batches."""
        jobs = []
        for document in self.memory.todo(self.shop):
            refund_id = str(document["refund_id"])
            if self.delivery.patience.due(("decision", refund_id)):
                jobs.append(self._work.submit(refund_id, self._one, document))
        self._work.finish([job for job, _ in jobs], STRAGGLER)
        ready: dict[Payment, Agreed] = {}
        for job, ours in jobs:
            agreed = job.result() if ours and job.done() else None
            if agreed is not None:
                ready[agreed.payment] = agreed
        for batch in self.batches(list(ready)):
            self.pay([ready[payment] for payment in batch])

    def batches(self, payments: Sequence[Payment]) -> list[list[Payment]]:
        """Return *payments* in batches that the platform takes from this type of shop."""
        return refunds.batches(payments, ceiling=1_000_000 if self.platform.shop.type == "B" else 600_000)

    def pay(self, batch: Sequence[Agreed]) -> None:
        """Let the money of *batch* go in one call, and read what became of each row."""
        batch = [agreed for agreed in batch if self.delivery.current(agreed.detail)]
        ids = [agreed.payment.refund_id for agreed in batch]
        if not batch:
            return
        self.memory.begin(self.shop, ids, "platform", "agree")
        try:
            answer = self.agree([agreed.payment for agreed in batch])
        except Refused as refused:
            self.memory.end(self.shop, ids, "platform")
            if len(batch) == 1:
                self.failed(batch[0].document, refused)
                return
            for agreed in batch:  # one bad row must not stop the others
                self.pay([agreed])
            return
        except Trouble as trouble:
            for agreed in batch:
                self.failed(agreed.document, trouble)
            return
        results = self.results(answer, ids)
        for agreed in batch:
            self._paid_or_not(agreed, results.get(agreed.payment.refund_id))

    def agree(self, payments: Sequence[Payment]) -> JSON:
        """Send one batch agree; the platform takes it from a sub-account only."""
        phased = self.platform.shop.type == "B"
        infos = ",".join(payment.row(phased=phased) for payment in payments)
        return self.platform.call("taobao.rp.refunds.agree", {"refund_infos": infos}, sub=True)

    def results(self, answer: JSON, ids: Sequence[str]) -> dict[str, tuple[bool, str]]:
        """Return {refund: (succeeded, message)}. Rows may be missing or in any order; the top level says little."""
        found = rows(answer, "results", "refund_mapping_result")
        named = {
            str(row.get("refund_id")): (row.get("succ") in (True, "true"), str(row.get("message"))) for row in found
        }
        return {refund_id: named[refund_id] for refund_id in ids if refund_id in named}

    def paid(self, agreed: Agreed) -> None:
        """Take a paid refund off the list and book it in the ERP at once."""
        self._done(agreed.document, "paid")
        self._work.submit(agreed.payment.refund_id, self.delivery.bring, agreed.payment.refund_id)

    def failed(self, document: JSON, trouble: Trouble) -> None:
        """Note that a decision could not be carried out; it stays on the list unless that is over for good."""
        refund_id = str(document["refund_id"])
        if self.delivery.failed(("decision", refund_id), trouble):
            self.memory.finish(self.shop, document)
            self.delivery.patience.forget(("decision", refund_id))

    def _paid_or_not(self, agreed: Agreed, said: tuple[bool, str] | None) -> None:
        refund_id = agreed.payment.refund_id
        if said is None:
            self.failed(agreed.document, Unknown("agree: the answer has no row for it"))
            return
        self.memory.end(self.shop, [refund_id], "platform")
        succeeded, message = said
        if succeeded:
            self.paid(agreed)
            return
        self._answers.forget_review(refund_id)
        passing = "isp." in message
        self.failed(agreed.document, Later(f"agree: {message}") if passing else Refused(f"agree: {message}"))

    def _one(self, document: JSON) -> Agreed | None:
        try:
            return self._carry_out(document)
        except Trouble as trouble:
            self.failed(document, trouble)
            return None

    def _carry_out(self, document: JSON) -> Agreed | None:
        refund_id, decision = str(document["refund_id"]), document["decision"]
        detail = self.delivery.read(refund_id)
        asked = self.memory.unknown(self.shop, refund_id, "platform")
        if asked:
            log.info("%s: %s: %s of unknown outcome; it is now %s", self.shop, refund_id, asked, detail["status"])
            self.memory.end(self.shop, [refund_id], "platform")
        fee = self.delivery.amount(detail)
        step = refunds.step(detail, document, decision, fee)
        if step in (Step.STALE, Step.MOOT, Step.BLOCKED):
            log.info("%s: %s: %s: %s", self.shop, refund_id, decision["kind"], step.value)
            self.delivery.write(detail)
            self.memory.finish(self.shop, document)  # a document that changes after this comes again
            return None
        if step is Step.PAY:
            detail = self._answers.review(detail, decision)
            payment = Payment(refund_id, refunds.fen(fee), refunds.version(detail), str(detail["refund_phase"]))
            return Agreed(document, detail, payment)
        self._answers.give(step, detail, decision)
        self._done(document, step.name.lower())
        self.delivery.bring(refund_id)
        return None

    def _done(self, document: JSON, outcome: str) -> None:
        refund_id = str(document["refund_id"])
        self.memory.finish(self.shop, document, outcome)
        self.delivery.patience.forget(("decision", refund_id))
        log.info("%s: %s: %s: %s", self.shop, refund_id, document["decision"]["kind"], outcome)

    def _is_open(self, document: Mapping[str, Any], decision: Mapping[str, Any]) -> bool:
        over = document.get("status") in ("refunded", "closed")
        known = self.memory.handled(self.shop, str(document["refund_id"]), int(decision["revision"]))
        return not over and not known and document.get("shop") == self.shop
