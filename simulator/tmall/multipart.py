"""Reads multipart/form-data as TOP clients really write it.

Seen in the field: a body that begins with CRLF, header lines without blanks (Java), `Content-Disposition: file;`
(old Python), parts without a content type or with `Content-Type: false`, files before the text parts.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, MultipartState, parse_options_header

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks


class MalformedError(Exception):
    """The body is no whole multipart body, or larger than allowed."""


@dataclass(slots=True)
class Part:
    """One part; *filename* is None for a text part."""

    name: str
    filename: str | None
    content: bytes


class _Reading:
    """What the parser calls back; it keeps one part at a time and counts what is allowed."""

    def __init__(self, parts: int, size: int) -> None:
        self.found: list[Part] = []
        self._parts, self._size = parts, size
        self._headers: dict[bytes, bytes] = {}
        self._field = self._value = b""
        self._data = bytearray()

    def on_part_begin(self) -> None:
        self._headers, self._data = {}, bytearray()
        if len(self.found) >= self._parts:
            raise MalformedError(f"more than {self._parts} parts")

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def on_header_end(self) -> None:
        self._headers[self._field.lower()] = self._value.strip()
        self._field = self._value = b""

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._data += data[start:end]
        if len(self._data) > self._size:
            raise MalformedError(f"a part of more than {self._size} bytes")

    def on_part_end(self) -> None:
        # The disposition's own word is not looked at: old Python SDKs write `file` in place of `form-data`.
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name = options.get(b"name")
        if name is None:
            raise MalformedError("a part has no name")
        filename = options.get(b"filename")
        if filename == b"" and not self._data:
            return  # a file field in which nothing was chosen
        text = None if filename is None else filename.decode("utf-8", "replace")
        self.found.append(Part(name.decode("utf-8", "replace"), text, bytes(self._data)))


def boundary(options: bytes) -> bytes:
    """Return the boundary that the *options* of a content type name, or nothing."""
    for option in options.split(b";"):
        name, _, value = option.strip().partition(b"=")
        if name.lower() == b"boundary":
            return value.strip(b'"')
    return b""


def read(body: bytes, boundary: bytes, *, parts: int, size: int) -> list[Part]:
    """Return the parts of *body*: at most *parts* of them, of at most *size* bytes each.

    Raises:
        MalformedError: if it is not whole, or exceeds a limit.
    """
    if not boundary:
        raise MalformedError("no boundary")
    reading = _Reading(parts, size)
    callbacks: MultipartCallbacks = {
        "on_part_begin": reading.on_part_begin,
        "on_header_field": reading.on_header_field,
        "on_header_value": reading.on_header_value,
        "on_header_end": reading.on_header_end,
        "on_part_data": reading.on_part_data,
        "on_part_end": reading.on_part_end,
    }
    try:
        parser = MultipartParser(boundary, callbacks)
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise MalformedError(str(error)) from error
    if parser.state != MultipartState.END:
        raise MalformedError("the closing boundary is missing")
    return reading.found
