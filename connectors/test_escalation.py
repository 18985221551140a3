"""People hear in time of what nobody decided, once a round; and goods that come back are announced."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import urllib3

from connectors import inbound
from connectors.conftest import Bench
from connectors.errors import Later
from connectors.escalation import Channel
from connectors.stand_in import Sides

ID = "310020045678900001"
SOON = {"exist_timeout": True, "timeout": "2026-11-22 13:00:00"}
"""Three hours ahead: one before people are told."""


def _imported(bench: Bench, **fields: object) -> Sides:
    bench.sides.add(ID, **{"refund_remind_timeout": SOON, "order_status": "", **fields})
    bench.turn()
    return bench.sides


def test_people_are_told_once_of_what_nobody_decided(bench: Bench) -> None:
    _imported(bench)
    assert bench.escalated() == []

    bench.clock.at += 3_600
    for _ in range(3):
        bench.turn()

    (line,) = bench.escalated()
    assert f"refund {ID}" in line
    assert "2026-11-22 13:00:00" in line


def test_a_deadline_that_was_moved_away_is_not_told_of(bench: Bench) -> None:
    sides = _imported(bench)
    sides.refunds[ID]["refund_remind_timeout"] = {"exist_timeout": True, "timeout": "2026-11-25 13:00:00"}

    bench.clock.at += 3_600
    bench.turn()

    assert bench.escalated() == []


def test_what_was_decided_is_not_told_of(bench: Bench) -> None:
    sides = _imported(bench)
    sides.decide(ID, "approve")
    bench.turn()

    bench.clock.at += 3_600
    bench.turn()

    assert bench.escalated() == []


def test_a_new_round_is_told_of_anew(bench: Bench) -> None:
    sides = _imported(bench)
    bench.clock.at += 3_600
    bench.turn()
    sides.refunds[ID] |= {
        "refund_version": 1795313799999,
        "refund_fee": "6.00",
        "modified": "2026-11-22 11:00:05",
    }
    bench.turn()
    bench.turn()

    assert len(bench.escalated()) == 2


def test_what_only_people_can_do_is_told_at_once(bench: Bench) -> None:
    sides = _imported(bench, operation_contraint="refund_onweb", refund_remind_timeout=None)
    sides.decide(ID, "approve")

    for _ in range(3):
        bench.turn()

    assert len(bench.escalated()) == 1


@pytest.fixture(name="posted")
def _posted() -> Iterator[tuple[str, list[dict[str, str]]]]:
    heard: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(500 if self.path == "/broken" else 204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the interface's name)
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", heard
    server.shutdown()
    server.server_close()


def test_a_url_is_posted_to_and_must_take_it(posted: tuple[str, list[dict[str, str]]]) -> None:
    url, heard = posted
    http = urllib3.PoolManager()

    Channel(url, http).tell("shop", ID, "look", 1795323600)
    with pytest.raises(Later):
        Channel(f"{url}/broken", http).tell("shop", ID, "look")

    assert heard[0] == {"refund_id": ID, "shop": "shop", "deadline": "2026-11-22 13:00:00", "text": "look"}


def _main(status: str, waybill: str = "") -> dict[str, object]:
    return {"status": status, "waybill": waybill, "shop": "s", "refund_id": ID, "quantity": 2, "version": 7}


_KNOWN = {"kind": "inbound", "status": "waiting_buyer"}


@pytest.mark.parametrize(
    ("main", "known", "received", "owed", "status"),
    [
        (_main("pending"), None, False, False, None),
        (_main("waiting_buyer"), None, False, False, "waiting_buyer"),
        (_main("waiting_receipt", "SF1"), _KNOWN, False, False, "waiting_receipt"),
        (_main("closed"), _KNOWN, False, False, "closed"),
        (_main("closed"), None, False, False, None),
        (_main("refused"), _KNOWN, False, False, "closed"),
        (_main("closed"), _KNOWN, True, False, "waiting_buyer"),
        (_main("refunded"), _KNOWN, False, False, "waiting_buyer"),
        (_main("refunded"), None, False, False, None),
        (_main("refunded"), None, False, True, "waiting_buyer"),
        (_main("refunded", "SF1"), _KNOWN, False, True, "waiting_receipt"),
        (_main("waiting_buyer"), {"kind": "inbound", "status": "closed"}, False, False, "waiting_buyer"),
    ],
)
def test_goods_are_announced_while_they_are_to_come_and_no_longer(
    main: dict[str, object], known: dict[str, object] | None, status: str | None, *, received: bool, owed: bool
) -> None:
    notice = inbound.notice(main, known, received=received, owed=owed)

    assert (notice and notice["status"]) == status


def test_a_refund_that_was_paid_in_advance_still_expects_its_goods(bench: Bench) -> None:
    sides = _imported(bench, status="SUCCESS", has_good_return=True, advance_status=2, refund_remind_timeout=None)

    assert sides.document(ID)["status"] == "refunded"
    notice = sides.documents[f"TM-{ID}-in"]
    assert (notice["kind"], notice["status"], notice["quantity"]) == ("inbound", "waiting_buyer", 2)


def test_a_payment_that_was_reversed_leaves_the_books(bench: Bench) -> None:
    sides = _imported(bench, status="SUCCESS", refund_remind_timeout=None)
    assert sides.document(ID)["status"] == "refunded"

    sides.refunds[ID] |= {"status": "CLOSED", "refund_version": 1795313799999}
    bench.turn()

    assert sides.document(ID)["status"] == "closed"
