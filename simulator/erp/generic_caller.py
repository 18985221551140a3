"""A client of the generic API, for the conformance test and the benchmark."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from simulator.act import fen, yuan
from simulator.erp.caller import Got, Seen, Wanted

_DOCUMENTS = "/generic/v1/documents"


class GenericCaller:
    """Speaks with a bearer key."""

    repeats = True

    def __init__(self, key: str) -> None:
        """Use *key*."""
        self._key = key

    def create(self, content: Mapping[str, Any]) -> Wanted:
        """PUT a new document under our own number."""
        return self._put(f"TM-{content['refund_id']}", content)

    def update(self, seen: Seen, content: Mapping[str, Any]) -> Wanted:
        """PUT it again."""
        return self._put(seen.number, content)

    def stale(self, seen: Seen, content: Mapping[str, Any]) -> Wanted | None:
        """PUT it, if the revision is still the one seen."""
        return self._put(seen.number, content, (b"if-match", f'"{seen.revision}"'.encode()))

    def find(self, refund_id: str, shop: str) -> Wanted:
        """List a refund's documents."""
        return self._ask("GET", _DOCUMENTS, query=f"refund_id={refund_id}".encode())

    def page(self, limit: int, before: Got | None) -> Wanted | None:
        """List what was updated after the last page's cursor."""
        if before is not None and not before.json()["more"]:
            return None
        after = before.json()["next"] if before else 0
        return self._ask("GET", _DOCUMENTS, query=f"limit={limit}&after={after}".encode())

    def seen(self, answer: Got) -> list[Seen]:
        """Return the documents of a list, the one of a write or read, or the one of a callback."""
        found = answer.json()
        rows = found.get("documents", [found.get("document", found)])
        return [
            Seen(
                row["external"],
                row["refund_id"],
                fen(row["amount"]),
                (row["decision"] or {}).get("kind", ""),
                str(row["revision"]),
            )
            for row in rows
        ]

    def error(self, answer: Got) -> str:
        """Return the code in the error object."""
        return str(answer.json()["error"]["code"]) if answer.status >= 400 else ""

    def wrong(self) -> Sequence[tuple[Wanted, str]]:
        """Return bodies that are not what they have to be."""
        path = f"{_DOCUMENTS}/TM-wrong"
        whole = {"shop": "x", "refund_id": "1", "type": "refund_only", "amount": "1.00"}
        return [
            (self._ask("PUT", path, body=b"{"), "invalid_json"),
            (self._ask("PUT", path, body=msgspec.json.encode(whole | {"amount": "1.005"})), "invalid_field"),
            (self._ask("PUT", path, body=msgspec.json.encode(whole | {"colour": "red"})), "unknown_field"),
            (self._ask("PUT", path, body=b'{"refund_id": "1"}'), "missing_field"),
            (self._ask("GET", path), "not_found"),
        ]

    def denied(self) -> str:
        """Return the code of a wrong key."""
        return "unauthorized"

    def genuine(self, push: Got, secret: str) -> bool:
        """Check the HMAC over time and body."""
        signed = push.headers["X-Timestamp"].encode() + b"." + push.content
        right = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        return hmac.compare_digest(push.headers.get("X-Signature", ""), right)

    def _put(self, external: str, content: Mapping[str, Any], *headers: tuple[bytes, bytes]) -> Wanted:
        body = {**content, "amount": yuan(content["amount"])}
        return self._ask("PUT", f"{_DOCUMENTS}/{external}", *headers, body=msgspec.json.encode(body))

    def _ask(
        self, method: str, path: str, *headers: tuple[bytes, bytes], body: bytes = b"", query: bytes = b""
    ) -> Wanted:
        every = [(b"authorization", f"Bearer {self._key}".encode()), *headers]
        every += [(b"content-type", b"application/json")] if body else []
        return Wanted(method, path, body, every, query)
