"""The gateway's own checks: their texts, their order, and what the ledger learns all the same."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.clock import Clock, to_text
from simulator.tmall.admission import read_timestamp
from simulator.tmall.caller import FORM, Caller, raw

METHOD = "taobao.refund.get"
READ: dict[str, Any] = {"fields": "refund_id", "refund_id": "1"}


class Frozen(Clock):
    """A clock that stands still."""

    def wall(self) -> int:
        return 1_704_416_887_000

    def seconds(self) -> int:
        return 1_704_416_887


def _error(caller: Caller, params: dict[str, str], **request: Any) -> tuple[int, str]:
    received = caller.receive(params) if not request else caller.gateway.receive(request["raw"])
    answer = caller.perform(received)
    assert received.call is None, "a call that is not let in is seen by neither faults nor hooks"
    assert answer.status == 200
    found = msgspec.json.decode(answer.content)["error_response"]
    return found["code"], found["msg"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"method": ""}, (21, "Missing method"), id="21"),
        pytest.param({"method": "taobao.refund.gets"}, (22, "Invalid method"), id="22"),
        pytest.param({"app_key": ""}, (28, "Missing app Key"), id="28"),
        pytest.param({"app_key": "1"}, (29, "Invalid app Key"), id="29"),
        pytest.param({"timestamp": ""}, (30, "Missing timestamp"), id="30"),
        pytest.param({"timestamp": "yesterday"}, (31, "Invalid timestamp"), id="31-shape"),
        pytest.param({"timestamp": "2024-01-05 09:18:08"}, (31, "Invalid timestamp"), id="31-ahead"),
        pytest.param({"timestamp": "2024-01-05 01:08:07"}, (31, "Invalid timestamp"), id="31-utc-container"),
        pytest.param({"v": ""}, (32, "Missing version"), id="32"),
        pytest.param({"v": "two"}, (33, "Invalid version"), id="33"),
        pytest.param({"v": "1.0"}, (34, "Unsupported version"), id="34"),
        pytest.param({"session": ""}, (26, "Missing session"), id="26"),
        pytest.param({"session": "6200nobody"}, (27, "Invalid session"), id="27"),
        pytest.param({"sign_method": "sha1"}, (25, "Invalid signature"), id="25-unknown-method"),
    ],
)
def test_each_check_has_its_code_and_text(tmp_path: Path, change: dict[str, Any], expected: tuple[int, str]) -> None:
    caller = Caller.open(tmp_path, clock=Frozen())

    assert _error(caller, caller.signed(**{"method": METHOD, **READ, **change})) == expected


def test_a_signature_is_missing_or_wrong(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    params = caller.signed(METHOD, **READ)

    assert _error(caller, params | {"sign": ""}) == (24, "Missing signature")
    assert _error(caller, params | {"sign": params["sign"].lower()}) == (25, "Invalid signature")
    assert _error(caller, params | {"refund_id": "2"}) == (25, "Invalid signature")


def test_an_unknown_format_is_answered_in_xml(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    answer = caller.answer(METHOD, format="yaml", **READ)

    assert b"<error_response><code>23</code><msg>Invalid format</msg>" in answer.content


def test_without_a_format_the_answer_is_xml(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    answer = caller.perform(caller.receive(caller.signed("taobao.time.get", drop=("format",))))

    assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8" ?><time_get_response><time>')


def test_the_checks_come_in_the_platforms_order(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    right = caller.signed(METHOD, fields="refund_id", refund_id="1")
    wrong = {
        "method": ("taobao.nope", 22),
        "app_key": ("1", 29),
        "timestamp": ("x", 31),
        "v": ("x", 33),
        "sign": ("x", 25),
        "session": ("x", 27),
        "fields": ("", 40),
    }
    seen = []
    for name, (value, code) in wrong.items():
        spoiled = {other: bad for other, (bad, _) in list(wrong.items())[list(wrong).index(name) :]}
        call = right | spoiled
        if name in ("session", "fields"):  # the signature was right until then
            params: dict[str, Any] = {**spoiled, "method": METHOD, "refund_id": "1"}
            call = caller.signed(**params)
        seen.append((_error(caller, call)[0], code, value))

    assert [found for found, _, _ in seen] == [code for _, code, _ in seen]


def test_only_get_and_post_are_allowed(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    assert _error(caller, {}, raw=raw(b"format=json", verb="PUT", kind=FORM)) == (9, "Http action not allowed")


def test_a_broken_upload_is_told_in_the_format_asked_for(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    request = raw(b"junk", query=b"format=json", kind=b"multipart/form-data; boundary=b")

    assert _error(caller, {}, raw=request) == (3, "Upload fail")


@pytest.mark.parametrize("setting", [{"upload_parts": 3}, {"upload_bytes": 10}])
def test_the_limits_of_an_upload_are_settings(tmp_path: Path, setting: dict[str, Any]) -> None:
    caller = Caller.open(tmp_path, **setting)
    params = caller.signed("taobao.time.get")

    answer = caller.perform(caller.receive(params, {"picture": b"x" * 11}))

    assert b"<code>3</code>" in answer.content


@pytest.mark.parametrize("shape", ["text", "milliseconds", "seconds"])
def test_a_timestamp_has_three_shapes(tmp_path: Path, shape: str) -> None:
    caller = Caller.open(tmp_path)
    now = caller.world.clock.seconds()
    timestamp = {"text": to_text(now), "milliseconds": str(now * 1000), "seconds": str(now)}[shape]

    received = caller.receive(caller.signed("taobao.time.get", timestamp=timestamp))

    assert received.refusal is None
    assert received.asked.skew is not None
    assert abs(received.asked.skew) < 2000


def test_the_skew_check_is_a_setting_and_the_skew_is_noted_anyway(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path, timestamp_skew=0)
    eight_hours_ago = to_text(caller.world.clock.seconds() - 8 * 3600)

    received = caller.receive(caller.signed("taobao.time.get", timestamp=eight_hours_ago))

    assert received.refusal is None
    assert received.asked.skew is not None
    assert -28_802_000 < received.asked.skew <= -28_800_000


def test_a_refused_call_still_tells_the_ledger_who_called_and_how_it_was_signed(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    params = caller.signed(METHOD, sub=True, fields="refund_id", refund_id="179548784700000001")

    asked = caller.receive(params | {"v": "9"}).asked

    assert (asked.shop, asked.session, asked.signed) == (caller.shop.nick, "sub", False)
    assert asked.refunds == ("179548784700000001",)
    assert caller.receive(params | {"sign": ""}).asked.signed is None


def test_legacy_signing_and_empty_values_are_settings(tmp_path: Path) -> None:
    for name, value, code in (("legacy_signing", True, None), ("legacy_signing", False, 25)):
        setting: dict[str, Any] = {name: value}
        caller = Caller.open(tmp_path / f"{name}{value}", **setting)
        answer = caller.answer("taobao.time.get", sign_method="md4")
        assert answer.error.get("code") == code


@pytest.mark.parametrize(("accepted", "code"), [(True, None), (False, 25)])
def test_leaving_empty_values_unsigned_is_a_setting(tmp_path: Path, accepted: bool, code: int | None) -> None:
    caller = Caller.open(tmp_path, accept_empty_unsigned=accepted)
    params = caller.signed("taobao.time.get") | {"partner_id": ""}

    assert caller.perform(caller.receive(params)).error.get("code") == code


def test_timestamps_that_are_none_are_not_read() -> None:
    for text in ("", "2024", "²", "2024-01-05 9:08:07", "2024-01-05T09:08:07", "-1"):
        assert read_timestamp(text) in (None, 2024 * 1000)
