"""A small literal run in which the agreed amount is total_fee: the ledger that report tests are drawn from."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contract_tests.verdict import Finding, Judgement, Outcome, RuleResult, StoryResult, Verdict
from simulator.ledger.entry import (
    Act,
    Answered,
    AnyEntry,
    Asked,
    Changed,
    Decision,
    Delivered,
    Fault,
    Header,
    Life,
    Mark,
)
from simulator.ledger.values import Row, Told
from simulator.settings import Settings
from simulator.tmall.refund import Refund


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands are shown as those see them who installed the program, however the tests are run."""
    monkeypatch.delenv("UV_RUN_RECURSION_DEPTH", raising=False)


REFUND = "318273645091827364"
VERSION = 1795313707201
BEGAN = 1795313700000
AGREE = "taobao.rp.refunds.agree"


def _refund(change: int, status: str) -> Row:
    values = Refund(
        refund_id=REFUND, shop="shop-1", tid=1, oid=1, kind="refund_only", status=status, phase="onsale",
        amount=835, total=1999, change=change, version=VERSION,
    )  # fmt: skip
    return Row("refund", REFUND, values)


def _document(revision: int, status: str, amount: int = 835) -> Row:
    values = {
        "id": "D000001", "external": f"TM-{REFUND}", "refund_id": REFUND, "amount": amount,
        "type": "refund_only", "status": status, "revision": revision,
    }  # fmt: skip
    return Row("document", "D000001", values)


def _body(status: str) -> dict[str, object]:
    return {"refund_get_response": {"refund": {"refund_fee": "8.35", "status": status, "refund_version": VERSION}}}


def _load() -> list[AnyEntry]:
    """Three refunds of a load: opened, in the ERP, paid, and booked."""
    entries: list[AnyEntry] = []
    for number in range(3):
        refund = f"31827364509182800{number}"
        about: dict[str, Any] = {"shop": "shop-2", "refunds": (refund,), "plays": ("LOAD",)}
        for status, document in (("WAIT_SELLER_AGREE", "pending"), ("SUCCESS", "refunded")):
            row = Refund(
                refund_id=refund, shop="shop-2", tid=2, oid=2, kind="return_refund", status=status, phase="onsale",
                amount=1999, total=1999, version=VERSION,
            )  # fmt: skip
            booked = {"id": f"D{number}", "external": refund, "refund_id": refund, "amount": 1999, "status": document}
            action = "apply" if status == "WAIT_SELLER_AGREE" else "agree"
            actor = "buyer" if action == "apply" else "integration"
            entries.append(
                Changed(side="tmall", actor=actor, action=action, rows=(Row("refund", refund, row),), **about)
            )
            entries.append(
                Changed(side="erp", actor="integration", action="update", rows=(Row("document", f"D{number}", booked),),
                        **about)
            )  # fmt: skip
    return entries


