"""What the platform says of the shop's account: whether it has AG, automatic refunds."""

import threading
import time

from connectors.errors import Refused, Trouble
from connectors.platform import Platform

KEPT = 1.0
"""Seconds for which an answer is believed: a shop may take AG up or give it up at any time."""


class Account:
    """One shop's account. Asked when it matters, and then not again for a while."""

    def __init__(self, platform: Platform) -> None:
        """Ask *platform*."""
        self._platform = platform
        self._lock = threading.Lock()
        self._ag: bool | None = None
        self._until = 0.0

    def enabled(self) -> bool:
        """Tell whether the shop has AG; while that cannot be learnt, what was known last.

        Raises:
            Trouble: if nothing was known yet.
        """
        with self._lock:
            if time.monotonic() >= self._until:
                try:
                    self._ag = self._ask()
                except Trouble:
                    if self._ag is None:
                        raise
                self._until = time.monotonic() + KEPT
            return bool(self._ag)

    def _ask(self) -> bool:
        try:
            result = self._platform.call("taobao.rdc.aligenius.account.validate", {}).get("result")
        except Refused:  # the app has no right to it
            return False
        data = result.get("result_data") if isinstance(result, dict) else None
        return isinstance(data, dict) and str(data.get("ag_account")) == "1"
