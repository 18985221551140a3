"""What the ERP decided, carried out on the platform: read afresh, checked, done once, its outcome read row by row."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors import inbound, refunds
from connectors.ag import Ag, Parcel
from connectors.answers import Answers
from connectors.delivery import Delivery
from connectors.errors import Later, Refused, Trouble, Unknown
from connectors.escalation import Watch
from connectors.exchanges import Exchanges
from connectors.platform import rows
from connectors.refunds import Payment, Step
from connectors.reships import Reships
from connectors.work import Work

JSON = dict[str, Any]

STRAGGLER = 0.3
"""Seconds without any progress after which money goes for those that are ready."""

log = logging.getLogger("connector")


@dataclass(frozen=True, slots=True)
class Agreed:
    """A payment that is ready to go, with what it was made from."""

    key: str
    document: JSON
    detail: JSON
    payment: Payment


class Decisions:
    """The decisions of one shop. A cycle collects new ones and works on those that are due."""

    def __init__(
        self,
        delivery: Delivery,
        work: Work,
        answers: Answers,
        ag: Ag,
        exchanges: Exchanges,
        reships: Reships,
        watch: Watch,
    ) -> None:
        """Carry out decisions with *work*, and write the outcome back through *delivery*."""
        self.delivery = delivery
        self.ag = ag
        self.exchanges = exchanges
        self.reships = reships
        self._watch = watch
        self.platform = delivery.platform
        self.memory = delivery.memory
        self.shop = delivery.shop
        self._work = work
        self._answers = answers

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
            found: dict[str, JSON] = {}
            idle: dict[str, JSON] = {}
            for document in documents:
                key, document = self._read(document)
                ours = document.get("shop") == self.shop
                if ours and self._matters(key, document) and not self._given_up(key, document):
                    found[key] = document
                else:
                    idle[key] = document
            if documents or cursor != after:  # a stretch of time in which nothing changed is behind us, too
                self.memory.collect(self.shop, found, idle, cursor)

    def heard(self, document: JSON) -> None:
        """Take what a callback says of a document, unless something newer of it is known."""
        key, document = self._read(document)
        if self._matters(key, document) and not self._given_up(key, document):
            self.memory.hear(self.shop, key, document, int(document["revision"]))

    def _read(self, document: JSON) -> tuple[str, JSON]:
        """Return a document's key and the document with its decision, and keep what it says of goods."""
        key = key_of(document)
        if document.get("received"):
            self.memory.learn(self.shop, inbound.refund_of(key), "received", str(document["received"]))
        return key, {**document, "decision": self.decision(document)}

    def decision(self, document: Mapping[str, Any]) -> JSON | None:
        """Return the decision on *document*, if there is one."""
        found: JSON | None = document.get("decision")
        return found

    def _matters(self, key: str, document: Mapping[str, Any]) -> list[tuple[str, JSON]]:
        """Return what *document* says that has not been dealt with: decision, intercept, ship."""
        kind = str(document.get("kind", "refund"))
        over = document.get("status") in ("refunded", "closed", "done")
        said = {"decision": document.get("decision")}
        if kind == "refund":
            said |= {"intercept": self._parcel(document)}
        elif kind in ("exchange", "reship"):
            said |= {"ship": document.get("shipped")}
        return [
            (what, fact)
            for what, fact in said.items()
            if fact and not over and not self.memory.handled(self.shop, key, int(fact["revision"]))
        ]

    def _given_up(self, key: str, document: Mapping[str, Any]) -> bool:
        """Tell whether that very state of *document* was refused for good: lists of some ERPs show it on every poll."""
        return self.memory.fact(self.shop, key, "given up") == _as_decided(document)

    def _parcel(self, document: Mapping[str, Any]) -> JSON | None:
        """Return the newest that the warehouse said of the parcel of unshipped goods."""
        facts = [fact for name in ("intercept", "shipped") if (fact := document.get(name))]
        facts = [fact for fact in facts if fact.get("result") != "requested"]
        return max(facts, key=lambda fact: int(fact["revision"]), default=None)

    def carry_out(self) -> None:
        """Work on all decisions that are due; money goes in batches."""
        jobs = []
        for key, document in self.memory.todo(self.shop).items():
            if self.delivery.patience.due(("decision", key)):
                jobs.append(self._work.submit(inbound.refund_of(key), self._one, key, document))
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
                self.failed(batch[0].key, batch[0].document, refused)
                return
            for agreed in batch:  # one bad row must not stop the others
                self.pay([agreed])
            return
        except Trouble as trouble:
            for agreed in batch:
                self.failed(agreed.key, agreed.document, trouble)
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
        self._done(agreed.key, agreed.document, agreed.document["decision"], "paid")
        self._work.submit(agreed.payment.refund_id, self.delivery.bring, agreed.payment.refund_id)

    def failed(self, key: str, document: JSON, trouble: Trouble) -> None:
        """Note that a decision could not be carried out; it stays on the list unless that is over for good."""
        if self.delivery.failed(("decision", key), trouble):
            self.memory.learn(self.shop, key, "given up", _as_decided(document))
            self.memory.finish(self.shop, key, document)
            self.delivery.patience.forget(("decision", key))

    def _paid_or_not(self, agreed: Agreed, said: tuple[bool, str] | None) -> None:
        refund_id = agreed.payment.refund_id
        if said is None:
            self.failed(agreed.key, agreed.document, Unknown("agree: the answer has no row for it"))
            return
        self.memory.end(self.shop, [refund_id], "platform")
        succeeded, message = said
        if succeeded:
            self.paid(agreed)
            return
        self._answers.forget_review(refund_id)
        passing = "isp." in message
        trouble = Later(f"agree: {message}") if passing else Refused(f"agree: {message}")
        self.failed(agreed.key, agreed.document, trouble)

    def _one(self, key: str, document: JSON) -> Agreed | None:
        try:
            matters = self._matters(key, document)
            if document.get("kind") == "exchange" or self._of_exchange(key):
                self._goods(key, document, matters, self.exchanges.carry_out)
                return None
            if document.get("kind") == "reship":
                self._goods(key, document, matters, self.reships.carry_out)
                return None
            return self._refund(key, document, dict(matters))
        except Trouble as trouble:
            self.failed(key, document, trouble)
            return None

    def _of_exchange(self, key: str) -> bool:
        """Tell whether a notice of goods is about an exchange."""
        main = self.memory.written(self.shop, inbound.refund_of(key))
        return main is not None and main.body["kind"] == "exchange"

    def _goods(
        self,
        key: str,
        document: JSON,
        matters: list[tuple[str, JSON]],
        carry_out: Callable[[JSON, str, JSON], str],
    ) -> None:
        """Do what the ERP says about an exchange or a re-send."""
        for what, fact in matters:
            step = str(fact["kind"]) if what == "decision" else what
            outcome = carry_out(document, step, fact)
            if outcome == "done":
                self._done(key, document, fact, step, finish=False)  # what else it says may still fail
            else:
                log.info("%s: %s: %s: %s", self.shop, key, step, outcome)
        self.memory.finish(self.shop, key, document)

    def _refund(self, key: str, document: JSON, matters: Mapping[str, JSON]) -> Agreed | None:
        refund_id = inbound.refund_of(key)
        detail = self.fresh(refund_id)
        asked = self.memory.unknown(self.shop, refund_id, "platform")
        if asked:
            log.info("%s: %s: %s of unknown outcome; it is now %s", self.shop, refund_id, asked, detail["status"])
            self.memory.end(self.shop, [refund_id], "platform")
        if "intercept" in matters:
            self._report(key, document, detail, matters["intercept"])
            detail = self.delivery.read(refund_id)
        if "decision" in matters:
            return self._carry_out(key, document, detail, matters["decision"])
        self.delivery.write(detail)
        self.memory.finish(self.shop, key, document)
        return None

    def _report(self, key: str, document: JSON, detail: JSON, fact: JSON) -> None:
        """Tell AG of the parcel, or people where the ERP contradicts itself."""
        said = self.ag.report(document, detail)
        if said is Parcel.CONTRADICTORY:
            self._watch.surface(str(detail["refund_id"]), said.value, f"parcel {fact['revision']}")
        self._done(key, document, fact, said.name.lower(), finish=False)

    def _carry_out(self, key: str, document: JSON, detail: JSON, decision: JSON) -> Agreed | None:
        refund_id = inbound.refund_of(key)
        fee = self.delivery.amount(detail)
        step = self.step(detail, self._main(key, document), decision, fee)
        if step is Step.PAY and decision["kind"] == "receive" and self.ag.enabled():
            self.ag.stored(detail)
            detail = self.delivery.read(refund_id)
            step = Step.PAID if detail["status"] == "SUCCESS" else step
        if step in (Step.STALE, Step.MOOT, Step.BLOCKED, Step.PART):
            log.info("%s: %s: %s: %s", self.shop, key, decision["kind"], step.value)
            if step is Step.BLOCKED:
                self._watch.surface(refund_id, f"{decision['kind']}: {step.value}", f"blocked {decision['revision']}")
            self.delivery.write(detail)
            self.memory.finish(self.shop, key, document)  # a document that changes after this comes again
            return None
        if step is Step.PAY:
            detail = self._answers.review(detail, decision)
            payment = Payment(refund_id, refunds.fen(fee), refunds.version(detail), str(detail["refund_phase"]))
            return Agreed(key, document, detail, payment)
        if step is not Step.PAID:
            self._answers.give(step, detail, decision)
        self._done(key, document, decision, step.name.lower())
        self.delivery.bring(refund_id)
        return None

    def fresh(self, refund_id: str) -> JSON:
        """Return the refund as it is right now: what was known when the decision came may be over."""
        return self.delivery.read(refund_id)

    def step(self, detail: JSON, main: Mapping[str, Any], decision: JSON, fee: str) -> Step:
        """Return what *decision* demands. Money for a return goes when all pieces are back, unless a part will do."""
        step = refunds.step(detail, main, decision, fee)
        waits = step is Step.PAY and not self.delivery.part_pays and refunds.in_part(decision, detail)
        return Step.PART if waits else step

    def _main(self, key: str, document: JSON) -> Mapping[str, Any]:
        """Return the document of the refund that *document* belongs to: itself, or what was last written."""
        if document.get("kind", "refund") == "refund":
            return document
        known = self.memory.written(self.shop, inbound.refund_of(key))
        return known.body if known is not None else {}

    def _done(self, key: str, document: JSON, fact: JSON, outcome: str, *, finish: bool = True) -> None:
        self.memory.handle(self.shop, key, int(fact["revision"]), outcome)
        if finish:
            self.memory.finish(self.shop, key, document)
        self.delivery.patience.forget(("decision", key))
        log.info("%s: %s: %s", self.shop, key, outcome)


def _as_decided(document: Mapping[str, Any]) -> str:
    """Return what tells a state of *document* from others: its revision, which may be a second, and what it says."""
    said = [document.get(name) for name in ("revision", "decision", "intercept", "shipped")]
    return json.dumps(said, sort_keys=True, default=str)


def key_of(document: Mapping[str, Any]) -> str:
    """Return the key of a document that the ERP lists."""
    refund_id = str(document["refund_id"])
    return inbound.key(refund_id) if document.get("kind") == "inbound" else refund_id
