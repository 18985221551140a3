"""Requests as SDKs that are not run here write them, byte by byte: read in their sources, filled with data of our own.

A dialect is data: where the system parameters go, how it signs and dates, which headers it sends, how it writes an
upload. `Dialect.request` turns a call into the bytes that go over the socket.
"""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlencode

import msgspec

from simulator.clock import Clock, to_text
from simulator.tmall.signing import sign


class Upload(msgspec.Struct, frozen=True):
    """How a dialect writes multipart/form-data. In templates, `%(name)s` is the parameter's name."""

    content_type: str
    """Its boundary is what follows the last `=`."""
    text: str
    """Headers of a text part."""
    file: str
    """Headers of the file part."""
    before: str = ""
    """What comes before the first boundary."""
    file_first: bool = False
    """Whether the picture comes before the text parts."""

    def body(self, params: Mapping[str, str], name: str, picture: bytes) -> bytes:
        """Return the body of *params* as text parts, and *picture* (empty: none) as parameter *name*."""
        boundary = self.content_type.rpartition("=")[2]
        parts = [(self.text % {"name": key}, value.encode()) for key, value in params.items()]
        if picture:
            parts.insert(0 if self.file_first else len(parts), (self.file % {"name": name}, picture))
        start = self.before.encode()
        for headers, content in parts:
            start += f"--{boundary}\r\n{headers}\r\n\r\n".encode() + content + b"\r\n"
        return start + f"--{boundary}--\r\n".encode()


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """How one SDK writes its calls."""

    system: dict[str, str]
    """System parameters that never change, `sign_method` among them."""
    system_in: Literal["query", "body"] = "query"
    headers: tuple[str, ...] = ()
    timestamp: Literal["text", "ms", "s"] = "text"
    bodiless: Literal["GET", "POST"] = "POST"
    """Verb of a call that leaves nothing for the body."""
    upload: Upload | None = None
    always_uploads: bool = False
    """Whether it writes every call as an upload, most of them without a file."""

    @property
    def format(self) -> str:
        """What it wants answers in: `xml`, `json` or `simplified`."""
        if self.system.get("format", "xml") == "xml":
            return "xml"
        return "simplified" if self.system.get("simplify") == "true" else "json"

    def request(
        self,
        app: Mapping[str, str],
        method: str,
        params: Mapping[str, str],
        *,
        picture: bytes = b"",
        unsigned: Mapping[str, str] | None = None,
        uploads: bool = False,
    ) -> bytes:
        """Return a call's bytes. *picture* goes as `refuse_proof`; *unsigned* is sent and wrongly not signed.

        With *uploads* it is an upload even without a picture.
        """
        system = {"method": method, "app_key": app["app_key"], "v": "2.0", "timestamp": self._now(), **self.system}
        if app["session"]:
            system["session"] = app["session"]
        system["sign"] = sign({**system, **params}, app["app_secret"], system["sign_method"])
        params = {**params, **(unsigned or {})}
        query, form = (system, params) if self.system_in == "query" else ({}, {**system, **params})
        target = f"/router/rest?{urlencode(query)}" if query else "/router/rest"
        if picture or uploads or self.always_uploads:
            assert self.upload is not None
            return self._bytes(
                "POST", target, self.upload.content_type, self.upload.body(form, "refuse_proof", picture)
            )
        verb = "POST" if form else self.bodiless
        return self._bytes(verb, target, "application/x-www-form-urlencoded;charset=UTF-8", urlencode(form).encode())

    def _bytes(self, verb: str, target: str, content_type: str, body: bytes) -> bytes:
        lines = [f"{verb} {target} HTTP/1.1", "Host: gw.api.taobao.com", *self.headers]
        if verb == "POST":
            lines += [f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def _now(self) -> str:
        clock = Clock()
        if self.timestamp == "text":
            return to_text(clock.seconds())
        return str(clock.wall() if self.timestamp == "ms" else clock.seconds())


_JAVA_TEXT = 'Content-Disposition:form-data;name="%(name)s"\r\nContent-Type:text/plain'
_JAVA_FILE = 'Content-Disposition:form-data;name="%(name)s";filename="proof.png"\r\nContent-Type:'
_JAVA_TYPE = "multipart/form-data;charset=UTF-8;boundary=1994954223624"
_JAVA_HEADERS = ("Accept: text/xml,text/javascript", "User-Agent: top-sdk-java")
_PLAIN_TEXT = 'Content-Disposition: form-data; name="%(name)s"'

DIALECTS: Mapping[str, Dialect] = {
    "Java 2014": Dialect(
        system={"sign_method": "hmac", "format": "json", "partner_id": "top-sdk-java-20141102"},
        headers=_JAVA_HEADERS,
        upload=Upload(_JAVA_TYPE, _JAVA_TEXT, _JAVA_FILE + "image/png", before="\r\n"),
    ),
    "Java 2021": Dialect(
        system={"sign_method": "hmac-sha256", "format": "json", "partner_id": "top-sdk-java-dynamicVersionNo"},
        headers=(*_JAVA_HEADERS, "Accept-Encoding: gzip"),
        upload=Upload(_JAVA_TYPE, _JAVA_TEXT, _JAVA_FILE + "application/octet-stream", before="\r\n"),
    ),
    "Java 2021 simplified": Dialect(
        system={"sign_method": "hmac-sha256", "format": "json", "simplify": "true", "partner_id": "top-sdk-java"},
        headers=(*_JAVA_HEADERS, "Accept-Encoding: gzip"),
    ),
    "PHP 2015": Dialect(
        system={"sign_method": "md5", "format": "xml", "partner_id": "top-sdk-php-20150120"}, bodiless="GET"
    ),
    "PHP 2018": Dialect(
        system={"sign_method": "md5", "format": "xml", "partner_id": "top-sdk-php-20180326"},
        headers=("User-Agent: top-sdk-php", "Accept: */*"),
        bodiless="GET",
        upload=Upload(
            "multipart/form-data; boundary=-------------65a1c0ffee",
            _PLAIN_TEXT,
            'Content-Disposition: form-data; name="%(name)s"; filename="/var/www/html/proof.png"\r\n'
            "Content-Type:application/octet-stream",
        ),
    ),
    "Go official": Dialect(
        system={"sign_method": "hmac-sha256", "format": "json", "simplify": "true", "partner_id": "new_go_sdk"},
        headers=("User-Agent: Go-http-client/1.1", "Accept-Encoding: gzip"),
        upload=Upload(
            "multipart/form-data; boundary=5f2c3d",
            _PLAIN_TEXT,
            'Content-Disposition: form-data; name="%(name)s"; filename="file"\r\n'
            "Content-Type: application/octet-stream",
        ),
    ),
    "Go opentaobao": Dialect(
        system={"sign_method": "hmac", "format": "json", "simplify": "true"},
        system_in="body",
        headers=("User-Agent: Go-http-client/1.1", "Accept-Encoding: gzip"),
    ),
    "Go topsdk-go": Dialect(system={"sign_method": "md5", "format": "json"}, system_in="body", timestamp="s"),
    "Python 3 official": Dialect(
        system={"sign_method": "hmac-sha256", "format": "json", "simplify": "true", "partner_id": "new_python3_sdk"},
        headers=("Accept-Encoding: gzip, deflate", "Accept: */*", "Connection: keep-alive"),
        upload=Upload(
            "multipart/form-data; boundary=0b1e",
            _PLAIN_TEXT,
            'Content-Disposition: form-data; name="%(name)s"; filename="%(name)s"',
        ),
    ),
    "Python 2 official": Dialect(
        system={"sign_method": "md5", "format": "json", "partner_id": "taobao-sdk-python-20180413"},
        timestamp="ms",
        headers=("Cache-Control: no-cache", "Connection: Keep-Alive"),
        upload=Upload(
            "multipart/form-data; boundary=PYTHON_SDK_BOUNDARY",
            _PLAIN_TEXT + "\r\nContent-Type: text/plain; charset=UTF-8",
            'Content-Disposition: file; name="%(name)s"; filename="proof.png"\r\n'
            "Content-Type: image/png\r\nContent-Transfer-Encoding: binary",
        ),
    ),
    "Python taobaopyx": Dialect(
        system={"sign_method": "hmac", "format": "json"},
        system_in="body",
        headers=("Accept: */*", "Accept-Encoding: gzip, deflate", "Connection: close"),
        upload=Upload(
            "multipart/form-data; boundary=5c0f1e",
            _PLAIN_TEXT,
            _PLAIN_TEXT + '; filename="proof.png"\r\nContent-Type: image/png',
        ),
    ),
    "Python samzong": Dialect(
        system={"sign_method": "md5", "format": "json", "partner_id": "taobao-sdk-python-20210816"},
        timestamp="ms",
        headers=("Cache-Control: no-cache", "Connection: Keep-Alive"),
        upload=Upload(
            "multipart/form-data; boundary=PYTHON_SDK_BOUNDARY",
            _PLAIN_TEXT + "\r\nContent-Type: text/plain; charset=UTF-8",
            'Content-Disposition: file; name="%(name)s"; filename="proof.png"\r\nContent-Type: image/png',
        ),
    ),
    "node-top": Dialect(
        system={"sign_method": "md5", "format": "json"},
        system_in="body",
        headers=("Connection: close",),
        upload=Upload(
            "multipart/form-data; boundary=--------------------------730",
            _PLAIN_TEXT,
            _PLAIN_TEXT + '; filename="proof.png"\r\nContent-Type: image/png',
        ),
    ),
    "npm topSdk": Dialect(
        system={"sign_method": "md5", "format": "json"},
        system_in="body",
        always_uploads=True,
        upload=Upload(
            "multipart/form-data; boundary=--------------------------081",
            _PLAIN_TEXT,
            _PLAIN_TEXT + '; filename="%(name)s"\r\nContent-Type: false',
            file_first=True,
        ),
    ),
    ".NET": Dialect(
        system={"sign_method": "hmac"},
        system_in="body",
        headers=("Accept-Encoding: gzip",),
    ),
}
