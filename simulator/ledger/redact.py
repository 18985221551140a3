"""Secrets: the ledger holds keyed tokens of them (equal value, equal token), the vault holds the values."""

import hmac
import os
from pathlib import Path
from typing import Any

import msgspec

SECRET_PARAMETERS = frozenset(
    {
        "salt",
        "session",
        "app_secret",
        "client_secret",
        "refresh_token",
        "access_token",
        "token",
        "code",
        "authorization",
        "sms_code",
    }
)


_REMEMBERED = 1000


class Vault:
    """A file of mode 0600 beside the ledger; read by recovery only, never by judge, report or bundle."""

    def __init__(self, path: Path) -> None:
        """Open the vault at *path*, or start an empty one."""
        self._path = path
        self.values: dict[str, str] = {}
        if path.exists():
            self.values = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
        key = self.values.get("key")
        if key is None:
            key = os.urandom(16).hex()
            self.put({"key": key})
        self._key = key.encode()
        self._tokens: dict[str, str] = {}
        """Tokens given lately; a session is seen in every call."""

    def put(self, values: dict[str, str]) -> None:
        """Keep *values* (name to secret), durably, before anything in the ledger refers to them."""
        self.values |= values
        fresh = self._path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(self.values))
        fresh.replace(self._path)

    def copied(self, path: Path) -> "Vault":
        """Return a vault at *path* with the same secrets and the same tokens."""
        copy = Vault(path)
        copy._key = self._key
        copy.put(self.values)
        return copy

    def token(self, value: str) -> str:
        """Return the token that stands for *value* in the ledger."""
        found = self._tokens.get(value)
        if found is None:
            if len(self._tokens) >= _REMEMBERED:
                self._tokens.clear()
            found = "tok:" + hmac.digest(self._key, value.encode(), "sha256").hex()[:16]
            self._tokens[value] = found
        return found

    def redacted(self, params: dict[str, Any]) -> dict[str, Any]:
        """Return *params* with the value of every secret parameter replaced by its token."""
        secret = SECRET_PARAMETERS.intersection(params)
        if not secret:
            return params
        found = dict(params)
        for name in secret:
            if found[name]:
                found[name] = self.token(str(found[name]))
        return found
