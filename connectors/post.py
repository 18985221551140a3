"""The messages of an app, taken from its queue: each is kept before it is confirmed, and says only where to look."""

import json
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.memory import Memory
from connectors.platform import Platform, rows

JSON = dict[str, Any]

QUANTITY = 100
"""Messages taken at once."""

log = logging.getLogger("connector")


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it came, and what it is about: a refund of one of our shops, or nothing that we know (`why`)."""

    id: str
    topic: str
    content: str
    shop: str = ""
    refund_id: str = ""
    why: str = ""
    exchange: bool = False
    needless: bool = False
    """We need not know what it says."""


EXCHANGE_CLAIMS = (4, 6)
"""`biz_claim_type` of what is an exchange; its short messages have none, but a topic of their own."""
EXCHANGE_BILL = "replace_bill"
"""`bill_type` of exchanges in the classic topics."""
BESIDES = ("taobao_trade_", "taobao_ag_", "taobao_refund_Refundable")
"""Families of topics that say nothing which those of refunds do not say, too."""


class Post:
    """The queue of one app. A cycle empties it.

    A message is never acted upon: it may be late, doubled, or overtaken by a newer one. It only says which refund
    to read again. It is confirmed once that is in the database, for from there on no crash can lose it.
    """

    def __init__(self, platform: Platform, memory: Memory, shops: Collection[str], group: str = "") -> None:
        """Take messages of *group* (empty: the default one) with the platform's app, for *shops* by nick."""
        self._platform = platform
        self._memory = memory
        self._shops = frozenset(shops)
        self._group = group

    def cycle(self) -> None:
        """Take, keep and confirm messages until there are no more."""
        while True:
            letters = self.take()
            if letters:
                self.keep(letters)
                self.confirm(letters)
            if len(letters) < QUANTITY:
                return

    def take(self) -> list[Letter]:
        """Return the messages that wait, at most `QUANTITY`."""
        answer = self._platform.call(
            "taobao.tmc.messages.consume", {"group_name": self._group, "quantity": QUANTITY}, bare=True
        )
        return [self.read(row) for row in rows(answer, "messages", "tmc_message")]

    def keep(self, letters: Sequence[Letter]) -> None:
        """Put what *letters* tell into the database, in one transaction."""
        for letter in letters:
            if letter.why:
                log.warning("message %s (%s) put aside: %s", letter.id, letter.topic, letter.why)
        for letter in letters:
            if letter.exchange:
                self._memory.learn(letter.shop, letter.refund_id, "kind", "exchange")
        self._memory.take_in(
            [(letter.shop, letter.refund_id) for letter in letters if not (letter.why or letter.needless)],
            [(letter.id, letter.topic, letter.content, letter.why) for letter in letters if letter.why],
        )

    def confirm(self, letters: Sequence[Letter]) -> None:
        """Tell the platform that *letters* are safe here."""
        ids = ",".join(letter.id for letter in letters)
        self._platform.call("taobao.tmc.messages.confirm", {"group_name": self._group, "s_message_ids": ids}, bare=True)

    def read(self, row: JSON) -> Letter:
        """Return what *row* of the queue says; nothing in it is taken for granted."""
        raw = row.get("content")
        if str(row.get("topic")).startswith(BESIDES):
            return Letter(str(row.get("id")), str(row.get("topic")), "", needless=True)
        letter = Letter(str(row.get("id")), str(row.get("topic")), raw if isinstance(raw, str) else json.dumps(raw))
        try:
            content = json.loads(letter.content)
        except ValueError:
            return _aside(letter, "its content is no JSON")
        if not isinstance(content, dict):
            return _aside(letter, "its content is no JSON object")
        shop = str(row.get("user_nick") or content.get("seller_nick") or "")
        refund_id = str(content.get("refund_id") or "")
        if not refund_id.isdigit():
            return _aside(letter, "it names no refund")
        if shop not in self._shops:
            return _aside(letter, f"{shop or 'nobody'} is no shop of ours")
        exchange = (
            "_dispute_Exchange" in letter.topic
            or content.get("biz_claim_type") in EXCHANGE_CLAIMS
            or content.get("bill_type") == EXCHANGE_BILL
        )
        return Letter(letter.id, letter.topic, letter.content, shop, refund_id, exchange=exchange)


def _aside(letter: Letter, why: str) -> Letter:
    return Letter(letter.id, letter.topic, letter.content, why=why)
