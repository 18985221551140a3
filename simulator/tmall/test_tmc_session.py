"""The dialogue of the message channel: who may connect, what each message asks for, how data is pushed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.ledger.entry import Pushed
from simulator.tmall.queue import Message
from simulator.tmall.tmc_caller import greeting
from simulator.tmall.tmc_frames import (
    BYTE,
    CONNECT,
    CONNECT_ACK,
    DATE,
    INT16,
    INT32,
    INT64,
    SEND,
    SEND_ACK,
    TEXT,
    VOID,
    Frame,
    Value,
    decode,
    encode,
)
from simulator.tmall.tmc_session import (
    Broken,
    Greeted,
    Nothing,
    Pulled,
    Refused,
    Reply,
    Rules,
    Settled,
    Step,
    acknowledge,
    data,
    read,
    refuse,
    uuid,
)

KEYS = {"app_key": "23000001", "app_secret": "密钥0123456789"}
NOW = 1704416887000
TOKEN = "a6f6ed4a-1c6f-4d5c-9e0f-0a1b2c3d4e5f"


def _rules(skew: float = 0) -> Rules:
    return Rules(secrets={KEYS["app_key"]: KEYS["app_secret"]}, groups=frozenset({("23000001", "urgent")}), skew=skew)


def _read(frame: Frame, token: str = "", skew: float = 0) -> Step:
    return read(encode(frame), token, lambda: _rules(skew), NOW)


def _sent(kind: Value, token: str = TOKEN, *, form: int = SEND, flag: int = 0, **values: Value) -> Frame:
    return Frame(kind=form, token=token, flag=flag, values={**values, "__kind": kind})


def test_an_app_is_greeted_with_its_own_flag_and_a_token() -> None:
    step = _read(greeting(KEYS, flag=7))

    assert step == Greeted("23000001", "default", 7)
    assert encode(acknowledge(step, TOKEN)).hex() == f"02010400070000000500{'24000000'}{TOKEN.encode().hex()}0000"


def test_a_client_without_a_flag_is_answered_without_one() -> None:
    step = _read(greeting(KEYS, flag=0))

    assert isinstance(step, Greeted)
    assert encode(acknowledge(step, TOKEN)).startswith(b"\x02\x01\x05\x00")


def test_only_three_fields_are_signed() -> None:
    more: dict[str, Any] = {"intranet_ip": "10.0.0.5", "filter_exp": "*", "minor_group": "default", "out_id": "x"}

    assert isinstance(_read(greeting(KEYS, **more)), Greeted)


@pytest.mark.parametrize(
    ("said", "status", "phrase"),
    [
        ({"app_key": None}, 28, "Missing app Key"),
        ({"app_key": "1"}, 29, "Invalid app Key"),
        ({"sign": None}, 24, "Missing signature"),
        ({"sign": "0" * 32}, 25, "Invalid signature"),
        ({"timestamp": None}, 30, "Missing timestamp"),
        ({"group_name": "nobody"}, 41, "Invalid arguments:group_name"),
    ],
)
def test_whoever_may_not_connect_is_told_why_under_its_flag(said: dict[str, Any], status: int, phrase: str) -> None:
    frame = greeting(KEYS, flag=3)
    frame.values = {key: value for key, value in frame.values.items() if said.get(key, "") is not None}
    changed = greeting(KEYS, flag=3, **{key: value for key, value in said.items() if key == "group_name"})
    frame.values |= {key: Value(TEXT, value) for key, value in said.items() if value and key != "group_name"}
    step = _read(changed if "group_name" in said else frame)

    assert isinstance(step, Refused)
    assert (step.status, step.phrase, step.flag) == (status, phrase, 3)
    answer = refuse(step)
    assert (answer.kind, answer.status, answer.phrase, answer.token) == (CONNECT_ACK, status, phrase, "")


def test_a_group_that_exists_may_be_read() -> None:
    assert _read(greeting(KEYS, group_name="urgent")) == Greeted("23000001", "urgent", 1)


@pytest.mark.parametrize(
    ("timestamp", "greeted"), [(NOW, True), (NOW - 600_000, True), (NOW - 600_001, False), (638_000_000_000_000, False)]
)
def test_a_timestamp_counts_only_by_setting(timestamp: int, greeted: bool) -> None:
    frame = greeting(KEYS, timestamp=timestamp)

    assert isinstance(_read(frame), Greeted)
    assert isinstance(_read(frame, skew=600), Greeted) is greeted


@pytest.mark.parametrize("form", [BYTE, INT16, INT32, INT64])
def test_a_number_is_confirmed_in_any_width(form: int) -> None:
    assert _read(_sent(Value(form, 2), id=Value(form, 5)), TOKEN) == Settled("5")


def test_a_confirmation_is_read_in_any_order() -> None:
    number = 9_000_000_000_000_000_001

    one = _sent(Value(BYTE, 2), id=Value(INT64, number))
    other = Frame(kind=SEND, token=TOKEN, values={"__kind": Value(BYTE, 2), "id": Value(INT64, number)})

    assert _read(one, TOKEN) == _read(other, TOKEN) == Settled(str(number))


@pytest.mark.parametrize("kind", [SEND, SEND_ACK])
@pytest.mark.parametrize(
    ("msg", "reason"), [(Value(TEXT, "库存" * 100), ("库存" * 100)[:128]), (Value(VOID, None), "")]
)
def test_a_failure_comes_with_its_reason_if_there_is_one(kind: int, msg: Value, reason: str) -> None:
    frame = _sent(Value(BYTE, 20), form=kind, id=Value(INT64, 5), msg=msg)

    assert _read(frame, TOKEN) == Settled("5", failed=True, reason=reason)


def test_a_pull_before_the_acknowledgement_is_let_pass() -> None:
    assert _read(_sent(Value(BYTE, 1), "")) == Nothing()
    assert _read(_sent(Value(BYTE, 1)), TOKEN) == Pulled()


def test_what_java_says_of_a_message_that_it_could_not_read_asks_for_nothing() -> None:
    assert _read(Frame(kind=SEND_ACK, phrase="ClassCastException", token=TOKEN), TOKEN) == Nothing()


def test_a_produced_message_is_answered_with_its_flag() -> None:
    step = _read(_sent(Value(BYTE, 3), flag=9, topic=Value(TEXT, "t")), TOKEN)

    assert isinstance(step, Reply)
    assert (step.frame.kind, step.frame.flag, step.frame.token, step.frame.status) == (SEND_ACK, 9, TOKEN, 15)


@pytest.mark.parametrize(
    ("frame", "token", "reason"),
    [
        (Frame(kind=CONNECT), TOKEN, "CONNECT said twice"),
        (Frame(kind=SEND, values={"__kind": Value(BYTE, 2), "id": Value(INT64, 1)}), "", "said before CONNECT"),
        (Frame(kind=SEND, token="other"), TOKEN, "another token"),
        (Frame(kind=CONNECT_ACK, token=TOKEN), TOKEN, "CONNECTACK from a client"),
        (Frame(kind=SEND, token=TOKEN, values={"__kind": Value(BYTE, 2)}), TOKEN, "without a number"),
    ],
)
def test_what_has_no_place_ends_the_connection(frame: Frame, token: str, reason: str) -> None:
    step = _read(frame, token)

    assert isinstance(step, Broken)
    assert reason in step.reason


@given(st.binary(max_size=100), st.sampled_from(["", TOKEN]))
def test_any_bytes_lead_to_a_step(payload: bytes, token: str) -> None:
    read(payload, token, _rules, NOW)
    read(b"\x02\x02" + payload, token, _rules, NOW)


def test_data_has_the_token_no_flag_and_the_types_that_java_casts_to() -> None:
    message = Message(
        id=7_104_300_007_405_429_232,
        topic="taobao_refund_RefundCreated",
        content='{"refund_id":1}',
        app_key="23000001",
        group="default",
        user_id=2208000001,
        nick="店",
        published=NOW,
        due=NOW,
        refunds=("181784773340365852",),
    )

    payload = encode(data(message, Pushed(attempt=2), TOKEN, NOW + 1000))

    frame = decode(payload)
    assert payload.startswith(b"\x02\x02\x05\x00\x24\x00\x00\x00" + TOKEN.encode())
    assert frame.flag == 0
    assert {key: value.form for key, value in frame.values.items()} == {
        "__kind": BYTE,
        "id": INT64,
        "topic": TEXT,
        "content": TEXT,
        "time": DATE,
        "publisher": TEXT,
        "nick": TEXT,
        "userid": INT64,
        "outtime": DATE,
        "dataid": INT64,
        "retried": INT32,
    }
    assert (frame.number("__kind"), frame.number("outtime"), frame.number("retried")) == (3, NOW + 1000, 1)


def test_a_token_is_36_characters_and_follows_from_the_seed() -> None:
    assert uuid(7, "tmc", "c1") == uuid(7, "tmc", "c1") != uuid(8, "tmc", "c1")
    assert [len(part) for part in uuid(7, "tmc", "c1").split("-")] == [8, 4, 4, 4, 12]
