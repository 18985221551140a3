"""Scans, waits and settling are pure functions of the entries seen so far."""

from typing import Any

import pytest

from scenarios import settle, waits
from scenarios.seen import Seen
from scenarios.story import Wait
from simulator.clock import to_text
from simulator.erp.document import Document
from simulator.ledger.declaration import Declaration, Tempo
from simulator.ledger.entry import Answered, AnyEntry, Asked, Callback, Changed, Decision, Delivered, Fault, Life
from simulator.ledger.values import Row, Told
from simulator.tmall.refund import Refund

R = "318273645091827364"
SECOND = 1_795_000_000
DECLARED = Declaration(tempo=Tempo.for_poll(0.5))


class Book:
    """Writes entries a second apart and shows them to a `Seen`."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self.seen = Seen()

    def add(self, *entries: AnyEntry) -> int:
        """Append *entries* at the next second and return the number of the last one."""
        for entry in entries:
            entry.seq = self.seen.seq + 1
            entry.mono = entry.seq * 1_000_000
            entry.wall = (SECOND + entry.seq) * 1000
            self.seen.take([entry])
        return self.seen.seq

    def refund(self, **values: Any) -> int:
        """Change the refund."""
        base: dict[str, Any] = {"refund_id": R, "shop": "a", "tid": 1, "oid": 1, "kind": "refund_only"}
        base |= {"status": "WAIT_SELLER_AGREE", "phase": "onsale", "amount": 6000, "total": 19900}
        base |= {"modified": SECOND + self.seen.seq + 1}
        return self.add(Changed(rows=(Row("refund", R, {**base, **values}),), refunds=(R,)))

    def document(self, ident: str = "D1", **values: Any) -> int:
        """Change the document."""
        base: dict[str, Any] = {"id": ident, "external": "TM-1", "refund_id": R, "amount": 6000, "type": "refund_only"}
        return self.add(Changed(rows=(Row("document", ident, {**base, **values}),), refunds=(R,)))

    def call(self, method: str, *, refunds: tuple[str, ...] = (R,), lost: bool = False, told: int = 0) -> None:
        """Make a call about the refund."""
        asked = self.add(Asked(method=method, refunds=refunds))
        seen = tuple(Told(R, told) for _ in range(bool(told)))
        self.add(Answered(call=asked, method=method, refunds=refunds, lost=lost, told=seen))
        if not lost:
            self.add(Delivered(call=asked))

    def page(self, number: int = 1, *, total: int = 1, size: int = 20, end: int = 900, error: bool = False) -> None:
        """Read a page of the list whose window ends at second *end*."""
        params = {"start_modified": to_text(0), "end_modified": to_text(SECOND + end), "page_no": str(number)}
        params["page_size"] = str(size)
        asked = self.add(Asked(method="taobao.refunds.receive.get", params=params, shop="a"))
        failed = {"code": 15} if error else {}
        self.add(Answered(call=asked, total=None if error else total, error=failed, shop="a"), Delivered(call=asked))


@pytest.fixture
def book() -> Book:
    return Book()


def test_a_scan_is_complete_when_every_page_was_delivered(book: Book) -> None:
    for number in (1, 3):
        book.page(number, total=45)
    assert not book.seen.scans.of_shop["a"][0].complete

    book.page(2, total=45)
    assert [scan.complete for scan in book.seen.scans.of_shop["a"]] == [True]


def test_a_scan_with_a_failed_page_is_not_complete_until_it_is_read(book: Book) -> None:
    book.page(2, total=25, error=True)
    book.page(1, total=25)
    assert not book.seen.scans.of_shop["a"][0].complete

    book.page(2, total=25)
    assert book.seen.scans.of_shop["a"][0].complete


def test_a_probe_for_the_total_with_small_pages_does_not_complete_a_scan(book: Book) -> None:
    book.page(1, total=25, size=1)

    assert not book.seen.scans.of_shop["a"][0].complete


def test_a_scan_whose_window_ends_too_early_does_not_cover_a_change(book: Book) -> None:
    changed = book.refund(modified=SECOND + 50)
    book.page(end=49)

    assert book.seen.scans.complete_since("a", changed, SECOND + 50) == 0


def test_slices_of_one_window_are_one_poll(book: Book) -> None:
    for start in range(0, 60, 10):
        for part in range(2):
            book.page(end=start + part + 1)
            scan = book.seen.scans.of_shop["a"][-1]
            scan.mono = (start + part) * 1_000_000

    assert book.seen.scans.interval() == 9.0
    assert book.seen.scans.polls_since("a", 0) == 6


def test_the_interval_is_unknown_until_there_are_three_polls(book: Book) -> None:
    book.page(end=1)
    book.page(end=2)

    assert book.seen.scans.interval() == 0.0


@pytest.mark.parametrize(
    ("wants", "met"),
    [
        ({"amount": 6000}, True),
        ({"amount": 6001}, False),
        ({"status": ["pending", "refused"]}, True),
        ({"status": ["refunded"]}, False),
        ({"type": "return_refund"}, False),
        ({"hold": True}, True),
        ({"waybill": "SF1"}, False),
        ({"decision": "approve"}, True),
        ({"decision": "none"}, False),
    ],
)
def test_a_wait_for_a_document_looks_at_what_it_asks_for(book: Book, wants: dict[str, Any], met: bool) -> None:
    book.refund()
    book.document(status="pending", hold=True, decision={"kind": "approve"})

    assert waits.met(Wait(kind="document", of="r", wants=wants), [R], book.seen) is met


def test_a_cancelled_document_counts_only_if_there_is_no_other(book: Book) -> None:
    book.document("D1", cancelled=True, status="closed", cursor=5)
    assert waits.met(Wait(kind="document", of="r", wants={"status": ["closed"]}), [R], book.seen)

    book.document("D2", cursor=2)
    assert waits.met(Wait(kind="document", of="r", wants={"status": ["pending"]}), [R], book.seen)


def test_a_wait_for_a_refund_looks_at_the_platform(book: Book) -> None:
    book.refund(status="SUCCESS")

    assert waits.met(Wait(kind="refund", of="r", wants={"status": ["SUCCESS"], "amount": 6000}), [R], book.seen)
    assert not waits.met(Wait(kind="refund", of="r", wants={"status": ["CLOSED"]}), [R], book.seen)


def test_a_wait_for_a_call_distinguishes_asked_from_delivered(book: Book) -> None:
    book.call("taobao.rp.refunds.agree", lost=True)
    asked = Wait(kind="call", of="r", wants={"call": "tmall.agree", "moment": "asked"})

    assert waits.met(asked, [R], book.seen)
    assert not waits.met(Wait(kind="call", of="r", wants={"call": "tmall.agree"}), [R], book.seen)
    assert not waits.met(Wait(kind="call", of="r", wants={"call": "tmall.agree", "times": 2}), [R], book.seen)


def test_told_means_the_newest_change_was_delivered(book: Book) -> None:
    wait = Wait(kind="told", of="r")
    book.refund(change=1)
    book.call("taobao.refund.get", told=1)
    assert waits.met(wait, [R], book.seen)

    book.refund(change=2)
    book.call("taobao.refund.get", told=2, lost=True)
    assert not waits.met(wait, [R], book.seen)


def test_a_decision_is_told_by_the_revision_that_carries_it(book: Book) -> None:
    wait = Wait(kind="decision", of="r")
    book.add(Decision(decision="approve", revision=3, refunds=(R,)))
    book.call("erp.list", told=2)
    assert not waits.met(wait, [R], book.seen)

    book.call("erp.list", told=3)
    assert waits.met(wait, [R], book.seen)


def test_a_wait_for_a_callback_is_about_one_decision_and_never_met_by_a_strangers(book: Book) -> None:
    refused = Wait(kind="called_back", of="r", wants={"decision": "refuse"})
    sent: dict[str, Any] = {"event": "answered", "status": 204, "document": "D1", "refunds": (R,)}
    for revision, decision in ((2, "refuse"), (4, "approve")):
        book.add(Decision(decision=decision, document="D1", revision=revision, refunds=(R,)))
    book.add(Callback(**sent, revision=4), Callback(**sent, revision=2, defect="replayed"))
    assert not waits.met(refused, [R], book.seen)
    assert waits.met(Wait(kind="called_back", of="r"), [R], book.seen)
    assert waits.met(Wait(kind="decision", of="r"), [R], book.seen)

    book.add(Callback(**sent | {"event": "failed"}, revision=2))
    assert not waits.met(refused, [R], book.seen)
    book.add(Callback(**sent | {"event": "refused"}, revision=2))
    assert waits.met(refused, [R], book.seen)


def test_a_wait_about_several_refunds_needs_all_of_them(book: Book) -> None:
    book.refund(status="SUCCESS")
    wait = Wait(kind="refund", of="r", wants={"status": ["SUCCESS"]})

    assert not waits.met(wait, [R, "another"], book.seen)
    assert waits.last_seen(wait, [R, "another"], book.seen) == "no refund (1 of 2 lack it)"
    assert not waits.met(wait, [], book.seen)


def test_a_wait_for_a_fault_counts_its_strikes(book: Book) -> None:
    wait = Wait(kind="fault", of="page", wants={"struck": 2})
    book.add(Fault(fault="f1", event="strike"), Fault(fault="f2", event="strike"))
    assert not waits.met(wait, [], book.seen, fault="f1")

    book.add(Fault(fault="f1", event="strike"))
    assert waits.met(wait, [], book.seen, fault="f1")


def test_the_cap_of_a_wait_grows_when_polls_are_slower_than_declared(book: Book) -> None:
    wait = Wait(kind="document", of="r")
    declared = waits.cap(wait, book.seen, DECLARED)
    for end in range(6):
        book.page(end=end)

    assert book.seen.scans.interval() == 3.0
    assert waits.cap(wait, book.seen, DECLARED) == declared + 3 * 2.5


def _at_rest(book: Book, *, scans: int = 2) -> str:
    for number in range(scans):
        book.page(end=800 + number)
    return settle.settled([R], "S90#1", "a", book.seen, DECLARED, book.seen.mono)


def test_a_play_is_at_rest_when_both_sides_agree_and_it_was_looked_at_again(book: Book) -> None:
    book.refund(status="SUCCESS")
    book.document(status="refunded")

    assert _at_rest(book, scans=1) == ""
    assert _at_rest(book) == "rest"


@pytest.mark.parametrize(
    ("refund", "document", "why"),
    [
        ({"status": "SUCCESS"}, {"status": "pending"}, "is SUCCESS, its document pending"),
        ({"amount": 8000}, {}, "is 80.00, its document 60.00"),
        ({}, {"decision": {"kind": "approve"}}, "the decision approve is not carried out"),
    ],
)
def test_a_play_is_not_at_rest_while_the_sides_differ(
    book: Book, refund: dict[str, Any], document: dict[str, Any], why: str
) -> None:
    book.refund(**refund)
    book.document(**document)

    assert _at_rest(book) == ""
    assert why in settle.unrest(R, book.seen, DECLARED)


def test_a_decision_that_was_carried_out_is_rest(book: Book) -> None:
    book.refund(status="SELLER_REFUSE_BUYER")
    book.document(status="refused", decision={"kind": "refuse"})

    assert _at_rest(book) == "rest"


def test_a_refund_withdrawn_before_anybody_was_told_needs_no_document(book: Book) -> None:
    book.refund(status="CLOSED")
    assert _at_rest(book) == "rest"

    book.call("taobao.refund.get", told=1)
    assert "has no document" in settle.unrest(R, book.seen, DECLARED)


def test_a_kind_that_is_not_declared_needs_nothing(book: Book) -> None:
    book.refund(kind="return_refund")

    assert settle.unrest(R, book.seen, Declaration(kinds=("refund_only",))) == ""


def test_the_limit_counts_from_the_last_change_or_strike(book: Book) -> None:
    book.refund()
    now = 100_000_000
    assert settle.undisturbed([R], "S90#1", book.seen, now=now, since=0) == 99.0

    struck = book.add(Fault(fault="f1", event="end", plays=("S90#1",)))
    assert settle.undisturbed([R], "S90#1", book.seen, now=now, since=0) == 100.0 - struck


def test_the_end_of_the_integration_is_seen(book: Book) -> None:
    book.add(Life(who="integration", event="exited"))
    assert book.seen.exited

    book.add(Life(who="integration", event="ready"))
    assert not book.seen.exited


def test_the_rows_kept_are_those_of_the_world(book: Book) -> None:
    book.refund(amount=835)
    book.document(amount=835)

    assert isinstance(book.seen.refunds[R], Refund)
    assert isinstance(book.seen.document(R), Document)
