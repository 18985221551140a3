"""How both gateways sign, and the tokens that the present one gives."""

import hashlib
import hmac
from collections.abc import Mapping
from functools import lru_cache


def sign(secret: str, fields: Mapping[str, str]) -> str:
    """Return the present gateway's sign: hex MD5 of the secret and every field in order of name (docId=70)."""
    text = secret + "".join(name + fields[name] for name in sorted(fields) if name != "sign")
    return hashlib.md5(text.encode()).hexdigest()


def old_sign(partnerkey: str, method: str, partnerid: str, token: str, ts: str) -> str:
    """Return the older gateway's sign, which leaves out the body (open.jushuitan.com/document/2125)."""
    return hashlib.md5(f"{method}{partnerid}token{token}ts{ts}{partnerkey}".encode()).hexdigest()


@lru_cache(maxsize=64)
def token(secret: str, kind: str, expires: int, generation: int = 0) -> str:
    """Return a token of *kind* (access or refresh) that is good until *expires* (seconds); it carries that itself.

    Each *generation* of tokens can end those before it.
    """
    seal = hmac.digest(secret.encode(), f"{kind}{expires}.{generation}".encode(), "sha256").hex()
    return f"{expires:08x}{generation:04x}" + seal[:20]


def is_good(secret: str, kind: str, given: str, now: int, oldest: int = 0) -> bool:
    """Tell whether *given* is a token of that kind, of the *oldest* generation or a later one, alive at *now* (s)."""
    try:
        expires, generation = int(given[:8], 16), int(given[8:12], 16)
    except ValueError:
        return False
    right = token(secret, kind, expires, generation)
    return hmac.compare_digest(given.encode(), right.encode()) and now < expires and generation >= oldest


def expiry(now: int, life: int) -> int:
    """Return when a token that is given *now* expires: the same for a thirtieth of its *life* (seconds)."""
    step = max(life // 30, 1)
    return now - now % step + life
