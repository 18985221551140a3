"""The message format: the captured bytes, every header and value back and forth, and anything at all."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.tmall.tmc_frames import (
    BYTE,
    BYTES,
    CONNECT,
    CONNECT_ACK,
    DATE,
    INT16,
    INT32,
    INT64,
    SEND,
    TEXT,
    VOID,
    Frame,
    FrameError,
    Value,
    decode,
    encode,
)

UUID = "a6f6ed4a-1c6f-4d5c-9e0f-0a1b2c3d4e5f"

CONNECT_SAMPLE = bytes.fromhex(
    "02000400010000000100070000006170705f6b65790108000000323330303030303101000a00000067726f75705f6e616d"
    "65010700000064656661756c7401000900000074696d657374616d70010d00000031373034343136383837303030010004"
    "0000007369676e012000000031393442463632344443384332454543333443383245373730313241333232300100030000"
    "0073646b010c0000004e6f64654a532d322e302e3001000b000000696e7472616e65745f6970010800000031302e302e30"
    "2e350000"
)
DATA_SAMPLE = bytes.fromhex(
    "0202050007000000746f6b2d3132330100060000005f5f6b696e640203010002000000696405f0a1346f378b97620100"
    "05000000746f706963011b00000074616f62616f5f726566756e645f526566756e644372656174656401000700000063"
    "6f6e74656e7401240000007b22726566756e645f6964223a312c2262757965725f6e69636b223a22e5bca02a2a227d01"
    "000400000074696d6506d8c029d78c0100000100090000007075626c6973686572010800000031323439373931340100"
    "040000006e69636b0103000000e5ba970100060000007573657269640501689b83000000000100070000006f75747469"
    "6d6506c0c429d78c0100000100060000006461746169640101000000310100070000007265747269656404000000000000"
)

_texts = st.text(st.characters(codec="utf-8"), max_size=40)
_widths = {BYTE: 8, INT16: 16, INT32: 32, INT64: 64, DATE: 64}
_numbers = [
    st.builds(Value, st.just(form), st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1))
    for form, bits in _widths.items()
]
_values = st.one_of(
    st.just(Value(VOID, None)),
    _texts.map(lambda text: Value(TEXT, text)),
    st.binary(max_size=60).map(lambda data: Value(BYTES, data)),
    *_numbers,
)
_whole = st.integers(-(2**31), 2**31 - 1)
_frames = st.builds(
    Frame,
    kind=st.integers(0, 3),
    version=st.sampled_from([1, 2]),
    status=_whole,
    phrase=_texts,
    flag=_whole,
    token=_texts,
    values=st.dictionaries(_texts, _values, max_size=6),
)


def test_the_acknowledgement_that_a_client_captured_is_read_and_written_byte_for_byte() -> None:
    sample = bytes.fromhex("02010400010000000500 24000000") + UUID.encode() + b"\0\0"

    frame = decode(sample)

    assert frame == Frame(kind=CONNECT_ACK, flag=1, token=UUID)
    assert encode(frame) == sample


def test_a_connect_is_read_and_written_byte_for_byte() -> None:
    frame = decode(CONNECT_SAMPLE)

    assert (frame.kind, frame.flag, frame.text("app_key"), frame.text("timestamp")) == (
        CONNECT,
        1,
        "23000001",
        "1704416887000",
    )
    assert encode(frame) == CONNECT_SAMPLE


def test_data_is_read_and_written_byte_for_byte() -> None:
    frame = decode(DATA_SAMPLE)

    assert (frame.kind, frame.token, frame.number("__kind")) == (SEND, "tok-123", 3)
    assert frame.values["id"] == Value(INT64, 7104300007405429232)
    assert frame.values["time"] == Value(DATE, 1704416887000)
    assert frame.text("content") == '{"refund_id":1,"buyer_nick":"张**"}'
    assert encode(frame) == DATA_SAMPLE


def test_a_refusal_is_written_as_the_clients_read_it() -> None:
    refusal = Frame(kind=CONNECT_ACK, status=1, phrase="bad sign", flag=1)

    assert encode(refusal).hex() == "0201020001000000030008000000626164207369676e0400010000000000"


@given(_frames)
def test_every_message_comes_back_as_it_was_written(frame: Frame) -> None:
    assert decode(encode(frame)) == frame


@given(_frames, st.binary(max_size=20))
def test_what_follows_a_message_is_not_looked_at(frame: Frame, rest: bytes) -> None:
    assert decode(encode(frame) + rest) == frame


@given(_frames, st.data())
def test_a_message_cut_short_is_none(frame: Frame, data: st.DataObject) -> None:
    whole = encode(frame)

    with pytest.raises(FrameError):
        decode(whole[: data.draw(st.integers(0, len(whole) - 1))])


@given(st.one_of(st.binary(max_size=200), st.binary(max_size=60).map(lambda rest: b"\x02\x02" + rest)))
@example(b"\x02\x02\x01\x00\xff\xff\xff\xff")
@example(b"\x02\x02\x05\x00\xff\xff\xff\x7f")
@example(b"\x02\x02\x05\x00\x01\x00\x00\x00\xff\x00\x00")
@example(b"\x02\x02\x01\x00\x00\x00\x00\x00\x08\x00\x00")
@example(b"\x02\x02\x09\x00")
@example(b"\x03\x02\x00\x00")
@example(b"\x02\x04\x00\x00")
def test_any_bytes_are_a_message_or_refused(data: bytes) -> None:
    try:
        frame = decode(data)
    except FrameError:
        return
    assert decode(encode(frame)) == frame


@pytest.mark.parametrize("form", _widths)
def test_a_number_is_read_whatever_its_width(form: int) -> None:
    frame = decode(encode(Frame(kind=SEND, values={"id": Value(form, 100)})))

    assert frame.number("id") == 100
    assert frame.text("id") == ""


@pytest.mark.parametrize(
    "value", [Value(INT16, 1 << 15), Value(TEXT, 5), Value(BYTES, "x"), Value(INT64, "x"), Value(9, 1)]
)
def test_what_does_not_fit_its_format_cannot_be_written(value: Value) -> None:
    with pytest.raises(FrameError, match="cannot be written"):
        encode(Frame(kind=SEND, values={"id": value}))


def test_a_text_is_not_taken_for_a_number() -> None:
    assert Frame(kind=SEND, values={"id": Value(TEXT, "5")}).number("id") is None
