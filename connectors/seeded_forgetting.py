"""Seeded bugs in what is left of decisions after a crash: each overrides one method of the correct connector."""

from collections.abc import Mapping
from typing import Any

from connectors import inbound
from connectors.decisions import Decisions

JSON = dict[str, Any]


class KeepsThemInMemory(Decisions):
    """M95: how far it has read stands in the database, and what it read would be gone."""

    def __init__(self, *parts: Any) -> None:
        """Begin with nothing to do."""
        super().__init__(*parts)
        for key, document in self.memory.todo(self.shop).items():
            self.forget(key, document)

    def forget(self, key: str, document: JSON) -> None:
        """Take *document* off the list of what is to be done."""
        self.memory.finish(self.shop, key, document)


class HearsThemOnce(KeepsThemInMemory):
    """M93."""

    def collect(self) -> None:
        """Read no list of the ERP: its callbacks say all there is."""


class BegunIsDone(KeepsThemInMemory):
    """M94."""

    def forget(self, key: str, document: JSON) -> None:
        """Take off the list what was sent, as if the platform had done it."""
        refund_id = inbound.refund_of(key)
        if self.memory.unknown(self.shop, refund_id, "platform"):
            for _, fact in self._matters(key, document):
                self.memory.handle(self.shop, key, int(fact["revision"]), "begun")
            self.memory.end(self.shop, [refund_id], "platform")
            super().forget(key, document)


FORGETTING: Mapping[str, type[Decisions]] = {
    "M93": HearsThemOnce,
    "M94": BegunIsDone,
    "M95": KeepsThemInMemory,
}
