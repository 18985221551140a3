"""How Jiandaoyun (简道云) calls back: data push, a whole row of the form, signed over the bytes as they came.

The signature covers the raw body: whoever parses it first and writes it anew (as the official Node demo does) hashes
other bytes as soon as a number has trailing zeros or more than 53 bits.
"""

import hashlib
import json

from connectors.callbacks import Arrived, Notice, Reply
from connectors.erp_jiandaoyun import ENTRY, document_of

_ROWS = frozenset({"data_create", "data_update", "data_recover"})
"""Events with a whole row; one that was deleted shows only its id, and messages to people none."""
_SAYS = ("decision", "intercept", "shipped")


class Ear:
    """Hears data push."""

    def signature(self, arrived: Arrived) -> str:
        """Return the header with the signature."""
        return arrived.headers.get("x-jdy-signature", "")

    def right(self, arrived: Arrived, secret: str) -> str:
        """Return the hex SHA-1 of `nonce:body:secret:timestamp`."""
        parts = (arrived.query.get("nonce", ""), secret, self.stamp(arrived))
        nonce, key, stamp = (part.encode() for part in parts)
        return hashlib.sha1(b":".join((nonce, arrived.content, key, stamp))).hexdigest()

    def stamp(self, arrived: Arrived) -> str:
        """Return the time in the query."""
        return arrived.query.get("timestamp", "")

    def read(self, arrived: Arrived) -> Notice:
        """Return the row as one of our documents, if people have said something in it: our own writes come as well."""
        told = json.loads(arrived.content)
        row = told["data"]
        if told["op"] not in _ROWS or row.get("entryId") != ENTRY or not row.get("number"):
            return Notice()
        document = document_of(row)
        if not any(document[name] for name in _SAYS):
            return Notice()
        return Notice(arrived.headers.get("x-jdy-deliverid", ""), str(document["shop"]), document)

    def reply(self, status: int) -> Reply:
        """Answer `success`, or `fail` and why as the status."""
        return Reply(200, b"success") if status == 204 else Reply(status, b"fail")
