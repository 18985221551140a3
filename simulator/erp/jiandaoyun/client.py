"""A client of the API, for the conformance test and the benchmark: it speaks of fields as the mapping names them."""

import hashlib
import hmac
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import msgspec

from simulator.erp import canonical
from simulator.erp.caller import Got, Seen, Wanted
from simulator.erp.jiandaoyun.calls import BASE
from simulator.erp.jiandaoyun.form import Form
from simulator.ledger.mapping import Mapping

JSON = dict[str, Any]


class Client:
    """Speaks v5 with a bearer key."""

    repeats = False

    def __init__(self, form: Form, mapping: Mapping, key: str) -> None:
        """Write rows of *form* as *mapping* says, with *key*."""
        self._form = form
        self._mapping = mapping
        self._key = key
        self._limit = 0

    def create(self, content: Dict[str, Any]) -> Wanted:
        """Create a row; nothing keeps it from being created twice."""
        return self._post("create", data=self._data(content))

    def update(self, seen: Seen, content: Dict[str, Any]) -> Wanted:
        """Update a row by its id."""
        return self._post("update", data_id=seen.number, data=self._data(content))

    def stale(self, seen: Seen, content: Dict[str, Any]) -> Wanted | None:
        """There are no revisions."""
        return None

    def find(self, refund_id: str, shop: str) -> Wanted:
        """List with a filter."""
        conditions = [{"field": self._mapping.field("refund_id"), "type": "text", "method": "eq", "value": [refund_id]}]
        return self._post("list", limit=100, filter={"rel": "and", "cond": conditions})

    def page(self, limit: int, before: Got | None) -> Wanted | None:
        """List on from the last row; a page that is not full is the last."""
        rows = before.json()["data"] if before is not None else []
        if before is not None and len(rows) < self._limit:
            return None
        self._limit = limit
        return self._post("list", limit=limit, **({"data_id": rows[-1]["_id"]} if rows else {}))

    def seen(self, answer: Got) -> list[Seen]:
        """Return the rows of a list, the one of a write or read, or the one of a push."""
        found = answer.json()["data"]
        return [self._seen(row) for row in (found if isinstance(found, list) else [found])]

    def _seen(self, row: JSON) -> Seen:
        amount, decision = self._mapping.fields["amount"], self._mapping.fields["decision"]
        said = row.get(decision.field) or ""
        return Seen(
            row["_id"],
            str(row[self._mapping.field("refund_id")]),
            canonical.fen(row[amount.field], amount.unit) or 0,
            (decision.ours(said) or "") if said else "",
            row["updateTime"],
        )

    def error(self, answer: Got) -> str:
        """Return the code; a good answer has none."""
        found = answer.json()
        return str(found["code"]) if "code" in found else ""

    def wrong(self) -> Sequence[tuple[Wanted, str]]:
        """Return requests that are refused, one for each code that a client can bring about."""
        good = {self._mapping.field("amount"): {"value": 1}}
        return [
            (self._ask(f"{BASE}/v5/app/entry/data/create", b"{"), "1"),
            (self._post("create"), "3005"),
            (self._post("create", data={self._mapping.field("amount"): 1}), "3005"),
            (self._post("create", data={self._mapping.field("amount"): {"value": "many"}}), "3005"),
            (self._post("create", entry_id="5f000000000000000000dead", data=good), "3000"),
            (self._post("get", data_id="5f000000000000000000dead"), "4001"),
            (self._post("list", limit=-1), "3005"),
            (self._post("list", filter={"rel": "and", "cond": [{"field": "nothing", "method": "eq"}]}), "3005"),
            (self._ask(f"{BASE}/v5/app/entry/data/nothing", b"{}"), "1"),
        ]

    def denied(self) -> str:
        """Return the code of a wrong key."""
        return "8301"

    def genuine(self, push: Got, secret: str) -> bool:
        """Check the SHA-1 over nonce, body, secret and time."""
        query = parse_qs(push.query)
        parts = (query["nonce"][0].encode(), push.content, secret.encode(), query["timestamp"][0].encode())
        return hmac.compare_digest(push.headers.get("X-JDY-Signature", ""), hashlib.sha1(b":".join(parts)).hexdigest())

    def _data(self, content: Dict[str, Any]) -> JSON:
        data: JSON = {}
        for meaning, value in content.items():
            mapped = self._mapping.fields.get(meaning)
            if mapped is None:
                continue
            if meaning == "amount":
                said: Any = float(Decimal(value) / (1 if mapped.unit == "fen" else 100))
            elif mapped.values:
                said = mapped.theirs(str(value).lower() if isinstance(value, bool) else value)
            else:
                said = value if self._form.widgets[mapped.field].type == "number" else str(value)
            data[mapped.field] = {"value": said}
        return data

    def _post(self, call: str, **more: Any) -> Wanted:
        body = {"app_id": self._form.app_id, "entry_id": self._form.entry_id, **more}
        return self._ask(f"{BASE}/v5/app/entry/data/{call}", msgspec.json.encode(body))

    def _ask(self, path: str, body: bytes) -> Wanted:
        headers = [
            (b"authorization", f"Bearer {self._key}".encode()),
            (b"content-type", b"application/json;charset=utf-8"),
        ]
        return Wanted("POST", path, body, headers)


def upload(token: str, content: bytes, *, name: str = "a.png", mime: str = "image/png") -> Wanted:
    """Return the request that uploads a file under a *token*."""
    bound = b"--x\r\nContent-Disposition: form-data; name="
    head = f'"file"; filename="{name}"\r\nContent-Type: {mime}\r\n\r\n'.encode()
    body = bound + b'"token"\r\n\r\n' + token.encode() + b"\r\n" + bound + head + content + b"\r\n--x--\r\n"
    return Wanted("POST", f"{BASE}/upload", body, [(b"content-type", b"multipart/form-data; boundary=x")])
