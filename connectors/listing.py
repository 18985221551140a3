"""The platform's lists of what has changed, each read page by page, and how a row of it is brought to the ERP."""

import time
from typing import Any, Protocol

from connectors import exchanges, refunds
from connectors.clock import text
from connectors.delivery import Delivery
from connectors.errors import Refused
from connectors.exchanges import Exchanges
from connectors.platform import rows

JSON = dict[str, Any]

CLOSED = 60.0
"""Seconds for which a list is left alone that the platform does not give us."""


class Source(Protocol):
    """A list of the platform, as the intake reads it."""

    delivery: Delivery
    cursor: str
    """Under which name its cursor is kept."""

    def page(self, start: int, end: int, number: int, size: int) -> tuple[list[JSON], int]:
        """Return one page of what changed from *start* to *end* (seconds), and how many rows there are in all."""

    def key(self, row: JSON) -> str:
        """Return the number of what *row* is about."""

    def is_news(self, row: JSON) -> bool:
        """Tell whether *row* says something else than what the ERP was last told."""

    def bring(self, key: str, row: JSON) -> bool:
        """Bring it to the ERP as it is now; False if that is to be tried again."""
        ...


class RefundList:
    """`taobao.refunds.receive.get`."""

    cursor = "modified"

    def __init__(self, delivery: Delivery) -> None:
        """Read it with the delivery's platform."""
        self.delivery = delivery

    def page(self, start: int, end: int, number: int, size: int) -> tuple[list[JSON], int]:
        """Return one page, and note what it says of each refund's version."""
        answer = self.delivery.platform.call(
            "taobao.refunds.receive.get",
            {
                "fields": refunds.LISTED,
                "start_modified": text(start),
                "end_modified": text(end),
                "page_no": number,
                "page_size": size,
                "use_has_next": False,
            },
        )
        found = rows(answer, "refunds", "refund")
        for row in found:
            self.delivery.told(row)
        return found, int(answer.get("total_results") or 0)

    def key(self, row: JSON) -> str:
        """Return the refund's number."""
        return str(row["refund_id"])

    def is_news(self, row: JSON) -> bool:
        """Compare with the detail that was last written."""
        known = self.delivery.memory.written(self.delivery.shop, self.key(row))
        return known is None or refunds.changed(row, known.mark)

    def bring(self, key: str, row: JSON) -> bool:
        """Read the refund whole, and write it."""
        return self.delivery.bring(key, refunds.mark(row))


class ExchangeList:
    """`tmall.exchange.receive.get`."""

    cursor = "exchanges"

    def __init__(self, delivery: Delivery, found: Exchanges) -> None:
        """Read it with the delivery's platform."""
        self.delivery = delivery
        self._exchanges = found
        self._closed = 0.0

    def page(self, start: int, end: int, number: int, size: int) -> tuple[list[JSON], int]:
        """Return one page; nothing for a while if the app has no right to it."""
        if time.monotonic() < self._closed:
            return [], 0
        try:
            answer = self.delivery.platform.call(
                "tmall.exchange.receive.get",
                {
                    "fields": exchanges.LISTED,
                    "start_gmt_modified_time": text(start),
                    "end_gmt_modifed_time": text(end),  # the platform's own spelling
                    "page_no": number,
                    "page_size": size,
                },
            )
        except Refused:
            self._closed = time.monotonic() + CLOSED
            raise
        return rows(answer, "results", "exchange"), int(answer.get("total_results") or 0)

    def key(self, row: JSON) -> str:
        """Return the exchange's number."""
        return str(row["dispute_id"])

    def is_news(self, row: JSON) -> bool:
        """Compare with the detail that was last written."""
        known = self.delivery.memory.written(self.delivery.shop, self.key(row))
        return known is None or any(known.mark.get(name, "") != value for name, value in exchanges.mark(row).items())

    def bring(self, key: str, _: JSON) -> bool:
        """Read the exchange whole, and write it."""
        return self._exchanges.bring(key)
