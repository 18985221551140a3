"""Writes small ledgers that read like stories, with the writer's own types: for the tests of the law.

    Ledger().applied("R1", amount=835, total=1999).told("R1").document("R1").decide("R1", "approve").agree("R1")

Each step takes a millisecond; `after` lets more time pass. Amounts are fen, times are seconds.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Self

import msgspec

from contract_tests.call import ACTION, AGREE, AGREE_RETURN, DETAIL, LIST, REFUSE, REFUSE_RETURN, REVIEW
from contract_tests.judge import judge
from contract_tests.limits import IMAGE
from contract_tests.verdict import Judgement, RuleResult
from simulator.erp.document import Document
from simulator.ledger.declaration import Declaration, Tempo
from simulator.ledger.entry import (
    Answered,
    AnyEntry,
    Asked,
    Callback,
    Changed,
    ClockStepped,
    Decision,
    Delivered,
    Fault,
    Header,
    Life,
    Mark,
    SettingChanged,
)
from simulator.ledger.values import Row, RowResult, Told, Upload
from simulator.tmall.refund import CLOSED, SELLER_REFUSE_BUYER, SUCCESS, WAIT_BUYER_RETURN_GOODS, Refund

DECLARED = Declaration(tempo=Tempo(poll=0.5, sla=10, backoff=3, grace=0.5, margin=5), owns_hold=True)
"""The tempo of the bundled connector: a limit of 10 s, 3 s of back-off, half a second of grace."""

BEGAN = 1_795_313_700_000
"""Wall time (ms) at which a built ledger begins; 2026-11-22 10:15 GMT+8."""

_LEADS_TO = {
    AGREE: SUCCESS,
    REFUSE: SELLER_REFUSE_BUYER,
    REFUSE_RETURN: SELLER_REFUSE_BUYER,
    AGREE_RETURN: WAIT_BUYER_RETURN_GOODS,
}


class Ledger:
    """A ledger in the making. Every step returns the ledger itself."""

    def __init__(
        self, declared: Declaration = DECLARED, *, play: str = "S00#1", judges: Sequence[str] = (), **twin: Any
    ) -> None:
        """Begin with a header, an integration that runs, and one play that judges *judges*."""
        self.entries: list[AnyEntry] = []
        self.declared = declared
        self.play = play
        self.shop = "shop-1"
        self.refunds: dict[str, Refund] = {}
        self.documents: dict[str, Document] = {}
        """By external number."""
        self._mono = 1_000_000
        self.moved = 0
        self._note(Header(declaration=msgspec.to_builtins(declared)))
        self._note(Life(who="integration", event="ready"))
        story = play.partition("#")[0]
        self._detail = {"play": play, "story": story, **twin}
        self._note(Mark(name="play", detail=self._detail | {"event": "started", "judges": list(judges)}))

    @property
    def seq(self) -> int:
        """Number of the newest entry."""
        return self.entries[-1].seq

    def after(self, seconds: float) -> Self:
        """Let time pass."""
        self._mono += int(seconds * 1e6)
        return self

    def traded(self, tid: int, paid: dict[int, int], *, post_fee: int = 0, shipped: Sequence[int] = ()) -> Self:
        """Let there be a trade of sub-orders with these shares of the payment (fen), some of them shipped."""
        rows = [Row("trade", str(tid), {"oids": list(paid), "payment": sum(paid.values()) + post_fee})]
        rows[0].values["post_fee"] = post_fee
        for oid, share in paid.items():
            rows.append(Row("order", str(oid), {"paid": share, "consigned": self._second() if oid in shipped else 0}))
        return self._note(Changed(actor="buyer", action="pay", rows=tuple(rows), side="tmall"))

    def applied(
        self, refund: str, *, amount: int = 835, total: int = 1999, kind: str = "refund_only", **values: Any
    ) -> Self:
        """Let the buyer apply; *due_in* seconds the countdown ends."""
        number = len(self.refunds) + 1
        values = self._due(values)
        row = Refund(
            refund_id=refund, shop=self.shop, tid=values.pop("tid", number), oid=values.pop("oid", number), kind=kind,
            status="WAIT_SELLER_AGREE", phase="onsale", amount=amount, total=total, change=0,
            created=self._second(), **values,
        )  # fmt: skip
        return self._put_refund(row, "buyer", "apply")

    def changed(
        self, refund: str, action: str, actor: str = "buyer", *, cause: int = 0, bump: bool = True, **values: Any
    ) -> Self:
        """Change the refund on the platform: buyer, agent, timer or integration."""
        new = msgspec.structs.replace(self.refunds[refund], **self._due(values))
        return self._put_refund(new, actor, action, cause=cause, bump=bump)

    def modified(self, refund: str, **values: Any) -> Self:
        """Let the buyer modify; after a refusal a new round begins."""
        old = self.refunds[refund]
        again: dict[str, Any] = {"round": old.round + 1} if old.status == SELLER_REFUSE_BUYER else {}
        return self.changed(refund, "modify", status="WAIT_SELLER_AGREE", **again, **values)

    def withdrawn(self, refund: str) -> Self:
        """Let the buyer withdraw."""
        return self.changed(refund, "withdraw", status=CLOSED)

    def told(self, refund: str, *, fields: Sequence[str] = ("*",), change: int = 0, **how: Any) -> Self:
        """Let the integration read the refund; it is told its newest state (or *change*)."""
        seen = Told(refund, change or self.refunds[refund].change, how.pop("altered", {}))
        return self.call(DETAIL, (refund,), {"refund_id": refund}, told=(seen,), fields=tuple(fields), **how)

    def listed(self, *refunds: str, window: tuple[str, str] = ("", ""), page: int = 1, **how: Any) -> Self:
        """Let the integration read a page of the list that shows *refunds*."""
        params = {"start_modified": window[0], "end_modified": window[1], "page_no": str(page)}
        seen = tuple(Told(refund, self.refunds[refund].change) for refund in refunds)
        return self.call(LIST, (), params, told=seen, fields=("*",), **how)

    def document(self, refund: str, *, external: str = "", actor: str = "integration", **how: Any) -> Self:
        """Let the integration write the refund's document as it is now, or with the values given."""
        fresh = self.refunds[refund]
        number = external or f"TM-{refund}"
        old = self.documents.get(number)
        values = {
            "amount": fresh.amount, "type": fresh.kind, "status": IMAGE[fresh.status], "waybill": fresh.waybill,
            "version": fresh.version,
        }  # fmt: skip
        given = {name: how.pop(name) for name in Document.__struct_fields__ if name in how}
        base = old or Document(id=f"D{len(self.documents) + 1}", external=number, shop=self.shop, refund_id=refund)
        new = msgspec.structs.replace(base, **(values | given))
        new.booked, new.cancelled = new.status == "refunded", new.status == "closed"
        new.revision = old.revision + 1 if old else 1
        if old is not None and (old.amount, old.type) != (new.amount, new.type):
            new.decision = {}
        method = "erp.update" if old else "erp.create"
        effect = how.pop("effect", True) and not how.get("error")

        def happen(cause: int) -> None:
            if effect:
                self.documents[number] = new
                about = {"cause": cause, "side": "erp", **self._about((refund,))}
                self._note(Changed(actor=actor, action=method[4:], rows=(Row("document", new.id, new),), **about))

        seen = (Told(refund, new.revision),) if effect else ()
        params = {"path": f"/documents/{number}"}
        return self.call(method, (refund,), params, told=seen, fields=("*",), happen=happen, **how)

    def noted(self, refund: str, note: str) -> Self:
        """Let a clerk write a note into the refund's newest document."""
        old = next(found for found in reversed(self.documents.values()) if found.refund_id == refund)
        new = self.documents[old.external] = msgspec.structs.replace(old, revision=old.revision + 1, note=note)
        where: dict[str, Any] = {"side": "erp", **self._about((refund,))}
        return self._note(Changed(actor="reviewer", action="edit", rows=(Row("document", new.id, new),), **where))

    def erp_down(self, event: str) -> Self:
        """Let the ERP take no connection from now on (*event* strike), or take them again (end)."""
        return self._note(Fault(fault="down", name="erp-down", event=event, scope={"times": 0}, side="erp"))

    def forged_callback(self, refund: str, event: str = "sent", *, defect: str = "unsigned", status: int = 0) -> Self:
        """Let a stranger send a callback about the refund, or the integration answer it (*event* answered, refused)."""
        where: dict[str, Any] = {"side": "erp", **self._about((refund,))}
        return self._note(Callback(callback="st1", event=event, defect=defect, status=status, **where))

    def erp_read(self, refund: str, *, external: str = "", **how: Any) -> Self:
        """Let the integration read the refund's document."""
        number = external or f"TM-{refund}"
        found = self.documents.get(number)
        seen = (Told(refund, found.revision),) if found else ()
        named = (refund,) if found else ()
        return self.call("erp.read", named, {"path": f"/documents/{number}"}, told=seen, fields=("*",), **how)

    def decide(self, refund: str, decision: str, **values: Any) -> Self:
        """Let the ERP decide about what the refund's newest document shows."""
        old = next(found for found in reversed(self.documents.values()) if found.refund_id == refund)
        about = {"kind": decision, "revision": old.revision + 1}
        new = msgspec.structs.replace(old, revision=old.revision + 1, decision=about)
        self.documents[old.external] = new
        by = "warehouse" if decision in {"receive", "refuse_return"} else "reviewer"
        where: dict[str, Any] = {"side": "erp", **self._about((refund,))}
        self._note(Changed(actor=by, action=decision, rows=(Row("document", new.id, new),), **where))
        content: dict[str, Any] = {"amount": old.amount, "type": old.type, "quantity": 1, **values}
        self._note(Decision(document=old.id, decision=decision, revision=new.revision, by=by, **content, **where))
        return self

    def agree(self, *refunds: str, amount: int | str | None = None, version: int | None = None, **how: Any) -> Self:
        """Let the integration agree, all rows in one call; *fail* and *drop* name rows that fail or are missing."""
        fail, drop, effect = how.pop("fail", ()), how.pop("drop", ()), how.pop("effect", True)
        rows = []
        for refund in refunds:
            row = self.refunds[refund]
            rows.append(f"{refund}|{row.amount if amount is None else amount}|{version or row.version}|{row.phase}")

        def happen(cause: int) -> None:
            for refund in refunds:
                if effect and refund not in fail:
                    self.changed(refund, "agree", "integration", cause=cause, status=SUCCESS)

        message = how.pop("message", "isp.remote-service-error")
        results = tuple(
            RowResult(refund, refund not in fail, message if refund in fail else "succ")
            for refund in refunds
            if refund not in drop
        )
        return self.call(
            AGREE, refunds, {"refund_infos": ",".join(rows)}, happen=happen, results=results, dropped=tuple(drop),
            fields=("status",), tell=[refund for refund in refunds if effect and refund not in fail], **how,
        )  # fmt: skip

    def act(self, method: str, refund: str, *, version: int | None = None, **how: Any) -> Self:
        """Let the integration review, refuse, or agree to a return; *extra* are more parameters."""
        row = self.refunds[refund]
        params = {"refund_id": refund, "refund_version": str(version or row.version), "refund_phase": row.phase}
        params |= how.pop("extra", {})
        effect = how.pop("effect", not how.get("error"))

        def happen(cause: int) -> None:
            if effect and method == REVIEW:
                self.changed(refund, "review", "integration", cause=cause, bump=False, reviewed=True)
            elif effect:
                status = _LEADS_TO[method]
                self.changed(refund, ACTION[method], "integration", cause=cause, bump=False, status=status)

        tell = [refund] if effect else []
        return self.call(method, (refund,), params, happen=happen, tell=tell, fields=("status",), effect=effect, **how)

    def call(
        self,
        method: str,
        refunds: Sequence[str],
        params: dict[str, Any],
        *,
        told: tuple[Told, ...] = (),
        tell: Iterable[str] = (),
        happen: Any = None,
        lost: bool = False,
        took: float = 0.0,
        error: dict[str, Any] | None = None,
        fault: str = "",
        session: dict[str, Any] | None = None,
        files: tuple[Upload, ...] = (),
        **answer: Any,
    ) -> Self:
        """Let the integration call: asked, what *happen*s (told the call's number), answered, delivered or *lost*."""
        side = next((side for side in ("erp", "oauth") if method.startswith(f"{side}.")), "tmall")
        about: dict[str, Any] = {"side": side, **self._about(tuple(refunds))}
        checks: dict[str, Any] = {"signed": True, "skew": 0} if side == "tmall" else {}
        self._note(Asked(method=method, params=params, files=files, **(checks | (session or {})), **about))
        asked = self.seq
        if happen is not None:
            happen(asked)
        if fault:
            self._note(Fault(fault="f1", name=fault, event="strike", call=asked, **about))
        told = told or tuple(Told(refund, self.refunds[refund].change) for refund in tell)
        self.after(took)
        about |= {"call": asked, "method": method, "fault": fault, "lost": lost}
        self._note(Answered(told=() if error else told, error=error or {}, **answer, **about))
        if not lost:
            self._note(Delivered(call=asked, side=side))
        return self

    def life(self, event: str) -> Self:
        """Let something happen to the integration's process."""
        return self._note(Life(who="integration", event=event))

    def escalated(self, refund: str) -> Self:
        """Let people be told of the refund."""
        return self._note(Mark(name="escalated", detail={"channel": "url"}, **self._about((refund,))))

    def setting(self, name: str, value: Any) -> Self:
        """Give a setting another value."""
        return self._note(SettingChanged(name=name, value=value, side="harness"))

    def moved_on(self, by: int) -> Self:
        """Let a story move the time on by *by* ms."""
        self.moved += by
        return self._note(ClockStepped(by=by, wanted=True, side="harness"))

    def begin(self, play: str, **detail: Any) -> Self:
        """End the play, and begin another."""
        self._note(Mark(name="play", detail=self._detail | {"event": "ended", "outcome": "passed", "seconds": 1.0}))
        self.play, self._detail = play, {"play": play, "story": play.partition("#")[0], **detail}
        return self._note(Mark(name="play", detail=self._detail | {"event": "started"}))

    def end(self, *, complete: bool = True, outcome: str = "passed", reason: str = "") -> Self:
        """End the play and the run."""
        detail = self._detail | {"event": "ended", "outcome": outcome, "reason": reason, "seconds": 1.0}
        self._note(Mark(name="play", detail=detail))
        return self._note(Mark(name="end", detail={"complete": complete}))

    def judged(self, **how: Any) -> Judgement:
        """Return the judgement about it."""
        return judge(self.entries, **how)

    def rule(self, ident: str) -> RuleResult:
        """Return what rule *ident* says about it."""
        return next(result for result in self.judged().rules if result.id == ident)

    def _put_refund(self, row: Refund, actor: str, action: str, *, cause: int = 0, bump: bool = True) -> Self:
        version = self._wall() + len(self.entries) if bump else row.version
        new = msgspec.structs.replace(row, change=row.change + 1, version=version, modified=self._second())
        self.refunds[new.refund_id] = new
        about: dict[str, Any] = {"side": "tmall", "cause": cause, **self._about((new.refund_id,))}
        return self._note(Changed(actor=actor, action=action, rows=(Row("refund", new.refund_id, new),), **about))

    def _due(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return *values* with `due_in`, seconds from now, as the moment `due`."""
        if "due_in" not in values:
            return values
        rest = {name: value for name, value in values.items() if name != "due_in"}
        return rest | {"due": self._wall() + int(values["due_in"] * 1000)}

    def _about(self, refunds: tuple[str, ...]) -> dict[str, Any]:
        return {"shop": self.shop, "refunds": refunds, "plays": (self.play,) if refunds else ()}

    def _second(self) -> int:
        return self._wall() // 1000

    def _wall(self) -> int:
        return BEGAN + self.moved + self._mono // 1000

    def _note(self, entry: AnyEntry) -> Self:
        self._mono += 1000
        entry.seq, entry.mono, entry.wall = len(self.entries) + 1, self._mono, self._wall()
        self.entries.append(entry)
        return self
