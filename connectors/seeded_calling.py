"""Seeded bugs in how the platform is called: each overrides one method of the correct session."""

from collections.abc import Mapping

from connectors.sessions import Session


class EachWorkerRenews(Session):
    """M09."""

    def renew(self, dead: str) -> None:
        """Ask at once, whoever else is asking."""
        self._renew()


CALLING: Mapping[str, type[Session]] = {"M09": EachWorkerRenews}
