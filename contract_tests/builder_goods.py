"""Small ledgers in which goods move: parcels that are stopped, AG that is told so, and exchanges from end to end."""

import json
from typing import Any, Self

import msgspec

from contract_tests.builder import BEGAN, Ledger
from contract_tests.call import CANCEL
from simulator.erp.document import EXCHANGE_IMAGES, Document
from simulator.ledger.entry import Changed, Decision
from simulator.ledger.values import Row, Told
from simulator.tmall.exchange import Exchange


class GoodsLedger(Ledger):
    """A ledger in the making, in a shop that has AG."""

    def __init__(self, *about: Any, **more: Any) -> None:
        """Begin as a ledger does, and open the shop."""
        super().__init__(*about, **more)
        self.exchanges: dict[str, Exchange] = {}
        shop = {"nick": self.shop, "user_id": 1, "ag": True}
        self._note(Changed(actor="harness", action="open_shop", rows=(Row("shop", self.shop, shop),), side="tmall"))

    def reported(self, number: str, kind: str, **values: str) -> Self:
        """Let the warehouse report *kind* (intercept, ship) about the newest document of a refund or exchange."""
        old = next(found for found in reversed(self.documents.values()) if found.refund_id == number)
        new = msgspec.structs.replace(old, revision=old.revision + 1)
        self.documents[old.external] = new
        where: dict[str, Any] = {"side": "erp", **self._about((number,))}
        self._note(Changed(actor="warehouse", action=kind, rows=(Row("document", new.id, new),), **where))
        said: dict[str, Any] = {"document": new.id, "revision": new.revision, "by": "warehouse", **values}
        return self._note(Decision(decision=kind, **said, **where))

    def cancel(self, refund: str, status: str, *, fee: Any = None, **how: Any) -> Self:
        """Let the integration tell AG what became of the refund's parcel, with a *fee* if one is given."""
        told = json.dumps({"refund_id": refund, "status": status} | ({} if fee is None else {"refund_fee": fee}))
        return self.call(CANCEL, (refund,), {"param": told}, **how)

    def exchanged(self, number: str, **values: Any) -> Self:
        """Let the buyer apply for an exchange, or put it into another state with *values*."""
        actor, action = values.pop("actor", "buyer"), values.pop("action", "apply")
        old = self.exchanges.get(number)
        if old is None:
            old = Exchange(
                dispute_id=number, shop=self.shop, tid=1, oid=1, status="1", phase="onsale", total=8880, wanted="红",
                change=0, due=BEGAN + 86_400_000,
            )  # fmt: skip
        new = msgspec.structs.replace(old, change=old.change + 1, **values)
        self.exchanges[number] = new
        where: dict[str, Any] = {"side": "tmall", **self._about((number,))}
        return self._note(Changed(actor=actor, action=action, rows=(Row("exchange", number, new),), **where))

    def exchange_told(self, number: str, **how: Any) -> Self:
        """Let the integration read the exchange as it is now."""
        seen = (Told(number, self.exchanges[number].change),)
        params = {"dispute_id": number}
        return self.call("tmall.exchange.get", (number,), params, told=seen, fields=("*",), **how)

    def paper(self, number: str, **values: Any) -> Self:
        """Let the integration write the document of the exchange as it is now, or with *values*."""
        old = self.documents.get(f"TM-{number}")
        base = old or Document(id=f"E{number}", external=f"TM-{number}", shop=self.shop, refund_id=number)
        status = EXCHANGE_IMAGES[self.exchanges[number].status]
        content = {"kind": "exchange", "type": "exchange", "status": status, **values}
        new = msgspec.structs.replace(base, revision=base.revision + bool(old), **content)

        def happen(cause: int) -> None:
            self.documents[new.external] = new
            where: dict[str, Any] = {"side": "erp", "cause": cause, **self._about((number,))}
            self._note(Changed(actor="integration", action="update", rows=(Row("document", new.id, new),), **where))

        params = {"path": f"/documents/{new.external}"}
        seen = (Told(number, new.revision),)
        return self.call("erp.update", (number,), params, told=seen, fields=("*",), happen=happen)

    def exchange_call(self, method: str, number: str, *, to: str = "", action: str = "", **params: Any) -> Self:
        """Let the integration call a method of exchanges, which brings the exchange *to* a status by *action*."""

        def happen(_: int) -> None:
            if to:
                self.exchanged(number, status=to, actor="integration", action=action)

        return self.call(method, (number,), {"dispute_id": number, **params}, happen=happen)
