"""What the connector asks of an ERP, whichever it is, and which ones it speaks to."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

import urllib3

from connectors import (
    callbacks_generic,
    callbacks_jiandaoyun,
    callbacks_jushuitan,
    erp_generic,
    erp_jiandaoyun,
    erp_jushuitan,
    erp_wangdiantong,
    erp_wangdiantong_enterprise,
    erp_wangdiantong_flagship,
)
from connectors.callbacks import Ear
from connectors.settings import Settings, SettingsError

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


def _wangdiantong(dialect: type[erp_wangdiantong.Dialect], told: Settings, http: urllib3.PoolManager) -> Erp:
    keys = {"sid": told.erp_sid, "app": told.erp_app_key, "secret": told.erp_key, "salt": told.erp_salt}
    return dialect(told.erp_url, keys, {shop.nick: shop.erp_shop for shop in told.shops}, told.clock, http)


DIALECTS: Mapping[str, Callable[[Settings, urllib3.PoolManager], Erp]] = {
    "generic": lambda told, http: erp_generic.Erp(told.erp_url, told.erp_key, http),
    "jiandaoyun": lambda told, http: erp_jiandaoyun.Erp(told.erp_url, told.erp_key, http),
    "jushuitan": lambda told, http: erp_jushuitan.Erp(
        told.erp_url, (told.erp_app_key, told.erp_key), told.clock, http, together=told.erp_together
    ),
    "wangdiantong": partial(_wangdiantong, erp_wangdiantong_flagship.Erp),
    "wangdiantong-enterprise": partial(_wangdiantong, erp_wangdiantong_enterprise.Erp),
}
"""The adapter of each ERP by its name."""

EARS: Mapping[str, Ear] = {
    "generic": callbacks_generic.Ear(),
    "jiandaoyun": callbacks_jiandaoyun.Ear(),
    "jushuitan": callbacks_jushuitan.Ear(),
}
"""How those that call back do it."""


def connect(told: Settings, http: urllib3.PoolManager) -> Erp:
    """Return the ERP that is *told*, spoken to in its dialect.

    Raises:
        SettingsError: if we do not speak it.
    """
    if told.erp not in DIALECTS:
        raise SettingsError(f"ERP must be one of {', '.join(DIALECTS)}, not {told.erp}")
    return DIALECTS[told.erp](told, http)
