"""What the connector asks of an ERP, whichever it is, and which ones it speaks to."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import urllib3

from connectors import erp_generic, erp_jiandaoyun
from connectors.settings import SettingsError

JSON = dict[str, Any]


class Erp(Protocol):
    """The ERP's documents, in our own words. Every failure is one of the three in `connectors.errors`."""

    def put(self, external: str, body: JSON) -> JSON:
        """Create or update the document with our number *external*; return what the ERP says of it."""

    def get(self, external: str) -> JSON | None:
        """Return the document with our number *external*, or None if there is none."""

    def documents(self, shop: str, after: str, limit: int = 200) -> tuple[list[JSON], str, bool]:
        """Return documents of *shop* updated after a cursor, the next cursor, and whether there are more."""

    def proof(self, sha256: str) -> bytes:
        """Return the picture that a decision names."""
        ...


DIALECTS: Mapping[str, Callable[[str, str, urllib3.PoolManager], Erp]] = {
    "generic": erp_generic.Erp,
    "jiandaoyun": erp_jiandaoyun.Erp,
}
"""The adapter of each ERP by its name."""


def connect(dialect: str, url: str, key: str, http: urllib3.PoolManager) -> Erp:
    """Return the ERP at *url*, spoken to in its *dialect*.

    Raises:
        SettingsError: if we do not speak it.
    """
    if dialect not in DIALECTS:
        raise SettingsError(f"ERP must be one of {', '.join(DIALECTS)}, not {dialect}")
    return DIALECTS[dialect](url, key, http)
