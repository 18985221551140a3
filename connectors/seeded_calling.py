"""Seeded bugs in how the platform is called: each overrides one method of the correct connector."""

from collections.abc import Mapping

from connectors.platform import Platform
from connectors.sessions import Session


class EachWorkerRenews(Session):
    """M09."""

    def renew(self, dead: str) -> None:
        """Ask at once, whoever else is asking."""
        self._renew()


class AsksOn(Platform):
    """M53."""

    def heed(self, *scopes: str) -> None:
        """Ask at once, whatever the platform said of how long it is closed."""


CALLING: Mapping[str, type[Session]] = {"M09": EachWorkerRenews}
ASKING: Mapping[str, type[Platform]] = {"M53": AsksOn}
