"""Whatever is sent, the platform answers in its own words: no traceback, no hang, no 5xx, and no id that is a float."""

import asyncio
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.faults.plan import FaultPlan
from simulator.hooks import Hooks
from simulator.ledger.entry import Answered
from simulator.ledger.replay import read as replayed
from simulator.listeners import Listener, bind
from simulator.tmall.batch import SEPARATOR
from simulator.tmall.caller import FORM, Caller, raw, upload
from simulator.tmall.method import surface
from simulator.tmall.oauth import OOB
from simulator.tmall.parameters import read
from simulator.tmall.signing import sign
from simulator.wire import Wire

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20
NAMES = sorted({name for method in surface().methods.values() for name in method.parameters})
PUBLIC = ("method", "app_key", "session", "timestamp", "v", "format", "sign_method", "simplify", "partner_id")

_shared = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(name="caller", scope="module")
def _caller() -> Iterator[Caller]:
    with tempfile.TemporaryDirectory() as folder:
        caller = Caller.open(Path(folder))
        caller.refund()
        caller.refund(returns=True)
        yield caller
        caller.world.book.close()


def _float(text: str) -> NoReturn:
    raise AssertionError(f"{text} is a float")


def _answered(content: bytes) -> Any:
    """Return an answer of the platform, which is JSON without a float, or XML."""
    if content.startswith(b"<?xml"):
        assert re.search(rb"</\w+>(<!--.*-->)?$", content)
        return content
    (body,) = json.loads(content, parse_float=_float).values()
    return body


def _values(caller: Caller) -> st.SearchStrategy[str]:
    """Return values that parameters might have: good ones, nearly good ones, and anything."""
    refunds = list(caller.world.state.refunds)
    orders = [str(oid) for oid in caller.world.state.orders]
    known = st.sampled_from(
        [*refunds, *orders, "onsale", "true", "1", "0", "-1", "9" * 19, "9" * 40, "1e5", "NaN", "0.1"]
    )
    rows = st.lists(known, max_size=5).map("|".join)
    return st.one_of(
        known,
        rows,
        st.lists(rows, max_size=3).map(",".join),
        st.sampled_from(
            ["refund_id,tid,oid,status", "refunds.refund_id", ",,", "2024-01-05 09:08:07", "2024-13-45 99:99:99"]
        ),
        st.text(max_size=30),
        st.text("0123456789|,.: -", max_size=40),
    )


@_shared
@given(data=st.data())
def test_any_values_of_any_parameters_are_answered_by_the_platform(caller: Caller, data: st.DataObject) -> None:
    values = _values(caller)
    method = data.draw(st.sampled_from(sorted(surface().methods)))
    own = sorted(surface().methods[method].parameters)
    params = data.draw(st.dictionaries(st.sampled_from(own), values, max_size=8) if own else st.just({}))
    extra = data.draw(st.dictionaries(st.sampled_from(NAMES) | st.text(min_size=1, max_size=8), values, max_size=2))
    public: dict[str, Any] = data.draw(
        st.fixed_dictionaries({}, optional={"format": st.sampled_from(["json", "xml", "XML", ""])})
    )
    files = data.draw(st.none() | st.just({"refuse_proof": PNG}) | st.dictionaries(st.sampled_from(NAMES), st.binary()))
    every = {name: value for name, value in {**extra, **params}.items() if name not in (*PUBLIC, "sign", "sub", "drop")}
    signed = caller.signed(method, sub=data.draw(st.booleans()), **public)
    signed |= every
    signed["sign"] = sign(signed, caller.keys["app_secret"])

    answer = caller.perform(caller.receive(signed, files))

    assert answer.status == 200
    _answered(answer.content)


@_shared
@given(data=st.data())
def test_any_public_parameters_are_answered_by_the_platform(caller: Caller, data: st.DataObject) -> None:
    changed = data.draw(st.dictionaries(st.sampled_from(PUBLIC), st.text(max_size=25), max_size=4))

    answer = caller.perform(caller.receive(caller.signed("taobao.time.get") | changed))

    assert answer.status == 200
    _answered(answer.content)


@_shared
@given(
    sections=st.lists(st.text(max_size=40) | st.just("N") | st.just("#PUBLIC#method=taobao.time.get"), max_size=5),
    separator=st.sampled_from(["", "||", "-S-", "\x00"]) | st.text(max_size=3),
)
def test_any_batch_is_answered_by_the_platform(caller: Caller, sections: list[str], separator: str) -> None:
    query = caller.signed("", drop=("method",))
    query.pop("sign")
    body = (separator or SEPARATOR).join(sections)
    query["sign"] = sign(query, caller.keys["app_secret"], body=body)
    headers = {b"top-api-separator": separator.encode()}
    request = raw(
        body.encode(), query=urlencode(query).encode(), kind=b"text/plain", path="/router/batch", headers=headers
    )

    received = caller.gateway.receive(request)

    if not received.items:
        _answered(caller.perform(received).content)
        return
    assert received.join is not None
    assert received.join([caller.perform(item) for item in received.items]).status == 200


