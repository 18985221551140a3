"""How both gateways sign, and the tokens that the present one gives."""

import hashlib
import hmac
from collections.abc import Mapping
from functools import lru_cache

DAYS = 30
"""How long a token lasts (assumed; nothing public says it)."""


def sign(secret: str, fields: Mapping[str, str]) -> str:
    """Return the present gateway's sign: hex MD5 of the secret and every field in order of name (docId=70)."""
    text = secret + "".join(name + fields[name] for name in sorted(fields) if name != "sign")
    return hashlib.md5(text.encode()).hexdigest()


def old_sign(partnerkey: str, method: str, partnerid: str, token: str, ts: str) -> str:
    """Return the older gateway's sign, which leaves out the body (open.jushuitan.com/document/2125)."""
    return hashlib.md5(f"{method}{partnerid}token{token}ts{ts}{partnerkey}".encode()).hexdigest()


@lru_cache(maxsize=64)
def token(secret: str, kind: str, expires: int) -> str:
    """Return a token of *kind* (access or refresh) that is good until *expires* (seconds); it carries that itself."""
    return f"{expires:08x}" + hmac.digest(secret.encode(), f"{kind}{expires}".encode(), "sha256").hex()[:24]


def is_good(secret: str, kind: str, given: str, now: int) -> bool:
    """Tell whether *given* is a token of that kind and has not expired at *now* (seconds)."""
    try:
        expires = int(given[:8], 16)
    except ValueError:
        return False
    return hmac.compare_digest(given.encode(), token(secret, kind, expires).encode()) and now < expires


def expiry(now: int) -> int:
    """Return when a token that is given *now* expires: the same all day long."""
    return (now // 86400 + DAYS) * 86400
