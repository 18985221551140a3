"""The readable line of an entry: every kind has one, and it names what a person looks for."""

from typing import Any, get_args

import msgspec
import pytest

from simulator.ledger.entry import (
    Act,
    Answered,
    AnyEntry,
    Asked,
    Callback,
    Changed,
    ClockStepped,
    Confirmed,
    Connection,
    Decision,
    Delivered,
    Entry,
    Expired,
    Fault,
    Header,
    Life,
    Mark,
    Published,
    Pushed,
    SettingChanged,
    Timer,
)
from simulator.ledger.values import Row, RowResult, Told, Upload
from simulator.ledger.words import line, yuan
from simulator.tmall.refund import Refund

WALL = 1795313707201  # 2026-11-22 10:15:07.201 GMT+8
ID = "318273645091827364"


def _refund(**more: Any) -> Refund:
    return Refund(
        refund_id=ID,
        shop="s",
        tid=1,
        oid=1,
        kind="refund_only",
        status="WAIT_SELLER_AGREE",
        phase="onsale",
        amount=835,
        total=1999,
        version=1795313707201,
        **more,
    )


LINES: list[tuple[Entry, str]] = [
    (
        Header(format=1, command="rehearse", seed=7, declaration={"name": "c"}),
        "run    ledger of rehearse: c, seed 7, format 1",
    ),
    (
        Changed(side="tmall", actor="buyer", action="apply", rows=(Row("refund", ID, _refund()),)),
        "tmall  buyer applied: 8.35 元 of 19.99 元, refund-only, WAIT_SELLER_AGREE, version 1795313707201",
    ),
    (
        Changed(
            side="erp",
            actor="integration",
            action="create",
            rows=(Row("document", "D1", {"id": "D1", "external": "TM-1", "amount": 1, "hold": True}),),
        ),
        "erp    integration created document TM-1, 0.01 元, pending, hold, revision 1",
    ),
    (
        Changed(side="tmall", actor="buyer", action="pay", rows=(Row("trade", "9", {}),)),
        "tmall  buyer paid: trade 9",
    ),
    (
        Changed(side="erp", actor="harness", action="lift", rows=(Row("fault", "f1", None),)),
        "fault f1 is gone",
    ),
    (
        Asked(
            side="tmall",
            method="taobao.rp.refunds.agree",
            params={"refund_infos": f"{ID}|1999|1795313707201|onsale"},
        ),
        f"tmall  agree {ID}|1999|1795313707201|onsale",
    ),
    (
        Asked(
            side="tmall",
            method="taobao.refunds.receive.get",
            params={
                "start_modified": "2026-11-22 10:14:07",
                "end_modified": "2026-11-22 10:15:07",
                "page_no": "2",
            },
        ),
        "list refunds 2026-11-22 10:14:07 – 2026-11-22 10:15:07, page 2 of 40 rows",
    ),
    (
        Asked(
            side="erp",
            method="erp.update",
            params={"path": "/documents/TM-1", "body": {"amount": "8.35", "hold": True}},
        ),
        "erp    update document TM-1: amount 8.35, hold True",
    ),
    (
        Asked(
            side="tmall",
            method="taobao.refund.refuse",
            params={"refund_id": ID},
            signed=False,
            files=(Upload(name="p.png", size=70, sha256="x"),),
        ),
        f"refuse {ID}, file p.png (70 bytes), signature WRONG",
    ),
    (
        Answered(
            side="tmall",
            method="taobao.refund.get",
            told=(Told(ID, 1),),
            body={"refund_get_response": {"refund": {"refund_fee": "8.35", "status": "WAIT_SELLER_AGREE"}}},
        ),
        "told: refund_fee 8.35, status WAIT_SELLER_AGREE (taobao.refund.get)",
    ),
    (
        Answered(
            side="tmall",
            method="m",
            told=(Told("1", 1), Told("2", 1), Told("3", 1), Told("4", 1)),
            total=9,
            dropped=("5",),
        ),
        "told: 4 rows of 9: 1, 2, 3 and 1 more, left out: 5 (m)",
    ),
    (
        Answered(method="m", told=(Told("1", 2, {"amount": 5}),)),
        "told: 1 as of its change 2, amount altered to 5 (m)",
    ),
    (
        Answered(method="m", results=(RowResult("1", succ=True), RowResult("2", succ=False, message="isp.busy"))),
        "results: 1 ok, 2 isp.busy (m)",
    ),
    (
        Answered(method="m", error={"code": 15, "sub_code": "isp.busy"}, fault="isp-error", lost=True),
        "error 15 isp.busy (m) [fault isp-error] – the answer was lost on its way",
    ),
    (Answered(method="m", understood="exchange is not built"), "not built: exchange is not built (m)"),
    (Answered(method="m", effect=True), "answered, done (m)"),
    (Answered(method="m", status=502), "HTTP 502 (m)"),
    (Delivered(call=7), "answer to #7 was delivered"),
    (
        Decision(
            side="erp",
            by="reviewer",
            decision="approve",
            document="D1",
            amount=835,
            type="refund_only",
            revision=2,
            text="fine",
        ),
        "erp    reviewer approved D1: 8.35 元, refund-only, revision 2, “fine”",
    ),
    (Act(act="buyer.apply", args={"amount": "8.35"}, started=True), "buyer.apply: amount 8.35"),
    (Act(act="buyer.apply", accepted=False, reason="it is closed"), "buyer.apply was refused: it is closed"),
    (Act(act="buyer.modify", hook="h1"), "buyer.modify done (hook h1)"),
    (Fault(fault="f3", name="lost-answer", event="strike", call=9), "fault lost-answer (f3) struck call #9"),
    (
        Fault(fault="f3", name="slow", event="start", scope={"call": "erp.create"}),
        "slow (f3) armed: call erp.create",
    ),
    (Timer(timer="seller_agree"), "time limit seller_agree passed"),
    (
        SettingChanged(name="edition", value="current", origin="control"),
        "setting edition is now 'current' (control)",
    ),
    (
        SettingChanged(name="edition", value="current", origin="control", shop="一号店"),
        "setting edition is now 'current' for 一号店 (control)",
    ),
    (SettingChanged(name="edition", shop="一号店"), "setting edition of 一号店 is the run's again"),
    (ClockStepped(by=-1500), "the wall clock jumped by -1.500 s"),
    (Life(who="integration", event="exited", detail={"status": 1}), "integration exited (status 1)"),
    (
        Callback(document="D1", revision=2, event="answered", status=200),
        "callback for D1 revision 2 answered 200",
    ),
    (
        Callback(document="D1", revision=2, event="refused", status=401, defect="forged"),
        "callback for D1 that the ERP did not send (forged) refused 401",
    ),
    (
        Mark(name="play", detail={"play": "S05#1", "event": "ended", "outcome": "passed"}),
        "play S05#1 ended passed",
    ),
    (Mark(name="phase", detail={"phase": "load", "event": "started"}), "load started"),
    (
        Published(side="tmall", topic="taobao_refund_RefundClosed", content='{"refund_id":1}', repeats="7"),
        'message taobao_refund_RefundClosed: {"refund_id":1} (repeats 7)',
    ),
    (Pushed(message="7", channel="ws", attempt=2, altered="{"), "message 7 delivered over ws, attempt 2, as {"),
    (Confirmed(message="7"), "message 7 confirmed"),
    (Confirmed(message="7", result="failed", reason="ERP down"), "message 7 failed: ERP down"),
    (Expired(message="7"), "message 7 expired unconfirmed"),
    (
        Connection(connection="c1", app_key="1", group="default", event="closed", detail="1000"),
        "message channel c1 of 1/default closed – 1000",
    ),
    (Mark(name="clean"), "all faults are lifted from here on"),
    (Mark(name="end", detail={"complete": True}), "the run is complete"),
    (Mark(name="end"), "the run was broken off"),
    (Mark(name="plan", detail={"about": 75}), "plan (about 75)"),
]


