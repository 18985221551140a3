"""The two ways in which requests are signed."""

import hashlib
from collections.abc import Mapping

EPOCH = 1_325_347_200
"""The flagship's time counts seconds from 2012-01-01 00:00 in Beijing."""


def flagship_sign(secret: str, params: Mapping[str, str], body: str) -> str:
    """Return hex MD5 of every parameter and the body in order of name, between two secrets (as three SDKs do)."""
    every = {**params, "body": body}
    text = "".join(name + every[name] for name in sorted(every) if name != "sign")
    return hashlib.md5(f"{secret}{text}{secret}".encode()).hexdigest()


def enterprise_sign(secret: str, fields: Mapping[str, str]) -> str:
    """Return hex MD5 of every field with its lengths, in order of name, and the secret (guide_signsf).

    A length counts characters, not bytes: clients that count bytes are right until a text is Chinese.
    """
    names = sorted(fields.keys() - {"sign"})
    parts = (f"{len(name):02d}-{name}:{len(fields[name]):04d}-{fields[name]}" for name in names)
    return hashlib.md5((";".join(parts) + secret).encode()).hexdigest()