_OAUTH = ("client_id", "client_secret", "grant_type", "code", "refresh_token", "redirect_uri", "response_type", "state")


@_shared
@given(data=st.data())
def test_any_request_to_oauth_is_answered(caller: Caller, data: st.DataObject) -> None:
    good = {
        "client_id": "23000001",
        "client_secret": caller.keys["app_secret"],
        "response_type": data.draw(st.sampled_from(["code", "token"])),
        "grant_type": data.draw(st.sampled_from(["authorization_code", "refresh_token"])),
        "redirect_uri": data.draw(st.sampled_from([OOB, "http://127.0.0.1/x", "http://h:99999/", "http://中/路"])),
        "shop": caller.shop.nick,
        "decision": data.draw(st.sampled_from(["agree", "refuse"])),
    }
    changed = data.draw(st.dictionaries(st.sampled_from(_OAUTH), st.text(max_size=25), max_size=3))
    path, verb = data.draw(st.sampled_from([("/authorize", "GET"), ("/authorize", "POST"), ("/token", "POST")]))
    form = urlencode(good | changed).encode()
    request = raw(query=form, verb=verb, path=path) if verb == "GET" else raw(form, kind=FORM, path=path)

    answer = caller.perform(caller.gateway.receive(request))

    assert answer.status in (200, 302, 400)
    assert all(b"\r" not in value and b"\n" not in value for _, value in answer.headers)


_LAYOUTS = {
    "plain": b'Content-Disposition: form-data; name="%s"%s\r\n\r\n',
    "java": b'Content-Disposition:form-data;name="%s"%s\r\nContent-Type:text/plain\r\n\r\n',
    "python": b'Content-Disposition: file; name="%s"%s\r\nContent-Transfer-Encoding: binary\r\n\r\n',
    "node": b'content-disposition: form-data; name="%s"%s\r\nContent-Type: false\r\n\r\n',
}


@given(
    params=st.dictionaries(st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,15}", fullmatch=True), st.text(), max_size=6),
    content=st.binary(max_size=200),
    layout=st.sampled_from(sorted(_LAYOUTS)),
    cut=st.integers(0, 6),
    file_at=st.integers(0, 6),
    boundary=st.sampled_from([b"PYTHON_SDK_BOUNDARY", b"-------------5f8d", b"1704416887000000000"]),
    preamble=st.sampled_from([b"", b"\r\n"]),
    method=st.sampled_from(["md5", "hmac", "hmac-sha256"]),
)
def test_any_layout_of_an_upload_round_trips_with_its_signature(
    params: dict[str, str],
    content: bytes,
    layout: str,
    cut: int,
    file_at: int,
    boundary: bytes,
    preamble: bytes,
    method: str,
) -> None:
    content = content.replace(boundary, b"")
    call = params | {"sign_method": method}
    call.pop("sign", None)
    call["sign"] = sign(call, "secret", method)
    items = [item for item in call.items() if boundary not in item[1].encode()]
    query, texts = dict(items[:cut]), items[cut:]
    parts = [_LAYOUTS[layout] % (name.encode(), b"") + value.encode() for name, value in texts]
    parts.insert(min(file_at, len(parts)), _LAYOUTS[layout] % (b"picture", b'; filename="a.png"') + content)
    body = preamble + b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts) + b"--%s--\r\n" % boundary

    found = read(raw(body, query=urlencode(query).encode(), kind=b"multipart/form-data; boundary=" + boundary))

    assert found.problem is None
    assert found.values == dict(items)
    assert found.files["picture"].content == content


def _mutated(request: bytes, cuts: list[tuple[int, int, bytes]]) -> bytes:
    for at, gone, put in cuts:
        place = at % (len(request) + 1)
        request = request[:place] + put + request[place + gone :]
    return request


_NOISE = st.binary(max_size=12) | st.sampled_from([b"\r\n", b"\r\n\r\n", b"\x00", b"%", b"&", b"=", b"HTTP/1.1", b": "])
_CUTS = st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 12), _NOISE), max_size=4)


