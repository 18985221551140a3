"""What the integration asks again and again although nothing happened: from it follows how many cycles it has had.

Lists of refunds are `scenarios.scans`' business. Here are the ERP's list of documents, and the queue of messages
where it is emptied over HTTP. An integration that is called by both sides (websocket, callbacks) shows none of them.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from simulator.ledger.entry import Asked

CONSUME = "taobao.tmc.messages.consume"
_RECENT = 24
"""Rounds from which the interval is measured."""
_KEEP = 400
_ENOUGH = 3
"""Calls after which a channel can be regular."""


def interval(times: Sequence[int]) -> float:
    """Return the usual seconds between rounds of calls at *times* (microseconds); 0.0: unknown.

    Calls of one round (slices of a window, pages) are nearer to each other, and do not count.
    """
    gaps = sorted(after - before for before, after in pairwise(times[-_RECENT:]))
    if len(gaps) < 2:
        return 0.0
    long = [gap for gap in gaps if 2 * gap >= gaps[(9 * (len(gaps) - 1)) // 10]]
    return long[len(long) // 2] / 1e6


def rounds(times: Sequence[int], usual: float) -> int:
    """Count the rounds in calls at *times* (microseconds) that follow each other every *usual* seconds."""
    count, last = 0, 0
    for time in times:
        if not count or time - last >= usual * 1e6 / 2:
            count, last = count + 1, time
    return count


class Channel:
    """Calls that ask the same thing of the same side again and again."""

    def __init__(self) -> None:
        """Start with none."""
        self._seqs: list[int] = []
        self._monos: list[int] = []

    def asked(self, entry: Asked) -> None:
        """Note one more."""
        self._seqs.append(entry.seq)
        self._monos.append(entry.mono)
        del self._seqs[:-_KEEP], self._monos[:-_KEEP]

    def interval(self) -> float:
        """Return the usual seconds between two rounds; 0.0: unknown."""
        return interval(self._monos)

    def regular(self, now: int, longest: float) -> bool:
        """Tell whether it is asked again and again: never was it silent for *longest* seconds, and it is not now."""
        recent = [*self._monos[-_RECENT:], now]
        silence = max((after - before for before, after in pairwise(recent)), default=0)
        return len(self._monos) >= _ENOUGH and silence <= longest * 1e6

    def since(self, seq: int) -> int:
        """Return how many rounds began after entry *seq*."""
        return rounds(self._monos[bisect_right(self._seqs, seq) :], self.interval())


class Pulse:
    """All such channels of an integration."""

    def __init__(self) -> None:
        """Start with none."""
        self._channels: dict[Any, Channel] = {}

    def asked(self, entry: Asked, shops: Collection[str]) -> None:
        """Note a call that may be one of many; *shops* are the nicks that are known."""
        if entry.method == "erp.list" and not entry.refunds:
            key: Any = ("erp.list", *_shape(entry.params, shops))
        elif entry.method == CONSUME:
            key = (CONSUME, entry.params.get("app_key"), entry.params.get("group_name"))
        else:
            return
        self._channels.setdefault(key, Channel()).asked(entry)

    def regular(self, now: int, longest: float) -> list[Channel]:
        """Return the channels that are asked again and again, as `Channel.regular` says."""
        return [channel for channel in self._channels.values() if channel.regular(now, longest)]


def _shape(value: Any, shops: Collection[str], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield what tells one kind of question from another: the names that it gives values to, and whose shop it is."""
    if isinstance(value, Mapping):
        for name in sorted(value):
            yield from _shape(value[name], shops, f"{path}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from _shape(item, shops, path)
    else:
        told = path.endswith(".path") or "shop" in path.lower() or str(value) in shops
        yield path, str(value) if told else ""
