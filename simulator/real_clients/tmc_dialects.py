"""What message clients that are not run here put on the wire: Java, node-top and tmcpy3, with data of our own.

Taken down from their sources and from what they sent to a raw socket: the Java core of 2021
(https://github.com/opendingtalk/alibaba-dingtalk-service-sdk, com.taobao.api.internal.tmc),
https://github.com/zsea/node-top 2.0.5 and https://github.com/mapleflow/tmcpy3 0.3.7.
"""

from collections.abc import Callable, Mapping
from hashlib import md5
from typing import NamedTuple

from simulator.tmall.tmc_caller import framed
from simulator.tmall.tmc_frames import BYTE, CONNECT, INT16, INT32, INT64, SEND, TEXT, VOID, Frame, Value, encode

_KEY = b"MTMtMTcwNDQxNjg4NzAwMA=="
_MS = "1704416887000"

JAVA_UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: %b\r\n"
    b"Origin: 127.0.0.1:8811\r\nSec-WebSocket-Version: 13\r\n\r\n" % _KEY
)
NODE_TOP_UPGRADE = (
    b"GET / HTTP/1.1\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %b\r\n"
    b"Connection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\nHost: 127.0.0.1:8811\r\n\r\n" % _KEY
)
TMCPY_UPGRADE = (
    b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-Websocket-Key: %b\r\nSec-Websocket-Version: 13\r\n"
    b"Host: 127.0.0.1:8811\r\nUser-Agent: Tornado/6.6\r\nAccept-Encoding: gzip\r\n\r\n" % _KEY
)


class Dialect(NamedTuple):
    """How one client speaks."""

    upgrade: bytes
    after: bytes
    """What it sends right behind the upgrade."""
    connect: Callable[[Mapping[str, str]], bytes]
    """Its CONNECT, from an app's key and secret."""
    confirm: Callable[[str, int], bytes]
    """Its confirmation, from token and number."""
    flag: int


def _signature(app: Mapping[str, str]) -> str:
    key, secret = app["app_key"], app["app_secret"]
    text = f"{secret}app_key{key}group_namedefaulttimestamp{_MS}{secret}"
    return md5(text.encode()).hexdigest().upper()


def _connect(flag: int, names: str, **fixed: str) -> Callable[[Mapping[str, str]], bytes]:
    """Return what writes a CONNECT with headers in the order of *names*."""

    def written(app: Mapping[str, str]) -> bytes:
        known = {"app_key": app["app_key"], "group_name": "default", "timestamp": _MS, "sign": _signature(app), **fixed}
        values = {name: Value(TEXT, known[name]) if name in known else Value(VOID, None) for name in names.split()}
        return framed(encode(Frame(kind=CONNECT, flag=flag, values=values)))

    return written


def java_confirm(token: str, number: int) -> bytes:
    """Return Java's confirmation, the number first."""
    values = {"id": Value(INT64, number), "__kind": Value(BYTE, 2)}
    return framed(encode(Frame(kind=SEND, token=token, values=values)))


def node_top_confirm(token: str, number: int) -> bytes:
    """Return node-top's confirmation: the number went through a double, and lost its last digits."""
    values = {"__kind": Value(BYTE, 2), "id": Value(INT64, int(float(number)))}
    return framed(encode(Frame(kind=SEND, token=token, values=values)))


def tmcpy_confirm(token: str, number: int) -> bytes:
    """Return tmcpy3's confirmation, the number in the smallest width that holds it."""
    widths = ((BYTE, 7), (INT16, 15), (INT32, 31), (INT64, 63))
    form = next(form for form, bits in widths if number < 1 << bits)
    values = {"__kind": Value(BYTE, 2), "id": Value(form, number)}
    return framed(encode(Frame(kind=SEND, token=token, values=values)))


DIALECTS = {
    "java": Dialect(
        upgrade=JAVA_UPGRADE,
        after=framed(b"", 9),  # an empty ping, before it has said who it is
        connect=_connect(
            1,
            "filter_exp minor_group sign sdk app_key intranet_ip group_name timestamp token",
            filter_exp="*",
            minor_group="default",
            sdk="top-sdk-java-dynamicVersionNo",
            intranet_ip="10.0.0.5",
        ),
        confirm=java_confirm,
        flag=1,
    ),
    "node-top": Dialect(
        upgrade=NODE_TOP_UPGRADE,
        after=b"",
        connect=_connect(
            0, "app_key group_name timestamp sign sdk intranet_ip", sdk="NodeJS-2.0.5", intranet_ip="10.0.0.5"
        ),
        confirm=node_top_confirm,
        flag=0,
    ),
    "tmcpy3": Dialect(
        upgrade=TMCPY_UPGRADE,
        after=b"",
        connect=_connect(1, "timestamp app_key sdk sign group_name", sdk="top-sdk-java-201403304"),
        confirm=tmcpy_confirm,
        flag=1,
    ),
}