def _requests(caller: Caller) -> list[bytes]:
    params = caller.signed("taobao.refund.get", fields="refund_id", refund_id=next(iter(caller.world.state.refunds)))
    form = urlencode(params, quote_via=quote).encode()
    kind, multipart = upload(params, {"refuse_proof": PNG})

    def post(path: bytes, kind: bytes, body: bytes) -> bytes:
        return b"POST %s HTTP/1.1\r\nhost: x\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n%s" % (
            path,
            kind,
            len(body),
            body,
        )

    return [
        post(b"/router/rest", FORM, form),
        post(b"/router/rest", kind, multipart),
        post(b"/router/batch?" + form, b"text/plain", b"method=taobao.time.get\r\n-S-\r\nN"),
        post(b"/token", FORM, b"grant_type=refresh_token&client_id=23000001&refresh_token=x"),
        b"GET /router/rest?%s HTTP/1.1\r\nhost: x\r\naccept-encoding: gzip\r\n\r\n" % form,
        b"GET /authorize?client_id=23000001&response_type=code&redirect_uri=x HTTP/1.1\r\nhost: x\r\n\r\n",
    ]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bundles=st.lists(st.tuples(st.integers(0, 5), _CUTS), min_size=5, max_size=15), junk=st.binary(max_size=200))
def test_damaged_requests_never_get_a_5xx_and_leave_the_listener_well(
    caller: Caller, bundles: list[tuple[int, list[tuple[int, int, bytes]]]], junk: bytes
) -> None:
    """Each goes on a connection of its own that is then half closed; afterwards a good request is answered."""
    samples = _requests(caller)
    requests = [_mutated(samples[number], cuts) for number, cuts in bundles] + [junk]

    async def send(port: int, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(request)
            writer.write_eof()
            return await reader.read()
        except ConnectionResetError:
            return b""
        finally:
            writer.close()

    async def scene() -> list[bytes]:
        world = caller.world
        wire = Wire(world, FaultPlan(world), Hooks(world), caller.gateway)
        listener = Listener("tmall", wire, bind("tmall", "127.0.0.1", 0))
        await listener.listen()
        try:
            async with asyncio.timeout(20):
                answers = [await send(listener.port, request) for request in requests]
                reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
                writer.write(samples[4])
                assert (await reader.readline()).startswith(b"HTTP/1.1 200")
                writer.close()
                return answers
        finally:
            await listener.close()

    for request, answer in zip(requests, asyncio.run(scene()), strict=True):
        assert not re.search(rb"HTTP/1\.1 5\d\d", answer), request


def _large(caller: Caller) -> Iterator[tuple[str, dict[str, Any]]]:
    refund = caller.refund()
    caller.world.change([("refund", refund.refund_id, refund)], actor="harness", action="touch")
    yield "taobao.refunds.receive.get", {"fields": "refund_id,tid,oid,refund_fee"}
    yield "taobao.refund.get", {"fields": "refund_id,tid,oid,refund_version,refund_fee", "refund_id": refund.refund_id}
    yield (
        "taobao.refund.messages.get",
        {"fields": "id,refund_id", "refund_id": refund.refund_id, "refund_phase": "onsale"},
    )
    yield "taobao.trade.fullinfo.get", {"fields": "tid,orders,tid_str", "tid": refund.tid}


@pytest.mark.parametrize("id_type", ["string", "number"])
@pytest.mark.parametrize("simplify", ["true", "false"])
def test_ids_are_whole_numbers_or_texts_on_the_wire_and_in_the_ledger(
    tmp_path: Path, id_type: str, simplify: str
) -> None:
    caller = Caller.open(tmp_path, refund_id_type=id_type)
    for method, params in _large(caller):
        content = caller.answer(method, simplify=simplify, **params).content
        json.loads(content, parse_float=_float)
        assert b"error_response" not in content
    tids = [str(tid).encode() for tid in caller.world.state.trades]
    listed = caller.answer("taobao.refunds.receive.get", fields="tid,refund_id").content
    caller.world.book.close()

    assert all(len(tid) == 19 and b'"tid":' + tid in listed for tid in tids)
    lines = (tmp_path / "ledger.jsonl").read_bytes().splitlines()[1:]  # the header may hold seconds with fractions
    assert len([json.loads(line, parse_float=_float) for line in lines]) == len(lines)
    assert not [
        entry for entry in replayed(tmp_path / "ledger.jsonl") if isinstance(entry, Answered) and entry.status >= 500
    ]


_JSON = sorted(
    (method.name, name)
    for method in surface().methods.values()
    for name in (
        "param",
        "param0",
        "param_logistics_notice_d_t_o",
        "query_param",
        "messages",
        "content",
        "refuse_message",
    )
    if name in method.parameters
)
_NESTED = ("[" * 5000, '{"a":' * 5000, "[" * 5000 + "]" * 5000)
_PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
_TREES = st.recursive(
    _PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
)


@_shared
@given(where=st.sampled_from(_JSON), text=st.sampled_from(_NESTED) | _TREES.map(json.dumps) | st.text(max_size=30))
def test_any_text_where_json_belongs_is_answered_by_the_platform(
    caller: Caller, where: tuple[str, str], text: str
) -> None:
    method, name = where
    others: dict[str, Any] = dict.fromkeys(surface().methods[method].required, "1")

    answer = caller.perform(caller.receive(caller.signed(method, **(others | {name: text}))))

    assert answer.status == 200
    _answered(answer.content)
