"""Signatures of the gateway, as functions of values: no I/O, no clock.

A signature is taken over every parameter of query and body (decoded, `sign` and files left out), sorted by name in
byte order and joined without anything between; then the raw body, for calls whose body is no form.
"""

import hashlib
import hmac
from collections.abc import Mapping

SIGN_METHODS = ("md5", "hmac", "hmac-sha256")


def signed_text(params: Mapping[str, str], body: str = "", *, skip_empty: bool = False) -> str:
    """Return the text that is signed. With *skip_empty*, blank values are left out with their names (Java, .NET)."""
    # Code points sort as their UTF-8 bytes do, so plain sorting is the platform's byte order.
    names = sorted(params)
    if skip_empty:
        names = [name for name in names if params[name].strip()]
    return "".join([name + params[name] for name in names if name != "sign"]) + body


def digest(text: str, secret: str, method: str) -> str:
    """Return the signature of *text* in upper-case hexadecimal.

    A *method* that is none of `SIGN_METHODS` gives the legacy form, MD5 of text and secret.
    """
    # A lone surrogate cannot come from the wire, but a property test may make one; it shall merely not match.
    if method == "md5":
        return hashlib.md5(f"{secret}{text}{secret}".encode("utf-8", "replace")).hexdigest().upper()
    data, key = text.encode("utf-8", "replace"), secret.encode()
    if method == "hmac":
        return hmac.digest(key, data, "md5").hex().upper()
    if method == "hmac-sha256":
        return hmac.digest(key, data, "sha256").hex().upper()
    return hashlib.md5(data + key).hexdigest().upper()


def sign(
    params: Mapping[str, str], secret: str, method: str = "md5", *, body: str = "", skip_empty: bool = False
) -> str:
    """Return the signature of a call, as a client computes it."""
    return digest(signed_text(params, body, skip_empty=skip_empty), secret, method)


def is_signed(
    params: Mapping[str, str],
    secret: str,
    *,
    body: str = "",
    empty_signed: bool = True,
    empty_unsigned: bool = True,
    legacy: bool = False,
    any_case: bool = False,
) -> bool:
    """Tell whether the `sign` among *params* is right.

    SDKs disagree about empty values: a signature over their names is right with *empty_signed*, and one that leaves
    them out with *empty_unsigned*.
    *legacy* also takes MD5(text + secret) for an absent or unknown `sign_method`, *any_case* lower-case digits.
    """
    method = params.get("sign_method", "")
    if method not in SIGN_METHODS and not legacy:
        return False
    given = params.get("sign", "")
    if any_case:
        given = given.upper()
    if given == digest(signed_text(params, body), secret, method):
        return empty_signed or all(value.strip() for value in params.values())
    if not empty_unsigned or all(value.strip() for value in params.values()):
        return False
    return given == sign(params, secret, method, body=body, skip_empty=True)
