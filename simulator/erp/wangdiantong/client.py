"""What the clients of both dialects have in common: a push is repeated as it is, nobody is based on a revision."""

from abc import ABC, abstractmethod
from collections.abc import Mapping as Dict
from typing import Any

from simulator.erp.caller import Caller, Got, Seen, Wanted
from simulator.world import World


class WangdiantongClient(Caller, ABC):
    """Signs with an app's secret; each dialect says how."""

    repeats = True

    def __init__(self, world: World, secret: str, keys: Dict[str, str]) -> None:
        """Speak to *world*'s ERP with *secret* and the other *keys*."""
        self._world = world
        self._secret = secret
        self._keys = keys
        self._page = 0

    @abstractmethod
    def create(self, content: Dict[str, Any]) -> Wanted:
        """Push a refund."""

    def update(self, seen: Seen, content: Dict[str, Any]) -> Wanted:
        """Push it again."""
        return self.create(content)

    def stale(self, seen: Seen, content: Dict[str, Any]) -> Wanted | None:
        """There are no revisions that a writer could name."""
        return None

    def denied(self) -> str:
        """Return the number of the error for a wrong sign."""
        return "1"

    def genuine(self, push: Got, secret: str) -> bool:
        """There are no pushes."""
        return True
