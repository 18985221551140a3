"""The ERP's side: a small REST API with a bearer key (the `generic` profile)."""

import hashlib
import json
from typing import Any
from urllib.parse import quote, urlencode

import urllib3

from connectors.erp_http import request
from connectors.errors import Later, Refused, Unknown

JSON = dict[str, Any]


class Erp:
    """The ERP's documents. Every failure is one of the three in `connectors.errors`."""

    def __init__(self, url: str, key: str, http: urllib3.PoolManager) -> None:
        """Speak to the ERP at *url* with its *key*."""
        self._url = url
        self._http = http
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def put(self, external: str, body: JSON) -> JSON:
        """Create or update the document with our number *external*; return it as the ERP has it now."""
        return self._json("PUT", f"/documents/{quote(external, safe='')}", body)

    def get(self, external: str) -> JSON | None:
        """Return the document with our number *external*, or None if there is none."""
        try:
            return self._json("GET", f"/documents/{quote(external, safe='')}")
        except NotThere:
            return None

    def documents(self, shop: str, after: str, limit: int = 200) -> tuple[list[JSON], str, bool]:
        """Return documents of *shop* updated after a cursor, the next cursor, and whether there are more."""
        query = urlencode({"shop": shop, "after": after, "limit": limit})
        answer = self._json("GET", f"/documents?{query}")
        return answer["documents"], str(answer["next"]), bool(answer["more"])

    def proof(self, sha256: str) -> bytes:
        """Return the picture with that digest.

        Raises:
            Unknown: if what came has another digest.
        """
        _, data = self._exchange("GET", f"/proofs/{quote(sha256, safe='')}", None)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Unknown("erp: the proof picture came damaged")
        return data

    def _json(self, verb: str, path: str, body: JSON | None = None) -> JSON:
        status, data = self._exchange(verb, path, body)
        try:
            answer = json.loads(data)
        except ValueError as error:
            raise Unknown(f"erp {verb}: HTTP {status}, and no JSON") from error
        if not isinstance(answer, dict):
            raise Unknown(f"erp {verb}: HTTP {status}, and no JSON object")
        if "error" in answer:  # what stands before an ERP may answer 200 to everything
            raise _failure(verb, 422, data)
        return answer

    def _exchange(self, verb: str, path: str, body: JSON | None) -> tuple[int, bytes]:
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        answer = request(self._http, verb, self._url + path, verb, body=content, headers=self._headers)
        if answer.status >= 400:
            raise _failure(verb, answer.status, answer.data, answer.headers.get("Retry-After", ""))
        return answer.status, answer.data


class NotThere(Refused):
    """There is no such document."""


def _failure(verb: str, status: int, data: bytes, pause: str = "") -> Refused | Later | Unknown:
    code, said = _said(data)
    text = f"erp {verb}: HTTP {status} {said}".rstrip()
    if status in (408, 425, 429, 503) or code == "order_unknown":
        return Later(text, float(pause) if pause.isdigit() else 0.0)
    if status >= 500 or status in (409, 412):
        return Unknown(text)  # a server that breaks down may have done it; where somebody else wrote, look first
    return NotThere(text) if status == 404 else Refused(text)


def _said(data: bytes) -> tuple[str, str]:
    """Return the code, and code and message, of an error answer; nothing if it is not one of the API's own."""
    try:
        error = json.loads(data)["error"]
        return str(error["code"]), f"{error['code']}: {error['message']}"
    except (ValueError, KeyError, TypeError):
        return "", ""
