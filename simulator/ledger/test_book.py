"""The ledger's writer and reader."""

import asyncio
import os
import stat
from pathlib import Path

import msgspec
import pytest

from simulator.clock import Clock
from simulator.errors import UserError
from simulator.ledger.book import Book, LedgerError
from simulator.ledger.entry import FORMAT, ClockStepped, Header, Mark
from simulator.ledger.redact import Vault
from simulator.ledger.replay import read


class SteppingClock(Clock):
    """A wall clock that someone sets back by an hour."""

    stepped = 0

    def wall(self) -> int:
        return super().wall() - self.stepped


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.jsonl"


def _book(path: Path, *, marks: int = 0) -> Book:
    book = Book(path, Clock())
    book.append(Header(format=FORMAT, product="0.1.0"))
    for number in range(marks):
        book.append(Mark(name=f"m{number}"))
    return book


def test_entries_are_numbered_from_one_and_read_back_in_order(path: Path) -> None:
    _book(path, marks=3).close()

    assert [entry.seq for entry in read(path)] == [1, 2, 3, 4]


def test_the_file_is_its_owners_alone(path: Path) -> None:
    _book(path).close()

    assert os.name != "posix" or stat.S_IMODE(path.stat().st_mode) == 0o600


def test_lines_are_read_from_wherever_the_reader_left_off_or_goes_back_to(path: Path) -> None:
    book = _book(path, marks=1000)

    for after, limit in ((0, 3), (3, 700), (703, 5), (5, 200), (990, 100), (1001, 9), (702, 1), (400, 0)):
        numbers = [msgspec.json.decode(line)["seq"] for line in book.lines(after, limit)]
        assert numbers == list(range(after + 1, min(after + limit, 1001) + 1))


def test_a_line_is_found_from_the_nearest_mark_and_by_its_place(path: Path) -> None:
    book = _book(path, marks=2000)
    place = book.place
    again = Book(path, Clock())
    again.resume(book.seq, path.stat().st_size)

    for one in (book, again, again):  # the second time from marks that the first reading left
        (line,) = one.lines(after=1500, limit=1)
        assert msgspec.json.decode(line)["seq"] == 1501
        assert one.entry(place).seq == 2001


def test_a_line_is_found_by_its_place_where_the_system_cannot_read_at_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "pread", raising=False)
    book = _book(path, marks=20)

    assert book.entry(book.place).seq == book.seq
    book.append(Mark(name="more"))
    assert book.entry(book.place).seq == book.seq == len(path.read_bytes().splitlines())


def test_a_line_that_somebody_cut_off_is_an_error(path: Path) -> None:
    book = _book(path, marks=3)
    os.truncate(path, path.stat().st_size - 5)

    with pytest.raises(LedgerError):
        book.entry(book.place)


def test_a_long_line_is_read_whole(path: Path) -> None:
    book = _book(path, marks=3)
    book.append(Mark(name="x" * 10_000))

    assert isinstance(entry := book.entry(book.place), Mark)
    assert len(entry.name) == 10_000


def test_whoever_waits_is_told_of_the_next_entry(path: Path) -> None:
    async def scene() -> list[bytes]:
        book = _book(path)
        waiting = asyncio.ensure_future(book.wait(book.seq, 30))
        await asyncio.sleep(0)
        book.append(Mark(name="news"))
        await waiting
        return book.lines(after=1, limit=10)

    assert b'"news"' in asyncio.run(scene())[0]


def test_a_wait_ends_without_news_after_its_time(path: Path) -> None:
    async def scene() -> int:
        book = _book(path)
        await book.wait(book.seq, 0.01)
        return book.seq

    assert asyncio.run(scene()) == 1


def test_a_step_of_the_wall_clock_is_noted_before_the_entry_that_saw_it(path: Path) -> None:
    clock = SteppingClock()
    book = Book(path, clock)
    book.append(Header())
    clock.stepped = 3_600_000
    book.append(Mark(name="after"))

    noted = list(read(path))[1]

    assert isinstance(noted, ClockStepped)
    assert noted.by == pytest.approx(-3_600_000, abs=50)


def test_the_truncated_last_line_of_a_killed_run_is_left_out_and_reported(path: Path) -> None:
    _book(path, marks=2).close()
    with path.open("ab") as file:
        file.write(b'{"kind":"mark","seq":4,"na')

    reader = read(path)

    assert [entry.seq for entry in reader] == [1, 2, 3]
    assert reader.truncated == 26


def test_a_broken_line_is_named_by_file_and_line(path: Path) -> None:
    _book(path, marks=2).close()
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"no json\n" + lines[2])

    with pytest.raises(UserError, match=r"ledger\.jsonl:2: is no entry of a ledger"):
        list(read(path))


def test_a_ledger_of_a_newer_format_is_refused(path: Path) -> None:
    path.write_text(f'{{"kind":"header","seq":1,"format":{FORMAT + 1}}}\n', encoding="utf-8")

    with pytest.raises(UserError, match=f"has format {FORMAT + 1}, this version reads up to {FORMAT}"):
        list(read(path))


def test_a_newer_format_is_refused_even_when_its_header_cannot_be_understood(path: Path) -> None:
    path.write_text(f'{{"kind":"header","seq":"one","format":{FORMAT + 1}}}\n', encoding="utf-8")

    with pytest.raises(UserError, match=f"has format {FORMAT + 1}"):
        list(read(path))


def test_keys_that_this_version_does_not_know_are_ignored(path: Path) -> None:
    path.write_text('{"kind":"header","seq":1,"format":1,"new":"thing"}\n', encoding="utf-8")

    assert [entry.seq for entry in read(path)] == [1]


def test_a_file_that_is_no_ledger_is_said_to_be_none(path: Path) -> None:
    path.write_text('{"kind":"mark","seq":1}\n', encoding="utf-8")

    with pytest.raises(UserError, match="begins with its header"):
        list(read(path))


def test_an_empty_file_is_no_ledger(path: Path) -> None:
    path.touch()

    with pytest.raises(UserError, match="is empty"):
        list(read(path))


def test_secrets_become_tokens_that_are_equal_for_equal_values(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault")

    first = vault.redacted({"session": "s3cret", "method": "taobao.time.get"})

    assert first["session"].startswith("tok:")
    assert first == Vault(tmp_path / "vault").redacted({"session": "s3cret", "method": "taobao.time.get"})
    assert os.name != "posix" or stat.S_IMODE((tmp_path / "vault").stat().st_mode) == 0o600


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_ends_the_run_with_the_reason() -> None:
    book = Book(Path("/dev/full"), Clock())

    with pytest.raises(LedgerError, match="cannot be written: No space left on device"):
        book.append(Header())


def test_entries_of_one_moment_go_out_in_one_write_before_an_answer(path: Path) -> None:
    async def scene() -> tuple[int, int]:
        book = Book(path, Clock())
        book.loop = asyncio.get_running_loop()
        book.append(Header())
        book.append(Mark(name="effect"))
        before = path.stat().st_size
        book.flush()
        return before, len(path.read_bytes().splitlines())

    assert asyncio.run(scene()) == (0, 2)


def test_entries_that_nobody_waits_for_are_written_at_the_end_of_the_moment(path: Path) -> None:
    async def scene() -> int:
        book = Book(path, Clock())
        book.loop = asyncio.get_running_loop()
        book.append(Header())
        await asyncio.sleep(0)
        return len(path.read_bytes().splitlines())

    assert asyncio.run(scene()) == 1


def test_the_format_is_written_out_and_never_left_to_a_default(path: Path) -> None:
    _book(path).close()

    assert f'"format":{FORMAT}'.encode() in path.read_bytes()
