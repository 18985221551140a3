"""Shapes an answer's data into the bytes and headers of the wire: JSON, simplified JSON or XML, gzip when asked."""

import gzip
import re
from collections.abc import Mapping
from decimal import Decimal
from email.utils import formatdate
from functools import lru_cache
from typing import Any

import msgspec

from simulator.exchange import Headers
from simulator.tmall.method import Shape

_TYPES = {
    kind: (b"content-type", kind.encode() + b";charset=UTF-8")
    for kind in ("text/javascript", "application/json", "text/xml", "application/xml")
}
_HOST = "top011008055196.na61"
_PLACE = ((b"application-host", b"11.8.55.196"), (b"location-host", _HOST.encode()))
_GZIPPED = ((b"vary", b"Accept-Encoding"), (b"content-encoding", b"gzip"))
_TRAILER = f"<!--{_HOST}-->".encode()
"""The comment that ends a good XML answer, and clients must bear."""
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML cannot hold; buyers type them all the same."""

_encode = msgspec.json.Encoder().encode


class Wish(msgspec.Struct, frozen=True):
    """How the caller wants the answer."""

    json: bool = False
    simplify: bool = False
    gzip: bool = False


def wants_gzip(accept_encoding: bytes) -> bool:
    """Tell whether a request's Accept-Encoding takes gzip."""
    if not accept_encoding or b"gzip" not in accept_encoding.lower():
        return False
    for coding in accept_encoding.lower().split(b","):
        name, _, weight = coding.strip().partition(b";")
        if name.strip() == b"gzip":
            return weight.replace(b" ", b"") not in (b"q=0", b"q=0.0", b"q=0.00", b"q=0.000")
    return False


def wrapped(data: Mapping[str, Any], shape: Shape) -> Mapping[str, Any]:
    """Return *data* with each list wrapped in an object that names its items, as the gateway writes lists."""
    if not shape:
        return data
    found = dict(data)
    for name, (item, inner) in shape.items():
        value = found.get(name)
        if value is None:
            continue
        if not item:
            found[name] = wrapped(value, inner)
        elif value:
            found[name] = {item: [wrapped(row, inner) for row in value] if inner else value}
        else:
            found[name] = {}
    return found


def without_empty_lists(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return *data* without the keys of empty lists at its root."""
    if [] not in data.values():
        return data
    return {name: value for name, value in data.items() if value != []}


def numbered(data: Any) -> Any:
    """Return *data* with each `refund_id` as a JSON number (the alternative of setting refund_id_type)."""
    if isinstance(data, list):
        return [numbered(value) for value in data]
    if isinstance(data, dict):
        return {
            name: int(value) if name == "refund_id" and isinstance(value, str) and value.isdigit() else numbered(value)
            for name, value in data.items()
        }
    return data


def texts(data: Any) -> Any:
    """Return *data* with each number as text (the alternative of setting json_numbers)."""
    if isinstance(data, list):
        return [texts(value) for value in data]
    if isinstance(data, dict):
        return {name: texts(value) for name, value in data.items()}
    return data if isinstance(data, bool) or not isinstance(data, int | float | Decimal) else str(data)


def masked(data: Any) -> Any:
    """Return *data* with each buyer's nick masked (the alternative of setting buyer_fields)."""
    if isinstance(data, list):
        return [masked(value) for value in data]
    if isinstance(data, dict):
        return {
            name: f"{value[:1]}**" if name == "buyer_nick" and isinstance(value, str) else masked(value)
            for name, value in data.items()
        }
    return data


def success(wish: Wish, root: str, shape: Shape, data: Mapping[str, Any], request_id: str) -> bytes:
    """Return the bytes of an answer whose fields are *data*; an empty *request_id* is left out."""
    number = {"request_id": request_id} if request_id else {}
    if wish.json and wish.simplify:
        return _encode({**data, **number})
    body = {**wrapped(data, shape), **number}
    return _encode({root: body}) if wish.json else _document(root, body) + _TRAILER


def failure(wish: Wish, error: Mapping[str, Any], request_id: str) -> bytes:
    """Return the bytes of an error. The JSON begins exactly `{"error_response":`, which an official SDK looks for."""
    body = {**error, "request_id": request_id} if request_id else error
    return _encode({"error_response": body}) if wish.json else _document("error_response", body)


def without_list_attribute(content: bytes) -> bytes:
    """Return an XML answer whose lists do not say that they are. No text holds the attribute: quotes are escaped."""
    return content.replace(b' list="true"', b"")


def _document(root: str, body: Mapping[str, Any]) -> bytes:
    parts = [f'<?xml version="1.0" encoding="utf-8" ?><{root}>']
    _elements(parts, body)
    parts.append(f"</{root}>")
    return "".join(parts).encode("utf-8", "replace")


def _elements(parts: list[str], fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        if isinstance(value, Mapping):
            rows = next((rows for rows in value.values() if isinstance(rows, list)), None)
            parts.append(f"<{name}>" if value and rows is None else f'<{name} list="true">')
            if rows is None:
                _elements(parts, value)
            else:
                item = next(iter(value))
                for row in rows:
                    if isinstance(row, Mapping):
                        parts.append(f"<{item}>")
                        _elements(parts, row)
                        parts.append(f"</{item}>")
                    else:
                        parts.append(f"<{item}>{_text(row)}</{item}>")
            parts.append(f"</{name}>")
        else:
            parts.append(f"<{name}>{_text(value)}</{name}>")


def _text(value: Any) -> str:
    if value is True or value is False:
        return "true" if value else "false"
    text = str(value)
    if text.isalnum():
        return text
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _ILLEGAL.sub("", text.replace('"', "&quot;").replace("'", "&apos;"))


@lru_cache(maxsize=16)
def _usual(server: str, kind: str, seconds: int) -> Headers:
    """Return the headers that every answer of that second has; *kind* says of what type its content is."""
    return ((b"server", server.encode()), (b"date", formatdate(seconds, usegmt=True).encode()), _TYPES[kind], *_PLACE)


def dressed(wish: Wish, content: bytes, settings: Mapping[str, Any], seconds: int) -> tuple[bytes, Headers]:
    """Return *content* as it travels at that second, and its headers (content-length aside), as *settings* want it."""
    # `vary` only where it tells of something, and `top-bodylength` if it is wanted: a header costs like a signature.
    kind = settings["json_content_type" if wish.json else "xml_content_type"]
    headers = _usual(settings["server_header"], kind, seconds)
    length = len(content)
    if wish.gzip:
        content = gzip.compress(content, compresslevel=6, mtime=0)
        headers += _GZIPPED
    if settings["bodylength_header"] != "absent":
        length = length if settings["bodylength_header"] == "plain" else len(content)
        headers += ((b"top-bodylength", b"%d" % length),)
    if settings["connection_close"]:
        headers += ((b"connection", b"close"),)
    return content, headers
