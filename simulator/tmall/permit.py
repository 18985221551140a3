"""What users permitted to an app (TMC), and the groups into which the app puts users and topics."""

import msgspec

DEFAULT_GROUP = "default"


class Permit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a user (shop) permitted to an app: row `permit`, id `APP_KEY:NICK`. Times in seconds since 1970."""

    topics: tuple[str, ...] | None = None
    """None: every topic of the app."""
    group: str = DEFAULT_GROUP
    valid: bool = True
    """False once it was cancelled."""
    created: int = 0
    modified: int = 0


class Group(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A group: row `group`, id `APP_KEY:NAME`. Times in seconds since 1970."""

    created: int = 0
    modified: int = 0
    topics: tuple[str, ...] = ()
    """Topics that go into it, of users that are in no group themselves."""
