"""How the generic ERP calls back: JSON with the document in it, signed over time and content."""

import hashlib
import hmac
import json

from connectors.callbacks import Arrived, Notice, Reply


class Ear:
    """Hears the callbacks of the `generic` profile."""

    def signature(self, arrived: Arrived) -> str:
        """Return the header with the signature."""
        return arrived.headers.get("x-signature", "")

    def right(self, arrived: Arrived, secret: str) -> str:
        """Return the hex HMAC-SHA256 of `time.content`."""
        signed = self.stamp(arrived).encode() + b"." + arrived.content
        return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()

    def stamp(self, arrived: Arrived) -> str:
        """Return the header with the time."""
        return arrived.headers.get("x-timestamp", "")

    def read(self, arrived: Arrived) -> Notice:
        """Return the document."""
        document = json.loads(arrived.content)["document"]
        return Notice(arrived.headers.get("x-delivery", ""), str(document["shop"]), document)

    def reply(self, status: int) -> Reply:
        """Answer with the status alone."""
        return Reply(status)