def literal_entries() -> list[AnyEntry]:
    """Return the run's entries, numbered and timed."""
    about: dict[str, Any] = {"shop": "shop-1", "refunds": (REFUND,), "plays": ("S05#1",)}
    load = {"rate": 20, "seconds": 15, "opened": 300, "judged": 300, "equal": True}
    entries: list[AnyEntry] = [
        Header(command="rehearse --mutant M32", seed=20261122, product="0.1.0", settings=Settings().listed(),
               declaration={"name": "reference connector", "tempo": {"poll": 0.5, "sla": 10.0}}),
        Life(side="harness", who="integration", event="ready"),
        Mark(side="harness", name="plan", detail={"mutant": "M32", "rate": 20, "load_seconds": 15, "stories": ["S05"]}),
        Mark(side="harness", name="doctor", detail={"observations": [
            {"level": "ok", "id": "signed", "en": "signature right (md5)", "zh": "签名正确（md5）"},
            {"level": "note", "id": "messages", "en": "no messages", "zh": "没有消息"}]}),
        Mark(side="harness", name="phase", detail={"phase": "stories", "event": "started"}),
        Mark(side="harness", name="play", detail={"play": "S05#1", "story": "S05", "event": "started",
                                                  "judges": ["MNY-01"]}),
        Act(side="tmall", act="buyer.apply", args={"amount": "8.35"}, started=True, **about),
        Changed(side="tmall", actor="buyer", action="apply", rows=(_refund(1, "WAIT_SELLER_AGREE"),), **about),
        Asked(side="tmall", method="taobao.refund.get", params={"refund_id": REFUND}, signed=True, **about),
        Answered(side="tmall", method="taobao.refund.get", call=9, told=(Told(REFUND, 1),), fields=("*",),
                 body=_body("WAIT_SELLER_AGREE"), **about),
        Delivered(side="tmall", call=9),
        Asked(side="erp", method="erp.create", params={"path": f"/documents/TM-{REFUND}",
                                                       "body": {"amount": "8.35", "status": "pending"}}, **about),
        Changed(side="erp", actor="integration", action="create", cause=12, rows=(_document(1, "pending"),), **about),
        Answered(side="erp", method="erp.create", call=12, effect=True, told=(Told(REFUND, 1),), status=201, **about),
        Fault(side="erp", fault="f1", name="lost-answer", event="strike", call=12, **about),
        Decision(side="erp", by="reviewer", document="D000001", decision="approve", revision=2, amount=835,
                 type="refund_only", **about),
        Asked(side="erp", method="erp.list", params={"path": "/documents", "after": "0"}),
        Answered(side="erp", method="erp.list", call=17, told=(Told(REFUND, 2),)),
        Asked(side="tmall", method="taobao.rp.refund.review", params={"refund_id": REFUND, "result": "true"}, **about),
        Answered(side="tmall", method="taobao.rp.refund.review", call=19, effect=True, **about),
        Asked(side="tmall", method=AGREE, params={"refund_infos": f"{REFUND}|1999|{VERSION}|onsale"}, **about),
        Changed(side="tmall", actor="integration", action="agree", cause=21, rows=(_refund(2, "SUCCESS"),), **about),
        Answered(side="tmall", method=AGREE, call=21, effect=True, **about),
        Mark(side="harness", name="play", detail={"play": "S05#1", "story": "S05", "event": "ended",
                                                  "outcome": "passed", "seconds": 3.1}),
        Mark(side="harness", name="phase", detail={"phase": "stories", "event": "ended"}),
        *_load(),
        Mark(side="harness", name="load", detail=load),
        Mark(side="harness", name="end", detail={"complete": True}),
    ]  # fmt: skip
    for number, entry in enumerate(entries, start=1):
        entry.seq, entry.wall, entry.mono = number, BEGAN + number * 211, number * 211_000
    return entries


def broken_judgement() -> Judgement:
    """Return what the judge says about the literal run."""
    finding = Finding(
        rule="MNY-01", because="agree sent 1999 fen, the refund is 835 fen (8.35 元)",
        zh="同意退款发送了 1999 分，而退款金额为 835 分（8.35 元）", refund=REFUND, shop="shop-1", play="S05#1",
        entries=(8, 10, 21),
    )  # fmt: skip
    money = RuleResult(
        id="MNY-01", law="The amount sent to the platform is exactly the refund amount of the version acted on.",
        law_zh="发送给平台的金额必须与所处理版本的退款金额完全一致。", outcome=Outcome.BROKEN, witnesses=8,
        findings=(finding,), mandatory=True, source="platform API metadata", confidence="documented",
    )  # fmt: skip
    held = RuleResult(
        id="COV-01", law="Every refund the connector is responsible for reaches the ERP.",
        law_zh="每一笔应处理的退款都会到达 ERP。", outcome=Outcome.HELD, witnesses=41, mandatory=True,
    )  # fmt: skip
    idle = RuleResult(
        id="RTY-05", law="Outcomes are read from the body, per item.", law_zh="结果按行从响应正文中读取。",
        outcome=Outcome.NOT_EXERCISED, witnesses=0, doubts=("no batch had two rows",),
    )  # fmt: skip
    story = StoryResult(id="S05", play="S05#1", outcome="failed", seconds=3.1, rules_broken=("MNY-01",))
    return Judgement(
        verdict=Verdict.NO_GO, exit=1, because=("1 rule is broken: MNY-01.",), rules=(held, money, idle),
        stories=(story,), entries=27,
    )  # fmt: skip


def write_ledger(path: Path, entries: list[AnyEntry]) -> Path:
    """Write *entries* as a ledger file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries))
    return path


@pytest.fixture
def entries() -> list[AnyEntry]:
    """The literal run's entries."""
    return literal_entries()


@pytest.fixture
def judgement() -> Judgement:
    """The literal run's judgement: MNY-01 is broken."""
    return broken_judgement()


@pytest.fixture
def run(tmp_path: Path, entries: list[AnyEntry]) -> Path:
    """A run folder with the literal ledger."""
    write_ledger(tmp_path / "run" / "ledger.jsonl", entries)
    return tmp_path / "run"


def wait_for(met: Callable[[], bool], *, seconds: float) -> None:
    """Return once *met* says so; fail after *seconds*."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not met():
        assert time.monotonic() < end, "it did not happen in time"
        pause.wait(0.1)
