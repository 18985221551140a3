"""What the settings of the gateway change: a probe each, for the test that every setting matters."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from simulator.tmall.caller import FORM, Caller, raw
from simulator.tmall.signing import digest, sign, signed_text
from simulator.tmall.test_flow import Stepped

TIME = "taobao.time.get"
SEARCH = "taobao.logistics.address.search"
LIST = "taobao.refunds.receive.get"
AGREE = "taobao.rp.refunds.agree"

Probe = Callable[[Caller], Any]


def clock_of(caller: Caller) -> Stepped:
    """Return the clock, which stands still until it is moved."""
    clock = caller.world.clock
    assert isinstance(clock, Stepped)
    return clock


def codes(caller: Caller, *params: dict[str, str]) -> list[int]:
    """Return the error code of each call, 0 for none."""
    found = []
    for one in params:
        body = msgspec.json.decode(caller.perform(caller.receive(one)).content)
        found.append(body.get("error_response", {}).get("code", 0))
    return found


def _resigned(caller: Caller, params: dict[str, str], text: str) -> dict[str, str]:
    return params | {"sign": digest(text, caller.keys["app_secret"], params.get("sign_method", ""))}


def _skewed(*seconds: int) -> Probe:
    return lambda caller: codes(
        caller, *(caller.signed(TIME, timestamp=(clock_of(caller).now // 1000 - off) * 1000) for off in seconds)
    )


def _lowercase(caller: Caller) -> Any:
    params = caller.signed(TIME)
    return codes(caller, params | {"sign": params["sign"].lower()})


def _empty_value(caller: Caller) -> Any:
    params = caller.signed(TIME, nick="")
    return codes(caller, _resigned(caller, params, signed_text(params, skip_empty=True)))


def _legacy(caller: Caller) -> Any:
    params = caller.signed(TIME, drop=("sign_method",))
    return codes(caller, _resigned(caller, params, signed_text(params)))


def _twice(caller: Caller) -> Any:
    params = caller.signed(TIME, format="xml")
    params["sign"] = sign(params, caller.keys["app_secret"])
    body = "&".join(f"{name}={value}" for name, value in params.items()).encode()
    request = raw(body.replace(b"format=xml", b"format=json"), query=b"format=xml", kind=FORM)
    return caller.perform(caller.gateway.receive(request)).content[:1]


def header(name: bytes, **params: Any) -> Probe:
    """Return a probe for the header *name* of an answer."""
    return lambda caller: dict(caller.answer(TIME, **params).headers).get(name)


def one_listed(caller: Caller, **params: Any) -> Any:
    """Return what the list says of one new refund."""
    caller.refund()
    return caller.answer(LIST, fields="refund_id", **params).content.partition(b"request_id")[0]


def _named_only(caller: Caller) -> Any:
    """Sign an empty value by its bare name, as PHP and Node do."""
    params = caller.signed(TIME, nick="")
    return codes(caller, _resigned(caller, params, signed_text(params)))


def _stamped(unit: int) -> Probe:
    """Return a probe for a timestamp counted in *unit* ms."""
    return lambda caller: codes(caller, caller.signed(TIME, timestamp=clock_of(caller).now // 1000 * 1000 // unit))


def _order_of_checks(caller: Caller) -> Any:
    """Call with a wrong session from an address that may not call, and with a wrong signature after too many calls."""
    world = caller.world
    world.set("ip_whitelist", "10.0.0.1", origin="test")
    found = codes(caller, caller.signed(SEARCH, session="nobody"))
    world.set("ip_whitelist", "", origin="test")
    world.set("app_api_rate_limit", 1, origin="test")
    return found + codes(caller, *[caller.signed(TIME)] * 2, caller.signed(TIME) | {"sign": "0" * 32})


def _body_length(caller: Caller) -> Any:
    request = raw(urlencode(caller.signed(TIME)).encode(), kind=FORM, headers={b"accept-encoding": b"gzip"})
    return dict(caller.perform(caller.gateway.receive(request)).headers).get(b"top-bodylength")


GATEWAY_PROBES: Mapping[str, Probe] = {
    "timestamp_skew": _skewed(400, 700),
    "timestamp_utc": _skewed(8 * 3600),
    "lowercase_sign": _lowercase,
    "given_twice": _twice,
    "error_text": lambda caller: caller.call(TIME, app_key="")["msg"],
    "xml_list_attribute": lambda caller: one_listed(caller, format="xml"),
    "xml_content_type": header(b"content-type", format="xml"),
    "accept_empty_unsigned": _empty_value,
    "legacy_signing": _legacy,
    "connection_close": header(b"connection"),
    "server_header": header(b"server"),
    "ip_whitelist": lambda caller: caller.call(TIME).get("code"),
    "accept_empty_signed": _named_only,
    "timestamp_ms": _stamped(1),
    "timestamp_seconds": _stamped(1000),
    "timestamp_sub_code": lambda caller: caller.call(TIME, timestamp="now"),
    "refuse_replays": lambda caller: codes(caller, *[caller.signed(TIME)] * 2, caller.signed(TIME, nick="x")),
    "check_order": _order_of_checks,
    "invalid_session_text": lambda caller: caller.call(SEARCH, session="nobody")["sub_msg"],
    "jushita_addresses": lambda caller: caller.call(AGREE, refund_infos="1|1|1|onsale").get("sub_code"),
    "argument_sub_codes": lambda caller: caller.call(LIST).get("sub_code"),
    "request_ids": lambda caller: "request_id" in caller.call(TIME),
    "json_content_type": header(b"content-type"),
    "bodylength_header": _body_length,
    "unknown_fields": lambda caller: codes(caller, caller.signed(LIST, fields="refund_id,colour")),
    "page_size_range": lambda caller: codes(caller, caller.signed(LIST, fields="refund_id", page_size=1000)),
}
"""By setting: something that the gateway says, in a new world with a clock that stands still."""
