"""Reads a call's parameters from query and body, in every dialect that SDKs have been seen to speak.

Query and body are merged; a parameter given twice takes the body's value. What cannot be read is an error of the
platform (`Refused`), never one of Python.
"""

import re
from binascii import a2b_qp
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from urllib.parse import unquote_to_bytes

import msgspec

from simulator.ledger.values import Upload
from simulator.request import RawRequest
from simulator.tmall import multipart
from simulator.tmall.errors import ACTION_NOT_ALLOWED, PARAMETER_ERROR, UPLOAD_FAIL, Refused

_LONG = 100
_NO_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_REMEMBERED = 1000
"""Characters up to which an escaped parameter is remembered."""


@dataclass(slots=True)
class File:
    """A file that came with a call."""

    name: str
    """File name as sent: perhaps a whole path, perhaps the parameter's name."""
    content: bytes

    def type(self) -> str:
        """Return png, jpg or gif as the first bytes say, or nothing."""
        if self.content.startswith(b"\x89PNG\r\n\x1a\n"):
            return "png"
        if self.content.startswith(b"\xff\xd8\xff"):
            return "jpg"
        if self.content.startswith((b"GIF87a", b"GIF89a")):
            return "gif"
        return ""

    def upload(self) -> Upload:
        """Return what the ledger keeps of it."""
        return Upload(self.name, len(self.content), sha256(self.content).hexdigest(), self.type())


class Parameters(msgspec.Struct):
    """What a call said: parameters (public ones too), files, and the raw body where it is no form."""

    values: dict[str, str] = {}
    files: dict[str, File] = {}
    body: str = ""
    """Body of a JSON, XML or plain text call; it is signed as it stands."""
    problem: Refused | None = None
    """Why the body could not be read; the query still counts, so that the error comes in the format asked for."""


def read_form(data: bytes) -> dict[str, str]:
    """Return the parameters of a urlencoded *data*; of a name given twice the last value. Bad UTF-8 never raises."""
    found: dict[str, str] = {}
    for part in data.decode("utf-8", "replace").split("&"):
        if "%" in part or "+" in part:
            name, value = _pair(part) if len(part) <= _REMEMBERED else _unescaped(part)
        else:
            name, _, value = part.partition("=")
        if name:
            found[name] = value
    return found


def _unescaped(part: str) -> tuple[str, str]:
    name, _, value = part.replace("+", " ").partition("=")
    return _decoded(name), _decoded(value)


def _decoded(text: str) -> str:
    """Undo the percent escapes of *text*; what is no escape stays as it is."""
    if "%" not in text:
        return text
    raw = text.encode()
    if len(raw) < _LONG or _NO_ESCAPE.search(raw):
        return unquote_to_bytes(raw).decode("utf-8", "replace")
    # Quoted-printable is the same with another sign, and is read in C: a long text of JSON is mostly escapes.
    return a2b_qp(raw.replace(b"=", b"=3D").replace(b"%", b"=")).decode("utf-8", "replace")


_pair = lru_cache(maxsize=4096)(_unescaped)
"""Remembered, because a client sends the same fields in every call, and the same timestamp for a second."""


def read(
    raw: RawRequest, *, parts: int = 200, size: int = 8 << 20, whole: int = 16 << 20, query_wins: bool = False
) -> Parameters:
    """Return the parameters of *raw*, whose body may have *whole* bytes.

    An upload may have up to *parts* parts, and *size* bytes a part. Of a parameter given twice the body's value
    counts, or with *query_wins* the query's.
    """
    query = read_form(raw.query) if raw.query else {}
    found = Parameters(dict(query))
    body = raw.body
    if raw.too_long or len(body) > whole:
        found.problem = too_long(raw, whole)
        return found
    if not body:
        return found
    kind, options = _kind(raw.header(b"content-type"))
    if kind == b"multipart/form-data":
        _read_upload(found, raw, options, parts, size)
    elif kind in (b"application/json", b"text/xml", b"application/xml", b"text/plain"):
        found.body = body.decode("utf-8", "replace")
    else:
        found.values = query | read_form(body) if query else read_form(body)
    if query_wins and query:
        found.values |= query
    return found


@lru_cache(maxsize=64)
def _kind(content_type: bytes) -> tuple[bytes, bytes]:
    """Return what a body is, and the options that say more of it."""
    kind, _, options = content_type.partition(b";")
    return kind.strip().lower(), options


def too_long(raw: RawRequest, most: int) -> Refused | None:
    """Return the refusal of a body of more than *most* bytes: of an upload, or of anything else."""
    if not raw.too_long and len(raw.body) <= most:
        return None
    upload = raw.header(b"content-type").lower().startswith(b"multipart/form-data")
    return Refused(UPLOAD_FAIL if upload else PARAMETER_ERROR)


def _read_upload(found: Parameters, raw: RawRequest, options: bytes, parts: int, size: int) -> None:
    if raw.method != "POST":
        found.problem = Refused(ACTION_NOT_ALLOWED)
        return
    boundary = multipart.boundary(options)
    try:
        for part in multipart.read(raw.body, boundary, parts=parts, size=size):
            if part.filename is None:
                found.values[part.name] = part.content.decode("utf-8", "replace")
            else:
                found.files[part.name] = File(part.filename, part.content)
    except multipart.MalformedError:
        found.problem = Refused(UPLOAD_FAIL)
