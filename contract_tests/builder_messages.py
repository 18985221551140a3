"""Small ledgers with messages: published, told over the websocket or by a call, confirmed.

MessageLedger().applied("R").message("R").hear("R").document("R").confirm("R").end()
"""

from typing import Any, Self

import msgspec

from contract_tests.builder import DECLARED, Ledger
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import Answered, Asked, Confirmed, Delivered, Fault, Published, Pushed
from simulator.ledger.values import Told

LISTENS = msgspec.structs.replace(DECLARED, messages=True, reconcile=5.0)
"""What the bundled connector that listens declares: it reads the list every five seconds all the same."""

CONSUME = "taobao.tmc.messages.consume"


class MessageLedger(Ledger):
    """A ledger in the making whose integration listens. A message is named by its refund; the newest is meant."""

    def __init__(self, declared: Declaration = LISTENS, **how: Any) -> None:
        """Begin as `Ledger` does."""
        super().__init__(declared, **how)
        self.newest: dict[str, Published] = {}
        """By refund, or by its topic where it tells of none."""
        self._count = 0

    def message(self, refund: str = "", topic: str = "RefundCreated", **how: Any) -> Self:
        """Publish a message about the refund as it is now; *how*: fault, lost, repeats, and `odd` for nobody's."""
        self._count += 1
        odd = how.pop("odd", False)
        told = () if odd or not refund else (Told(refund, self.change_of(refund)),)
        fault = how.get("fault", "")
        if fault:
            self._note(Fault(fault="f1", name=fault, event="strike", **self._about((refund,) if refund else ())))
        entry = Published(
            message=how.pop("number", str(7 * 10**18 + self._count)), topic=f"taobao_refund_{topic}", told=told,
            fields=("status", "amount") if told else (), **how, **self._about((refund,) if told else ()),
        )  # fmt: skip
        self.newest[refund or topic] = entry
        return self._note(entry)

    def change_of(self, number: str) -> int:
        """Return the number of the newest change of a refund."""
        return self.refunds[number].change

    def again(self, name: str) -> Self:
        """Publish the newest message once more under its own number."""
        old = self.newest[name]
        fresh = msgspec.structs.replace(old, copy=1, fault="message-duplicated", seq=0)
        return self._note(fresh)

    def hear(self, name: str, *, channel: str = "ws", lost: bool = False, **how: Any) -> Self:
        """Hand the newest message out; over http its answer may be *lost*."""
        found = self.newest[name]
        about: dict[str, Any] = {"message": found.message, "channel": channel, "refunds": found.refunds, **how}
        if channel == "ws":
            return self._note(Pushed(connection="c1", side="tmall", **about))
        self._note(Asked(method=CONSUME, side="tmall", signed=True, skew=0, shop=self.shop))
        asked = self.seq
        self._note(Pushed(call=asked, side="tmall", **about))
        self._note(Answered(call=asked, method=CONSUME, side="tmall", shop=self.shop, lost=lost))
        return self if lost else self._note(Delivered(call=asked, side="tmall"))

    def confirm(self, name: str, result: str = "ok") -> Self:
        """Let the integration confirm the newest message, or say that it failed."""
        found = self.newest[name]
        return self._note(Confirmed(message=found.message, channel="ws", result=result, refunds=found.refunds))
