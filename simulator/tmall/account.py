"""Apps, sessions and authorisation codes as rows. They hold tokens of the secrets, never the secrets themselves."""

import msgspec

PACKAGES = ("refund", "trade", "logistics")
"""API permission packages (权限包). Methods of none, such as the clock's, are open to every app."""

GRANTS = ("granted", "limited", "widget")
"""How an app may hold a package: in full, with its permission used up, or for widgets only."""


def package_of(method: str) -> str:
    """Return the package that *method* belongs to, or nothing."""
    name = method.partition(".")[2]
    if name.startswith(("time.", "top.", "appip.")):
        return ""
    return next((package for package in ("trade", "logistics") if name.startswith(package)), "refund")


class App(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An app of the integration's maker."""

    app_key: str
    secret: str = ""
    """Token of the secret."""
    title: str = ""
    callback: str = ""
    """Registered call-back URL; empty: any."""
    packages: dict[str, str] | None = None
    """How each package is held; one that is absent is not. None: all are granted."""
    ips: tuple[str, ...] = ()
    """Addresses that may call; empty: any."""
    refreshable: bool = True
    """Whether its sessions can be refreshed (apps of the service market)."""


class Session(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A session (access token). Times are ms since 1970; 0: never."""

    id: str
    """Token of the session key."""
    app_key: str
    shop: str
    role: str
    """main or sub."""
    grant: str
    """Id of the first session of this authorisation; refreshed ones share it."""
    created: int = 0
    expires: int = 0
    r2: int = 0
    w2: int = 0
    """When reads and writes of security level 2 end."""
    refresh: str = ""
    """Token of the refresh token."""
    refresh_expires: int = 0
    packages: tuple[str, ...] | None = None
    """Packages whose methods the user may call; None: all."""
    ended: str = ""
    """Empty while it lives; else expired, revoked or replaced."""

    def dead(self, now: int) -> str:
        """Return why it is no good any more at *now*, or nothing."""
        return self.ended or ("expired" if self.expires and now >= self.expires else "")


class AuthCode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A code of `/authorize`: good once, until *expires* (ms since 1970)."""

    id: str
    """Token of the code."""
    app_key: str
    shop: str
    role: str
    redirect: str
    expires: int
