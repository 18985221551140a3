"""Writes that meet go into one upload, and each hears of its own row alone."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from connectors.erp_together import Together
from connectors.errors import Refused, Unknown

JSON = dict[str, Any]


class Uploads:
    """An ERP that notes what it is sent, and refuses row 3."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.sent: list[list[int]] = []
        self.broken = False

    def __call__(self, rows: Sequence[JSON]) -> list[JSON | Exception]:
        """Take *rows*."""
        self.sent.append([row["id"] for row in rows])
        if self.broken:
            raise Unknown("no answer")
        return [Refused("bad row") if row["id"] == 3 else {"id": row["id"], "done": True} for row in rows]


def _at_once(together: Together, count: int) -> list[Any]:
    """Return what *count* writers hear who begin at the same moment."""
    gate = threading.Barrier(count)

    def write(number: int) -> Any:
        gate.wait()
        try:
            return together.put({"id": number})
        except (Refused, Unknown) as trouble:
            return str(trouble)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(write, range(count)))


def test_who_writes_at_the_same_time_shares_an_upload_and_hears_of_its_own_row() -> None:
    uploads = Uploads()

    heard = _at_once(Together(uploads, 0.5, 50), 5)

    assert sorted(uploads.sent[0]) == [0, 1, 2, 3, 4]
    assert heard == [{"id": n, "done": True} if n != 3 else "bad row" for n in range(5)]


def test_an_upload_holds_no_more_than_the_erp_takes_and_nobody_is_left_behind() -> None:
    uploads = Uploads()

    _at_once(Together(uploads, 0.5, 2), 5)

    assert sorted(map(len, uploads.sent)) == [1, 2, 2]


def test_an_upload_that_fails_fails_for_all() -> None:
    uploads = Uploads()
    uploads.broken = True

    assert _at_once(Together(uploads, 0.5, 50), 3) == ["no answer"] * 3


def test_whoever_does_not_wait_writes_alone() -> None:
    uploads = Uploads()

    heard = _at_once(Together(uploads, 0.0, 50), 3)

    assert sorted(uploads.sent) == [[0], [1], [2]]
    assert [row["id"] for row in heard] == [0, 1, 2]


def test_a_mistake_of_our_own_leaves_nobody_waiting() -> None:
    def broken(rows: Sequence[JSON]) -> list[JSON | Exception]:
        raise KeyError("datas")

    together = Together(broken, 0.01, 50)

    for _ in range(2):
        with pytest.raises(KeyError):
            together.put({"id": 1})
