"""What the integration's list calls add up to: scans of a window, complete when every page was delivered."""

from itertools import pairwise
from typing import Any

from scenarios import pulse
from simulator.clock import from_text
from simulator.ledger.entry import Answered, Asked

_DEFAULT_PAGE = 40
"""Rows of a page when the call does not say."""
_KEEP = 200
"""Scans remembered per shop; settling looks at the newest few."""
_SEEN = 8
"""Scans from which the overlap is measured."""
_TWICE = 2
"""Scans of which the first may still have begun in a window that was under way."""
_SECONDS = 2
"""Seconds besides: the platform's times have whole ones, and a window is asked for in another than it ends in."""


class Scan:
    """The calls for one window of one shop: `began` is the first one's number, `mono` its time in microseconds."""

    def __init__(self, asked: Asked, window: tuple[str, ...]) -> None:
        """Begin with the first call."""
        self.began = asked.seq
        self.mono = asked.mono
        self.window = window
        self.wall = asked.wall // 1000
        self._delivered: dict[int, set[int]] = {}
        self._total: int | None = None
        self._last: int | None = None
        self.complete = False
        self.pages: list[int] = []
        """Page numbers in the order in which they were asked for."""

    def deliver(self, page: int, size: int, answer: Answered) -> None:
        """Note a page that arrived whole."""
        self._delivered.setdefault(size, set()).add(page)
        if answer.total is not None:
            self._total = answer.total
        elif answer.has_next is False:
            self._last = page
        pages = self._delivered[size]
        needed = self._last if self._total is None else -(-self._total // size)
        if needed is not None and all(number in pages for number in range(1, needed + 1)):
            self.complete = True

    def end(self) -> int:
        """Return the second (since 1970) up to which its window reaches; without one: when it was asked."""
        return _second(self.window[1]) or self.wall

    def start(self) -> int:
        """Return the second from which its window reaches; 0 if it does not say."""
        return _second(self.window[0])


def _second(text: str) -> int:
    try:
        return from_text(text)
    except ValueError:
        return 0


class Scans:
    """The scans of all shops, as they are seen in the ledger."""

    def __init__(self) -> None:
        """Start with none."""
        self.of_shop: dict[str, list[Scan]] = {}
        self.page_size = _DEFAULT_PAGE
        """Rows of a page that the integration asked for last."""
        self._open: dict[int, tuple[Scan, int, int]] = {}

    def asked(self, entry: Asked) -> None:
        """Note a list call."""
        params = entry.params
        window = tuple(str(params.get(key, "")) for key in ("start_modified", "end_modified", "status", "type"))
        page, size = _number(params, "page_no", 1), _number(params, "page_size", _DEFAULT_PAGE)
        self.page_size = size
        known = self.of_shop.setdefault(entry.shop, [])
        scan = next((scan for scan in reversed(known[-4:]) if scan.window == window and not scan.complete), None)
        if scan is None:
            scan = Scan(entry, window)
            known.append(scan)
            del known[:-_KEEP]
        scan.pages.append(page)
        self._open[entry.seq] = (scan, page, size)

    def delivered(self, answer: Answered) -> None:
        """Note that the *answer* to a list call arrived."""
        scan, page, size = self._open.pop(answer.call, (None, 0, 0))
        if scan is not None and not answer.error and not answer.lost:
            scan.deliver(page, size, answer)

    def complete_since(self, shop: str, seq: int, second: int) -> int:
        """Return in how many polls of *shop* after entry *seq* a complete scan reached at least *second*."""
        found = self.of_shop.get(shop, ())
        return self._rounds(
            shop, [scan for scan in found if scan.complete and scan.began > seq and scan.end() >= second]
        )

    def complete(self, shop: str, seq: int, second: int) -> Scan | None:
        """Return the first complete scan of *shop* after entry *seq* that reached at least *second*."""
        found = (scan for scan in self.of_shop.get(shop, ()) if scan.complete and scan.began > seq)
        return next((scan for scan in found if scan.end() >= second), None)

    def polls_since(self, shop: str, seq: int) -> int:
        """Return how often *shop* was polled after entry *seq*, whatever came of it."""
        return self._rounds(shop, [scan for scan in self.of_shop.get(shop, ()) if scan.began > seq])

    def overlap(self, shop: str, seq: int) -> int | None:
        """Return by how many seconds windows of *shop* overlapped before entry *seq*; None: they have not been seen."""
        known = [scan for scan in self.of_shop.get(shop, ()) if scan.began <= seq and scan.start()]
        pairs = [(one, two) for one, two in pairwise(known[-_SEEN:]) if one.window != two.window]
        return max((one.end() - two.start() for one, two in pairs), default=None)

    def left_behind(self, shop: str, seq: int, mono: int) -> bool:
        """Tell whether windows of *shop* no longer reach back to entry *seq* (at *mono*), but for what is owed."""
        usual, later = self.overlap(shop, seq), [scan for scan in self.of_shop.get(shop, ()) if scan.began > seq]
        if usual is None or len(later) < _TWICE:
            return False
        return later[-1].mono - mono > (usual + _SECONDS) * 1e6

    def _rounds(self, shop: str, scans: list[Scan]) -> int:
        """Count *scans*, those of one poll (a window may be read in slices) as one."""
        return pulse.rounds([scan.mono for scan in scans], _interval(self.of_shop.get(shop, [])))

    def interval(self) -> float:
        """Return the seconds between polls, of the shop where they are longest; 0.0: unknown."""
        return max(map(_interval, self.of_shop.values()), default=0.0)


def _interval(scans: list[Scan]) -> float:
    return pulse.interval([scan.mono for scan in scans])


def _number(params: dict[str, Any], key: str, default: int) -> int:
    text = str(params.get(key, ""))
    return int(text) if text.isdigit() and int(text) > 0 else default
