"""A sandbox and a connector in miniature, for the engine's tests: it writes the entries a real run would, without HTTP.

Time is its own: every read of the ledger moves it on by a quarter of a second, so tests take no time.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from scenarios.settle import IMAGES
from simulator.clock import Clock, to_text
from simulator.erp.document import Document
from simulator.ledger.entry import Act, Answered, AnyEntry, Asked, Changed, Delivered, Fault, Mark
from simulator.ledger.values import Row, Told
from simulator.moments import coming
from simulator.tmall.refund import Refund

STEP = 250_000
"""Microseconds by which a read of the ledger moves the time on."""


class MiniatureClock(Clock):
    """A clock that the miniature moves."""

    def __init__(self) -> None:
        """Start some time after the epoch of both clocks."""
        self.microseconds = 1_000_000_000
        self.shift = 0

    def mono(self) -> int:
        """Return microseconds."""
        return self.microseconds

    def wall(self) -> int:
        """Return milliseconds."""
        return 1_795_000_000_000 + self.microseconds // 1000 + self.shift

    def seconds(self) -> int:
        """Return whole seconds."""
        return self.wall() // 1000


class Miniature:
    """The control API that plays use, and the connector that answers it. Switches make the connector bad."""

    def __init__(self, *, poll: float = 0.5) -> None:
        """Let the connector poll every *poll* seconds."""
        self.clock = MiniatureClock()
        self.entries: list[AnyEntry] = []
        self.poll = poll
        self.updates = True
        """Whether the connector brings changes to documents that exist."""
        self.polls_at_all = True
        self.refuses: set[str] = set()
        """Acts that are impossible."""
        self.set: dict[str, Any] = {"list_lag": 0, "time_scale": 1, "edition": "legacy"}
        self.own: dict[str, dict[str, Any]] = {}
        """Settings that shops have of their own, by nick."""
        self.changes: list[tuple[str, Any]] = []
        """Settings in the order in which they were given values."""
        self.faults: dict[str, Mapping[str, Any]] = {}
        self.hooks: dict[str, Mapping[str, Any]] = {}
        self.hung: list[tuple[str, int, str, str]] = []
        """Acts that were hung on pages of a list: call, page, shop, act."""
        self.lifted: list[str] = []
        self.open_at_once = 0
        """The most plays that were ever open on one shop."""
        self.open_altogether: list[int] = []
        """How many were open, on all shops, whenever one began."""
        self._open: dict[str, set[str]] = {}
        self.refunds: dict[str, Refund] = {}
        self._documents: dict[str, Document] = {}
        self._shops: dict[int, str] = {}
        self._due = 0

    def _write(self, entry: AnyEntry) -> int:
        entry.seq, entry.mono, entry.wall = len(self.entries) + 1, self.clock.mono(), self.clock.wall()
        self.entries.append(entry)
        return entry.seq

    def trades(self, trades: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Create trades."""
        made = []
        for trade in trades:
            tid = 100 + 10 * len(self._shops)
            self._shops[tid] = trade["shop"]
            made.append({"tid": tid, "oids": [tid + n for n in range(len(trade["orders"]))], "shop": trade["shop"]})
        return made

    def acts(self, acts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Do acts in order."""
        return [self._act(act["act"], act["args"]) for act in acts]

    def _act(self, name: str, args: Mapping[str, Any], hook: str = "") -> dict[str, Any]:
        if name in self.refuses:
            self._write(Act(act=name, accepted=False, reason="it is too late", hook=hook))
            return {"accepted": False, "reason": "it is too late", "seq": len(self.entries), "result": {}}
        self._write(Act(act=name, args=dict(args), hook=hook))
        ident = str(args.get("refund", ""))
        if name == "buyer.apply":
            ident = self._applied(args)
        elif name == "buyer.modify":
            self._change(ident, amount=int(args["amount"].replace(".", "")), status="WAIT_SELLER_AGREE")
        elif name == "buyer.withdraw":
            self._change(ident, status="CLOSED")
        elif name == "platform.timer":
            return self._over(ident)
        elif name.startswith("reviewer."):
            document = self._documents[ident]
            self._document(document, decision={"kind": name.partition(".")[2]}, revision=document.revision + 1)
        return {"accepted": True, "reason": "", "seq": len(self.entries), "result": {"refund_id": ident}}

    def _over(self, ident: str) -> dict[str, Any]:
        """Let the time of a claim pass, as of an exchange that becomes a refund."""
        self._change(ident, status="CLOSED")
        became = self._applied({"oid": self.refunds[ident].oid})
        return {"accepted": True, "reason": "", "seq": len(self.entries), "result": {"became": became}}

    def _applied(self, args: Mapping[str, Any]) -> str:
        ident = f"{318_000_000_000_000_000 + len(self.refunds)}"
        tid = args["oid"] // 10 * 10
        amount = int(args.get("amount", "10.00").replace(".", ""))
        self.refunds[ident] = Refund(
            refund_id=ident,
            shop=self._shops[tid],
            tid=tid,
            oid=args["oid"],
            kind=args.get("kind", "refund_only"),
            status="WAIT_SELLER_AGREE",
            phase="onsale",
            amount=amount,
            total=amount,
            change=0,
        )
        self._change(ident)
        return ident

    def _change(self, ident: str, **values: Any) -> None:
        old = self.refunds[ident]
        new = msgspec.structs.replace(old, change=old.change + 1, modified=self.clock.seconds(), **values)
        self.refunds[ident] = new
        self._write(Changed(rows=(Row("refund", ident, msgspec.to_builtins(new)),), refunds=(ident,), shop=new.shop))

    def _document(self, document: Document, **values: Any) -> None:
        new = msgspec.structs.replace(document, cursor=len(self.entries), **values)
        self._documents[new.refund_id] = new
        self._write(Changed(rows=(Row("document", new.id, msgspec.to_builtins(new)),), refunds=(new.refund_id,)))

    def fault(self, spec: Mapping[str, Any]) -> str:
        """Arm a fault; it strikes at the next poll."""
        ident = f"f{len(self.faults) + 1}"
        self.faults[ident] = spec
        return ident

    def lift(self, fault_id: str = "", play: str = "") -> None:
        """Note what was lifted."""
        self.lifted.append(fault_id or play)

    def hook(self, spec: Mapping[str, Any]) -> str:
        """Hang an act on a call."""
        ident = f"h{len(self.hooks) + 1}"
        if "page" in spec:
            self.hung.append((spec["call"], spec["page"], spec["shop"], spec["act"]))
        self.hooks[ident] = spec
        return ident

    def drop(self, hook_id: str = "", play: str = "") -> None:
        """Take hooks away."""
        self.hooks = {ident: hook for ident, hook in self.hooks.items() if hook.get("play") != play}

    def settings(self) -> dict[str, Any]:
        """Return the settings that it knows."""
        return {name: {"value": value} for name, value in self.set.items()}

    def setting(self, name: str, value: Any) -> None:
        """Set one, and remember what was set."""
        self.set[name] = value
        self.changes.append((name, value))

    def shop_settings(self, nick: str) -> dict[str, Any]:
        """Return what holds for a shop."""
        own = {name: {"value": value, "origin": "shop: control"} for name, value in self.own.get(nick, {}).items()}
        return {name: {"value": value, "origin": "default"} for name, value in self.set.items()} | own

    def shop_setting(self, nick: str, name: str, value: Any) -> None:
        """Give a shop a value of its own, or (None) the run's again, and remember that."""
        self.changes.append((f"{nick}/{name}", value))
        if value is None:
            self.own[nick].pop(name)
        else:
            self.own.setdefault(nick, {})[name] = value

    def move_on(self, *, by: float = 0.0, to: str = "", play: str = "") -> dict[str, Any]:
        """Move the time on."""
        if to:
            by = coming(to, self.clock.seconds()) - self.clock.seconds()
        self.clock.shift += int(by * 1000)
        return {"by": by, "shift": self.clock.shift / 1000, "now": to_text(self.clock.seconds())}

    def mark(self, name: str, detail: Mapping[str, Any], play: str = "", refunds: Sequence[str] = ()) -> int:
        """Write a mark, and count how many plays are open."""
        if detail.get("event") == "started":
            now_open = self._open.setdefault(detail["shop"], set())
            now_open.add(play)
            self.open_at_once = max(self.open_at_once, len(now_open))
            self.open_altogether.append(sum(map(len, self._open.values())))
        elif detail.get("event") == "ended":
            for plays in self._open.values():
                plays.discard(play)
        return self._write(Mark(name=name, detail=dict(detail), plays=(play,), refunds=tuple(refunds)))

    def ledger(self, after: int, wait: float = 0.0, limit: int = 0) -> list[AnyEntry]:
        """Move the time on, let the connector work if its poll is due, and return the entries after a number."""
        self.clock.microseconds += STEP
        if self.polls_at_all and self.clock.microseconds >= self._due:
            self._due = self.clock.microseconds + int(self.poll * 1e6)
            self._work()
        return self.entries[after : after + limit]

    def marks(self, event: str) -> list[Mapping[str, Any]]:
        """Return the details of the play marks of an event."""
        return [found.detail for found in self.entries if isinstance(found, Mark) and found.detail["event"] == event]

    def _work(self) -> None:
        """Do what a polling connector does in one cycle."""
        for ident, spec in self.faults.items():
            self._write(Fault(fault=ident, name=spec["fault"], event="strike", plays=(spec["play"],)))
        for shop in dict.fromkeys(self._shops.values()):
            self._scan(shop)
        for refund in list(self.refunds.values()):
            self._carry_out(refund)
            self._bring(self.refunds[refund.refund_id])

    def _scan(self, shop: str) -> None:
        rows = [refund for refund in self.refunds.values() if refund.shop == shop]
        window = {"start_modified": to_text(0), "end_modified": to_text(self.clock.seconds())}
        asked = Asked(method="taobao.refunds.receive.get", params=window, shop=shop, side="tmall")
        call = self._write(asked)
        told = tuple(Told(refund.refund_id, refund.change) for refund in rows)
        self._write(Answered(call=call, total=len(rows), told=told, shop=shop, side="tmall"))
        self._write(Delivered(call=call, shop=shop, side="tmall"))

    def _bring(self, refund: Refund) -> None:
        known = self._documents.get(refund.refund_id)
        image = {"status": IMAGES[refund.status], "amount": refund.amount, "type": refund.kind}
        if known is None:
            document = Document(id=f"D{len(self._documents)}", external="", refund_id=refund.refund_id)
            self._document(document, **image)
        elif self.updates and (known.status, known.amount) != (image["status"], image["amount"]):
            self._document(known, decision={}, **image)

    def _carry_out(self, refund: Refund) -> None:
        document = self._documents.get(refund.refund_id)
        if document is None or not document.decision or refund.status != "WAIT_SELLER_AGREE":
            return
        for ident, hook in list(self.hooks.items()):
            if hook.get("refund") == refund.refund_id:
                del self.hooks[ident]
                self._act(hook["act"], hook["args"], ident)
        if self.refunds[refund.refund_id].amount == document.amount:
            status = {"approve": "SUCCESS", "refuse": "SELLER_REFUSE_BUYER"}[document.decision["kind"]]
            self._change(refund.refund_id, status=status)