@pytest.mark.parametrize(
    ("entry", "words"), LINES, ids=[f"{type(entry).__name__}-{n}" for n, (entry, _) in enumerate(LINES)]
)
def test_an_entry_reads_as_one_line_a_person_understands(entry: Entry, words: str) -> None:
    entry.seq, entry.wall = 1042, WALL

    text = line(entry)

    assert text.startswith("#1042 10:15:07.201 ")
    assert text.endswith(words)
    assert "\n" not in text


def test_every_kind_of_entry_has_a_line() -> None:
    assert {type(entry) for entry, _ in LINES} == set(get_args(AnyEntry))


def test_an_entry_read_back_from_a_file_reads_the_same() -> None:
    for entry, _ in LINES:
        again = msgspec.json.decode(msgspec.json.encode(entry), type=AnyEntry)
        assert str(again) == str(entry)


def test_an_empty_entry_of_any_kind_still_reads() -> None:
    for kind in get_args(AnyEntry):
        assert line(kind(seq=1, wall=WALL))


@pytest.mark.parametrize(("fen", "words"), [(0, "0.00 元"), (1, "0.01 元"), (835, "8.35 元"), (-29, "-0.29 元")])
def test_fen_are_written_as_yuan_with_two_decimals(fen: int, words: str) -> None:
    assert yuan(fen) == words


def test_a_batch_is_shortened_to_the_refund_it_is_shown_for() -> None:
    asked = Asked(
        method="taobao.rp.refunds.agree", params={"refund_infos": f"1|100|5|onsale,{ID}|835|5|onsale,3|1|5|onsale"}
    )
    answered = Answered(method="m", results=(RowResult("1", succ=True), RowResult(ID, succ=False, message="isp.busy")))

    assert line(asked, ID).endswith(f"agree {ID}|835|5|onsale and 2 more")
    assert line(answered, ID).endswith(f"results: {ID} isp.busy and 1 more (m)")
    assert line(asked).endswith("3|1|5|onsale")
