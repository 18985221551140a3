"""Seeded bugs in which callbacks are believed: each overrides one method of the correct one."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from connectors.callbacks import Arrived, Callbacks
from connectors.erp_decision import decision

_AGREED = "审核通过"


class TakesUnsigned(Callbacks):
    """M44."""

    def signed(self, arrived: Arrived) -> bool:
        """Check a signature only if there is one."""
        return not self._ear.signature(arrived) or super().signed(arrived)


class TakesItsWord(Callbacks):
    """M96."""

    def take(self, arrived: Arrived) -> int:
        """Take what a push says for a decision about whatever the document is by now."""
        taken = super().take(arrived)
        fields = dict(parse_qsl(arrived.content.decode(errors="replace")))
        if taken != 204 or json.loads(fields.get("biz", "{}")).get("status") != _AGREED:
            return taken
        notice = self._ear.read(arrived)
        desk = self._desk(notice)
        found = desk.delivery.papers.look(notice.number) if desk is not None else None
        if desk is not None and found is not None:
            kind = "approve_return" if found["type"] == "return_refund" else "approve"
            desk.decisions.heard({**found, "decision": decision(kind, (kind,), found)})
        return taken


BELIEVING: Mapping[str, type[Callbacks]] = {"M44": TakesUnsigned, "M96": TakesItsWord}
