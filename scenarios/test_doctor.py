"""The doctor says in plain words what an integration's first calls show, in English and in Chinese."""

import string
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from scenarios.doctor import PHRASES, Observation, chinese, diagnose, observe
from scenarios.symptoms import Symptoms
from simulator.clock import to_text
from simulator.ledger.declaration import Declaration, Tempo
from simulator.ledger.entry import Answered, AnyEntry, Asked, Connection, Delivered, Life

SECOND = 1_795_000_000
DECLARED = Declaration(tempo=Tempo.for_poll(30.0))
FIELDS = "refund_id,refund_version,refund_phase"


class Calls:
    """An integration's calls, thirty seconds apart."""

    def __init__(self, *, skew: int = 0, sign_method: str = "md5", every: int = 30) -> None:
        """Let its clock be off by *skew* seconds, and let it poll *every* so many."""
        self.entries: list[AnyEntry] = []
        self.skew = skew
        self.sign_method = sign_method
        self.every = every
        self.now = 0

    def _add(self, entry: AnyEntry) -> int:
        entry.seq = len(self.entries) + 1
        entry.mono, entry.wall = self.now * 1_000_000, (SECOND + self.now) * 1000
        self.entries.append(entry)
        return entry.seq

    def top(self, method: str, *, signed: bool = True, params: Mapping[str, str] | None = None) -> int:
        """Call the platform."""
        sent = {**(params or {}), "sign_method": self.sign_method}
        asked = Asked(side="tmall", shop="a", method=method, params=sent, signed=signed, skew=self.skew * 1000)
        call = self._add(asked)
        self._add(Answered(side="tmall", call=call, method=method, total=45))
        self._add(Delivered(side="tmall", call=call))
        return call

    def polls(self, count: int = 5, *, pages: Sequence[int] = (1, 3, 2, 1), overlap: int = 10) -> "Calls":
        """Poll the list."""
        for _ in range(count):
            self.now += self.every
            end = SECOND + self.now + self.skew
            window = {"start_modified": to_text(end - self.every - overlap), "end_modified": to_text(end)}
            for page in pages:
                paged = {"page_no": str(page), "page_size": "20"}
                self.top("taobao.refunds.receive.get", params=paged | window)
        return self

    def detail(self, fields: str = FIELDS) -> "Calls":
        """Read a refund."""
        self.top("taobao.refund.get", params={"fields": fields})
        return self

    def writes(self) -> "Calls":
        """Write a document."""
        self._add(Asked(side="erp", method="erp.create", params={"path": "/generic/v1/documents/TM-1"}))
        return self

    def seen(self, *, declared: Declaration = DECLARED) -> dict[str, Observation]:
        """Return what the doctor says."""
        symptoms = Symptoms()
        symptoms.take(self.entries)
        return {found.id: found for found in observe(symptoms, declared, 90.0)}


def test_a_healthy_integration_is_described() -> None:
    seen = Calls().polls().detail().writes().seen()

    assert {found.level for found in seen.values()} == {"ok", "note"}
    assert seen["polls"].en == "polls taobao.refunds.receive.get every 30 s"
    assert seen["window"].en == "window 40 s with 10 s overlap"
    assert seen["last_page"].en == "reads pages from the last one"
    assert seen["signs"].en == "signs md5"
    assert seen["version"].en == "asks for refund_version and refund_phase"
    assert seen["writes"].en == "writes ERP documents by external number (TM-1)"
    assert seen["no_messages"].en == "no messages (MSG rules not applicable)"


def test_a_clock_in_utc_gets_the_advice() -> None:
    seen = Calls(skew=-8 * 3600).polls().seen()

    assert seen["zone"].level == "bad"
    assert seen["zone"].en.startswith(
        "clock: its timestamps are 8 hours before our time. It formats timestamps in UTC;"
    )
    assert "时间戳比我们的时间早 8 小时" in seen["zone"].zh


def test_windows_in_another_zone_are_seen_though_the_timestamps_are_right() -> None:
    calls = Calls(skew=-8 * 3600).polls()
    for entry in calls.entries:
        if isinstance(entry, Asked):
            entry.skew = 0

    assert calls.seen()["zone"].en.startswith("clock: its windows end 8 hours before our time.")


def test_a_clock_that_is_merely_wrong_is_told_so() -> None:
    assert "430 s after our time" in Calls(skew=430).polls().seen()["skewed"].en


def test_a_slower_poll_than_declared_is_told() -> None:
    found = Calls(every=120).polls().seen()["slower"]

    assert "polls every 120 s, but declares 30 s. Declare tempo: {poll: 120s}" in found.en
    assert found.level == "bad"


def test_a_much_faster_poll_than_declared_is_told_because_a_rehearsal_waits_for_nothing() -> None:
    found = Calls(every=2).polls().seen()["faster"]

    assert found.level == "note"
    assert "Declare tempo: {poll: 2s}" in found.en


