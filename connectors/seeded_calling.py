"""Seeded bugs in how the platform is called: each overrides one method of the correct connector."""

from collections.abc import Mapping
from typing import Any, ClassVar

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


class OneTurnForAll(Platform):
    """M04."""

    _turn: ClassVar[Platform | None] = None

    def call(
        self,
        method: str,
        params: Mapping[str, Any],
        *,
        sub: bool = False,
        bare: bool = False,
        files: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Let the shop that reads its list have its turn, and ask all else as the shop whose turn it is."""
        if method == "taobao.refunds.receive.get":
            OneTurnForAll._turn = self
        whose = OneTurnForAll._turn or self
        return Platform.call(whose, method, params, sub=sub, bare=bare, files=files)


CALLING: Mapping[str, type[Session]] = {"M09": EachWorkerRenews}
ASKING: Mapping[str, type[Platform]] = {"M04": OneTurnForAll, "M53": AsksOn}
