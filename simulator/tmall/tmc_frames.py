"""The message format of the channel (TMC): bytes to messages and back, protocol version 2, no I/O.

A message is `u8 version, u8 kind`, then headers until an empty one; every number is little endian, every text is
`i32 length` and UTF-8. Layout and vectors: the official clients' own codecs, such as
https://www.npmjs.com/package/taobao-sdk (lib/tmc/tmcCodec.js) and https://github.com/wsky/top-link.
"""

import struct
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

CONNECT, CONNECT_ACK, SEND, SEND_ACK = range(4)
"""Kinds of messages."""
KINDS = ("CONNECT", "CONNECTACK", "SEND", "SENDACK")

VERSION = 2

VOID, TEXT, BYTE, INT16, INT32, INT64, DATE, BYTES = range(8)
"""Formats of values. A date is milliseconds since 1970; bytes are gzip where a text was expected."""

_END, _CUSTOM, _STATUS, _PHRASE, _FLAG, _TOKEN = range(6)
"""Headers."""

_U16, _I32 = struct.Struct("<H"), struct.Struct("<i")
_NUMBERS = {
    BYTE: struct.Struct("<b"),
    INT16: struct.Struct("<h"),
    INT32: _I32,
    INT64: struct.Struct("<q"),
    DATE: struct.Struct("<q"),
}
_FORMATS = {form: bytes((form,)) for form in range(8)}


class FrameError(ValueError):
    """Bytes that are no message, or a message that cannot be written."""


class Value(NamedTuple):
    """A custom header's value as it is on the wire: its format, and None, a text, a number or bytes."""

    form: int
    value: Any


class Frame(msgspec.Struct, kw_only=True):
    """One message. Status, phrase, flag and token are absent when they are 0 or empty."""

    kind: int
    version: int = VERSION
    status: int = 0
    phrase: str = ""
    flag: int = 0
    """Correlates an answer with what it answers; the side that asks chooses it."""
    token: str = ""
    values: dict[str, Value] = {}

    def text(self, key: str) -> str:
        """Return the text under *key*; empty if there is none, or something else."""
        found = self.values.get(key)
        return found.value if found is not None and found.form == TEXT else ""

    def number(self, key: str) -> int | None:
        """Return the whole number under *key*, of whatever width; None if there is none."""
        found = self.values.get(key)
        return found.value if found is not None and found.form in _NUMBERS else None


def encode(frame: Frame) -> bytes:
    """Return *frame* as bytes, headers in the order in which the clients write them.

    Raises:
        FrameError: if a value does not fit its format.
    """
    try:
        parts = [bytes((frame.version, frame.kind))]
        if frame.status:
            parts += (_U16.pack(_STATUS), _I32.pack(frame.status))
        if frame.phrase:
            parts += (_U16.pack(_PHRASE), _counted(frame.phrase.encode()))
        if frame.flag:
            parts += (_U16.pack(_FLAG), _I32.pack(frame.flag))
        if frame.token:
            parts += (_U16.pack(_TOKEN), _counted(frame.token.encode()))
        for key, value in frame.values.items():
            parts += (b"\x01\x00", _counted(key.encode()), _FORMATS[value.form], _written(value))
    except (struct.error, ValueError, TypeError, KeyError, AttributeError) as error:
        raise FrameError(f"cannot be written: {error}") from error
    parts.append(b"\x00\x00")
    return b"".join(parts)


def _counted(data: bytes) -> bytes:
    return _I32.pack(len(data)) + data


def _written(value: Value) -> bytes:
    if value.form == TEXT:
        return _counted(value.value.encode())
    if value.form in _NUMBERS:
        return _NUMBERS[value.form].pack(value.value)
    return _counted(value.value) if value.form == BYTES else b""


def decode(data: bytes) -> Frame:
    """Return the message that *data* begins with; what follows its end is not looked at, as the clients do not.

    Version 1 is read as version 2: its writers, too, put the low byte first.

    Raises:
        FrameError: if it is none.
    """
    if len(data) < 2:
        raise FrameError("shorter than two bytes")
    version, kind = data[0], data[1]
    if version not in (1, VERSION):
        raise FrameError(f"protocol version {version}")
    if kind >= len(KINDS):
        raise FrameError(f"message kind {kind}")
    frame = Frame(kind=kind, version=version)
    reader = _Reader(data)
    try:
        while header := reader.number(_U16):
            _HEADERS[header](frame, reader)
    except struct.error:
        raise FrameError(f"ends within byte {reader.at}") from None
    except KeyError as error:
        raise FrameError(f"header or format {error.args[0]} before byte {reader.at}") from None
    except UnicodeDecodeError:
        raise FrameError(f"a text before byte {reader.at} is not UTF-8") from None
    return frame


class _Reader:
    """Takes one thing after the other from bytes."""

    __slots__ = ("_data", "at")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 2

    def number(self, form: struct.Struct) -> int:
        (found,) = form.unpack_from(self._data, self.at)
        self.at += form.size
        return int(found)

    def bytes(self) -> bytes:
        length = self.number(_I32)
        start, end = self.at, self.at + length
        if length < 0 or end > len(self._data):
            raise FrameError(f"a length of {length} at byte {start - 4}")
        self.at = end
        return bytes(self._data[start:end])

    def text(self) -> str:
        return self.bytes().decode()

    def value(self) -> Value:
        form = self._data[self.at] if self.at < len(self._data) else -1
        self.at += 1
        if form == TEXT:
            return Value(form, self.text())
        if form == BYTES:
            return Value(form, self.bytes())
        return Value(form, None) if form == VOID else Value(form, self.number(_NUMBERS[form]))


def _custom(frame: Frame, reader: _Reader) -> None:
    key = reader.text()
    frame.values[key] = reader.value()


def _status(frame: Frame, reader: _Reader) -> None:
    frame.status = reader.number(_I32)


def _phrase(frame: Frame, reader: _Reader) -> None:
    frame.phrase = reader.text()


def _flag(frame: Frame, reader: _Reader) -> None:
    frame.flag = reader.number(_I32)


def _token(frame: Frame, reader: _Reader) -> None:
    frame.token = reader.text()


_HEADERS: Mapping[int, Callable[[Frame, _Reader], None]] = {
    _CUSTOM: _custom,
    _STATUS: _status,
    _PHRASE: _phrase,
    _FLAG: _flag,
    _TOKEN: _token,
}
