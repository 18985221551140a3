"""Cuts refunds out of a real ledger: a golden ledger small enough to read, of entries that really happened.

    python -m contract_tests.cut runs/…/ledger.jsonl REFUND… > contract_tests/golden/NAME.jsonl

What a rule needs besides the refund's own entries stays too: the header, the marks of play and run, life events, the
lists that told of it or that failed, and what came of each call that is kept. Numbers and times are as they were.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

from contract_tests.case import Case
from contract_tests.history import History
from simulator.errors import UserError
from simulator.ledger.entry import Answered, AnyEntry, Asked, Delivered, Fault, Header, Life, Mark
from simulator.ledger.replay import read
from simulator.ledger.values import Told

_MARKS = frozenset({"clean", "end"})


def cut(ledger: Path | Iterable[AnyEntry], *refunds: str) -> list[bytes]:
    """Return the lines of *ledger* that concern *refunds*, each with its newline.

    Rows of other refunds are taken out of lists and of changes, so that the result tells of these alone. Batches
    keep their other rows: how a batch went is part of what happened to each row of it.

    Raises:
        UserError: if the ledger does not know one of them.
    """
    entries = list(read(ledger) if isinstance(ledger, Path) else ledger)
    history = History.read(entries)
    cases = {}
    for refund in refunds:
        case = cases[refund] = history.about(refund)
        if case is None:
            raise UserError(f"{refund} is no refund of this ledger.", expected=f"It has {len(history.cases)} refunds.")
    mine = frozenset(refunds)
    plays = frozenset(case.play for case in cases.values() if case is not None)
    lists = {number for case in cases.values() if case is not None for number in _lists(history, case)}
    encode = msgspec.json.Encoder().encode
    return [encode(_alone(entry, mine)) + b"\n" for entry in entries if _concerns(entry, mine, plays, lists)]


def _lists(history: History, case: Case) -> set[int]:
    """Return the numbers of the calls that name no refund and yet concern *case*.

    Those are the lists that told of it, the ERP's lists that were asked for it, and, as long as the ERP did not have
    it, the lists that failed: each with the other pages of its scan, and with the next list that worked. Calls with a
    dead session of the shop are among them, too, and calls by which messages about it were taken.
    """
    found = {call.seq for call in (*case.reads, *case.lookups)}
    found.update(pushed.call for letter in case.letters for _, pushed in letter.told)
    imported = case.revisions[0].seq if case.revisions else sys.maxsize
    born = case.first.seq if case.states else sys.maxsize
    listing = history.listings.get(case.shop)
    for failed in listing.failures() if listing is not None else ():
        if listing is not None and born < failed.seq < imported:
            found.add(failed.seq)
            found.update(call.seq for call in listing.same_scan(failed))
            worked = (call.seq for call in listing.calls if call.seq > failed.seq and call.succeeded)
            found.add(next(worked, failed.seq))
    dead = (call for calls in history.sessions.dead.values() for call in calls)
    found.update(call.seq for call in dead if call.asked.shop in {"", case.shop})
    return found


def _concerns(entry: AnyEntry, refunds: frozenset[str], plays: frozenset[str], lists: set[int]) -> bool:
    if not refunds.isdisjoint(entry.refunds) or isinstance(entry, Header | Life):
        return True
    if isinstance(entry, Mark):
        return entry.name in _MARKS or (entry.name == "play" and entry.detail.get("play") in plays)
    if isinstance(entry, Asked):
        return entry.seq in lists
    if isinstance(entry, Answered | Delivered):
        return entry.call in lists
    if isinstance(entry, Fault):
        return not plays.isdisjoint(entry.plays) or entry.call in lists
    return False


def _alone(entry: AnyEntry, refunds: frozenset[str]) -> AnyEntry:
    """Return *entry* without the rows of other refunds that a list told of."""
    if isinstance(entry, Answered) and not entry.refunds:
        told: tuple[Told, ...] = tuple(told for told in entry.told if told.refund in refunds)
        return msgspec.structs.replace(entry, told=told)
    if isinstance(entry, Life):
        return msgspec.structs.replace(entry, detail={})  # paths and process numbers of the machine it ran on
    if isinstance(entry, Mark) and entry.refunds:
        return msgspec.structs.replace(entry, refunds=tuple(found for found in entry.refunds if found in refunds))
    return entry


def main(arguments: list[str]) -> int:
    """Write the cut to standard output."""
    if len(arguments) < 2:
        sys.stderr.write("usage: python -m contract_tests.cut LEDGER REFUND…\n")
        return 3
    sys.stdout.buffer.writelines(cut(Path(arguments[0]), *arguments[1:]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
