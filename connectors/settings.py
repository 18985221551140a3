"""What the connector is told from outside: environment variables, read once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from connectors.clock import Clock


class SettingsError(Exception):
    """An environment variable is missing or cannot be read; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A shop and the keys to it."""

    nick: str
    app_key: str
    app_secret: str
    session: str
    """The main account's."""
    sub_session: str
    """A sub-account's: the platform pays out for nobody else."""
    refresh_token: str = ""
    """With which the main account's session is renewed; empty: it cannot be."""
    sub_refresh_token: str = ""
    erp_shop: str = ""
    """Its number in the ERP, where that has numbers for shops."""
    type: str = "B"
    """B Tmall, C Taobao: Taobao knows no review, and its refunds have no phase."""

    @property
    def main(self) -> "Account":
        """Return the keys of the main account."""
        return Account(self.session, self.refresh_token)

    @property
    def sub(self) -> "Account":
        """Return the keys of the sub-account."""
        return Account(self.sub_session, self.sub_refresh_token)


class Account(NamedTuple):
    """What an account was authorised with."""

    session: str
    refresh_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of it. Times in seconds."""

    top_url: str
    erp_url: str
    erp_key: str
    shops: tuple[Shop, ...]
    database: Path
    clock: Clock
    token_url: str = ""
    """Where sessions are renewed; empty: they are not."""
    callback_secret: str = ""
    """With which the ERP signs its callbacks; empty: they are not taken."""
    erp: str = "generic"
    """The ERP's dialect, one of `connectors.erp.DIALECTS`."""
    erp_app_key: str = ""
    """The key of our app at the ERP, where calls are signed."""
    erp_sid: str = ""
    """The merchant's account at 旺店通."""
    erp_salt: str = ""
    """The second half of an app secret of its 旗舰版."""
    erp_together: float = 0.0
    """How long a document that is written waits for others, where the ERP takes several at once."""
    poll: float = 0.5
    page_size: int = 20
    overlap: int = 2
    history: int = 86_400
    lead: float = 7_200.0
    """How long before a deadline people are told that nobody has decided."""
    margin: float = 600.0
    """How long before a deadline a silent warehouse counts as one that could not stop the parcel."""
    escalation_url: str = ""
    separate: bool = True
    """Notices of goods that come back are documents of their own."""
    hold_trade: bool = False
    """Hold the whole parcel of a trade as long as one refund of it is open."""
    part_pays: bool = False
    """Pay for a return as soon as some of its pieces are back."""
    health_port: int = 0
    group: str = ""
    """Of the message queue; empty: the default one."""
    reconcile: float = 300.0
    """How often an integration that listens to messages reads the list all the same."""
    mutant: str = ""


def read(environ: Mapping[str, str]) -> Settings:
    """Return the settings that *environ* holds.

    Raises:
        SettingsError: if a variable is missing or makes no sense.
    """
    poll = _number(environ, "POLL", 0.5)
    page_size = int(_number(environ, "PAGE_SIZE", 20))
    if poll <= 0:
        raise SettingsError("POLL must be more than 0 seconds")
    reconcile = _number(environ, "RECONCILE", 300)
    if reconcile <= 0:
        raise SettingsError("RECONCILE must be more than 0 seconds")
    if not 1 <= page_size <= 100:
        raise SettingsError("PAGE_SIZE must be from 1 to 100, the platform's limit")
    file = environ.get("CLOCK_FILE", "")
    return Settings(
        top_url=_needed(environ, "TOP_URL"),
        erp_url=_needed(environ, "ERP_URL").rstrip("/"),
        erp_key=_needed(environ, "ERP_KEY"),
        erp=environ.get("ERP") or "generic",
        erp_app_key=environ.get("ERP_APP_KEY", ""),
        erp_sid=environ.get("ERP_SID", ""),
        erp_salt=environ.get("ERP_SALT", ""),
        erp_together=_number(environ, "ERP_TOGETHER", 0),
        callback_secret=environ.get("CALLBACK_SECRET", ""),
        shops=_shops(environ),
        database=Path(environ.get("DATABASE") or "connector.sqlite"),
        token_url=_token_url(environ.get("OAUTH_URL", "")),
        clock=Clock(_number(environ, "CLOCK_OFFSET", 0), Path(file) if file else None),
        poll=poll,
        page_size=page_size,
        # A list shows a change a little late, and its times have no more than seconds: reach back a few polls.
        overlap=max(1, round(_number(environ, "OVERLAP", max(2.0, 4 * poll)))),
        history=round(_number(environ, "HISTORY", 1) * 86_400),
        lead=_number(environ, "LEAD", 7_200),
        margin=_number(environ, "MARGIN", 600),
        escalation_url=environ.get("ESCALATION_URL", ""),
        separate=_choice(environ, "INBOUND", "separate", "none"),
        hold_trade=not _choice(environ, "HOLD_SCOPE", "order", "trade"),
        part_pays=not _choice(environ, "PAYS_ON", "all", "part"),
        health_port=int(_number(environ, "HEALTH_PORT", 0)),
        group=environ.get("GROUP", ""),
        reconcile=reconcile,
        mutant=environ.get("MUTANT", ""),
    )


def _shops(environ: Mapping[str, str]) -> tuple[Shop, ...]:
    if not environ.get("SHOPS"):
        return (
            Shop(
                nick=environ.get("TOP_NICK") or "shop",
                app_key=_needed(environ, "TOP_APP_KEY"),
                app_secret=_needed(environ, "TOP_APP_SECRET"),
                session=_needed(environ, "TOP_SESSION"),
                sub_session=_needed(environ, "TOP_SUB_SESSION"),
                refresh_token=environ.get("TOP_REFRESH_TOKEN", ""),
                sub_refresh_token=environ.get("TOP_SUB_REFRESH_TOKEN", ""),
            ),
        )
    names = ("nick", "app_key", "app_secret", "session", "sub_session")
    try:
        rows = json.loads(environ["SHOPS"])
        shops = tuple(
            Shop(
                **{name: str(row[name]) for name in names},
                **{name: str(row.get(name) or "") for name in ("refresh_token", "sub_refresh_token", "erp_shop")},
                type=row.get("type", "B"),
            )
            for row in rows
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SettingsError(f"SHOPS must be a JSON list of objects with {', '.join(names)} ({error})") from error
    if not shops:
        raise SettingsError("SHOPS names no shop")
    return shops


def _token_url(base: str) -> str:
    return f"{base.rstrip('/')}/token" if base else ""


def _needed(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name)
    if not value:
        raise SettingsError(f"the environment variable {name} is missing")
    return value


def _number(environ: Mapping[str, str], name: str, default: float) -> float:
    value = environ.get(name) or str(default)
    try:
        return float(value)
    except ValueError as error:
        raise SettingsError(f"{name} must be a number, not {value!r}") from error


def _choice(environ: Mapping[str, str], name: str, first: str, second: str) -> bool:
    """Tell whether a variable is *first* (also if it is missing) and not *second*."""
    value = environ.get(name) or first
    if value not in (first, second):
        raise SettingsError(f"{name} must be {first} or {second}, not {value!r}")
    return value == first