def test_windows_without_overlap_and_pages_from_the_first_are_told() -> None:
    seen = Calls().polls(pages=(1, 2, 3), overlap=0).seen()

    assert (seen["no_overlap"].level, seen["first_page"].level) == ("bad", "note")


def test_fields_that_are_never_asked_for_are_told() -> None:
    seen = Calls().polls().detail("refund_id,status").seen()

    assert seen["no_version"].en == "never asks for refund_version: STA-01 will be judged by content only."
    assert seen["no_phase"].level == "bad"


def test_a_wrong_signature_is_told() -> None:
    calls = Calls()
    calls.top("taobao.refunds.receive.get", signed=False)

    assert calls.seen()["bad_signature"].level == "bad"


def test_errors_of_the_platform_are_told() -> None:
    calls = Calls()
    calls.top("taobao.refunds.receive.get")
    answered = next(entry for entry in calls.entries if isinstance(entry, Answered))
    answered.error = {"code": 27, "msg": "Invalid session", "sub_code": "invalid-sessionkey"}

    assert calls.seen()["errors"].en == "was answered 27 Invalid session invalid-sessionkey (1 times)"


def test_silence_is_told() -> None:
    assert Calls().seen()["silent"].en.startswith("no call came in 90 s.")


def test_an_integration_that_ended_is_told() -> None:
    calls = Calls().polls()
    calls._add(Life(who="integration", event="exited", detail={"status": 1}))

    assert list(calls.seen()) == ["exited"]


def test_documents_that_are_not_written_are_told() -> None:
    assert Calls().polls().seen()["no_writes"].level == "bad"


@pytest.mark.parametrize("ident", PHRASES)
def test_every_phrase_has_its_chinese_with_the_same_values(ident: str) -> None:
    def names(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert names(chinese()["doctor"][ident]) == names(PHRASES[ident])


def test_no_chinese_is_left_over() -> None:
    assert set(chinese()["doctor"]) == set(PHRASES)


class Ward:
    """A sandbox that hands out the calls of an integration."""

    def __init__(self, calls: Calls) -> None:
        """Show *calls*."""
        self.calls = calls
        self.done: list[str] = []

    def trades(self, trades: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Create trades."""
        return [{"tid": 1, "oids": [1], "shop": trade["shop"]} for trade in trades]

    def acts(self, acts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Do acts."""
        self.done += [act["act"] for act in acts]
        return [{"accepted": True, "reason": "", "seq": 1, "result": {"refund_id": "R"}} for _ in acts]

    def ledger(self, after: int, wait: float = 0.0, limit: int = 0) -> list[AnyEntry]:
        """Return the entries after a number."""
        return self.calls.entries[after:]


def test_the_diagnosis_ends_as_soon_as_enough_is_known_and_its_refund_is_withdrawn() -> None:
    ward = Ward(Calls().polls().detail().writes())

    diagnosis = diagnose(ward, DECLARED, {"shops": [{"nick": "a"}]})

    assert diagnosis.healthy
    assert diagnosis.seconds < 5
    assert ward.done == ["buyer.apply", "buyer.withdraw"]


LISTENS = Declaration(tempo=Tempo.for_poll(5.0), messages=True, reconcile=30.0)


@pytest.mark.parametrize(
    ("declared", "taken", "polls", "seen"),
    [
        (LISTENS, "http", 5, {"consumes", "reconciles"}),
        (LISTENS, "ws", 5, {"consumes", "reconciles"}),
        (LISTENS, "ws", 0, {"consumes", "lists_later"}),
        (LISTENS, "", 5, {"consumes_nothing", "reconciles"}),
        (Declaration(tempo=Tempo.for_poll(5.0), messages=True, reconcile=10.0), "http", 5, {"reconciles_slower"}),
        (DECLARED, "http", 5, {"undeclared_messages", "polls"}),
        (DECLARED, "", 5, {"no_messages", "polls"}),
        (DECLARED, "", 0, {"lists_nothing"}),
    ],
)
def test_how_it_learns_of_changes_is_said(declared: Declaration, taken: str, polls: int, seen: set[str]) -> None:
    calls, symptoms = Calls(), Symptoms()
    calls.top("taobao.time.get")
    calls.polls(polls)
    if taken == "http":
        calls.top("taobao.tmc.messages.consume", params={"group_name": "vip"})
    elif taken:
        calls._add(Connection(event="opened", group="vip", connection="c1"))
    symptoms.take(calls.entries)

    found = {one.id: one.en for one in observe(symptoms, declared, 150.0)}

    assert seen <= set(found)
    if taken and declared.messages:
        assert found["consumes"] == f"consumes messages of group vip over {'http' if taken == 'http' else 'websocket'}"
