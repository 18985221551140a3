"""Finds refunds by shop, status, buyer, phase and window of `modified` at a cost that does not grow with their number.

Each refund stands in four sorted lists, one for every combination of the filters of `taobao.refunds.receive.get`,
so that a page, the first as the last, is two bisections and a slice. Lists of one phase only are made when the first
caller asks for such a combination, in one pass, and kept in step from then on: hardly any run needs them.
"""

from collections.abc import Iterator, Mapping

import msgspec
from sortedcontainers import SortedList

from simulator.tmall.refund import Refund

Key = tuple[str, str, str, str]
"""Shop, and status, buyer and phase or empty."""


class Slot(msgspec.Struct, order=True, frozen=True, gc=False):
    """Where something stands in a sorted list: by its second, then by its number. Half the size of a tuple."""

    at: int
    ident: str


Shape = tuple[bool, bool, str]
"""Whether lists are for one status, and for one buyer, and for which phase."""


def _key(refund: Refund, shape: Shape) -> Key:
    of_status, of_buyer, phase = shape
    return refund.shop, refund.status if of_status else "", refund.buyer if of_buyer else "", phase


class RefundIndex:
    """Sorted slots for every combination of filters."""

    def __init__(self, rows: Mapping[str, Refund]) -> None:
        """Start empty; *rows* holds, by number, all refunds that will be put, and maybe others."""
        self._rows = rows
        self._lists: dict[Key, SortedList] = {}
        self._shapes: set[Shape] = set()
        """Those of one phase that have lists."""

    def put(self, new: Refund, old: Refund | None) -> None:
        """Note that *new* has taken the place of *old* (None for a refund just created)."""
        if old is not None:
            slot = Slot(old.modified, old.refund_id)
            for key in self._places(old):
                self._lists[key].remove(slot)
        slot = Slot(new.modified, new.refund_id)
        for key in self._places(new):
            found = self._lists.get(key)
            if found is None:
                found = self._lists[key] = SortedList()
            found.add(slot)

    def _places(self, refund: Refund) -> Iterator[Key]:
        shop, status, buyer = refund.shop, refund.status, refund.buyer
        yield (shop, "", "", "")
        yield (shop, status, "", "")
        yield (shop, "", buyer, "")
        yield (shop, status, buyer, "")
        for shape in self._shapes:
            if shape[2] == refund.phase:
                yield _key(refund, shape)

    def window(
        self,
        shop: str,
        *,
        status: str = "",
        buyer: str = "",
        phase: str = "",
        start: int | None = None,
        end: int | None = None,
    ) -> "Window":
        """Return the refunds of *shop* with *start* <= modified <= *end* (seconds, both inclusive)."""
        shape = (bool(status), bool(buyer), phase)
        if phase and shape not in self._shapes:
            self._make(shape)
        return window_of(self._lists.get((shop, status, buyer, phase)), start, end)

    def _make(self, shape: Shape) -> None:
        self._shapes.add(shape)
        slots: dict[Key, list[Slot]] = {}
        for (_, status, buyer, phase), found in self._lists.items():
            for slot in found if not (status or buyer or phase) else ():
                refund = self._rows[slot.ident]
                if refund.phase == shape[2]:
                    slots.setdefault(_key(refund, shape), []).append(slot)
        self._lists |= {key: SortedList(found) for key, found in slots.items()}


def window_of(found: SortedList | None, start: int | None, end: int | None) -> "Window":
    """Return the slots of *found* from second *start* to *end*, both inclusive; None: from the first, to the last."""
    if found is None:
        return Window(None, 0, 0)
    low = 0 if start is None else found.bisect_left(Slot(start, ""))
    high = len(found) if end is None else found.bisect_left(Slot(end + 1, ""))
    return Window(found, low, max(low, high))


class Window:
    """A part of one sorted list; pages of it are read without copying it."""

    __slots__ = ("_found", "_high", "_low")

    def __init__(self, found: SortedList | None, low: int, high: int) -> None:
        """Hold positions *low* to *high* (exclusive) of *found*."""
        self._found, self._low, self._high = found, low, high

    def __len__(self) -> int:
        """Return how many refunds are in the window."""
        return self._high - self._low

    def slot(self, position: int) -> Slot:
        """Return the slot at *position*, from the oldest on."""
        assert self._found is not None
        found: Slot = self._found[self._low + position]
        return found

    def slots(self, start: int, stop: int) -> list[Slot]:
        """Return the slots from position *start* to *stop* (exclusive), oldest first."""
        return [] if self._found is None else list(self._found[self._low + start : self._low + stop])

    def before(self, second: int) -> int:
        """Return how many of its slots are older than *second*."""
        if self._found is None:
            return 0
        position: int = self._found.bisect_left(Slot(second, ""))
        return min(max(position, self._low), self._high) - self._low

    def page(self, number: int, size: int, *, newest_first: bool = True, turned: bool = False) -> list[str]:
        """Return the refund ids of page *number* (from 1); beyond the end, none.

        Of one second the higher id is the newer one, or with *turned* the older one.
        """
        first = (number - 1) * size
        count = min(size, len(self) - first)
        if count <= 0:
            return []
        # Counted from the older end, the page is the slots [low, low + count).
        low = len(self) - first - count if newest_first else first
        slots = self._turned(low, low + count) if turned else self.slots(low, low + count)
        return [slot.ident for slot in (reversed(slots) if newest_first else slots)]

    def _turned(self, low: int, high: int) -> list[Slot]:
        """Return the slots from position *low* to *high* as if those of each second stood the other way round."""
        ordered: list[Slot] = []
        while low < high:
            second = self.slot(low).at
            begin, end = self.before(second), self.before(second + 1)
            upto = min(high, end)
            # What stands n places behind the beginning of its second is found n places before its end.
            ordered += reversed(self.slots(begin + end - upto, begin + end - low))
            low = upto
        return ordered
