"""What shows the effect of each setting: something that the sandbox says, which another value changes."""

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest

from simulator.act import yuan
from simulator.actors import perform
from simulator.erp import callbacks, registry
from simulator.erp.document import Document
from simulator.erp.jiandaoyun.setting_probes import JDY_PROBES
from simulator.erp.jushuitan.setting_probes import JST_PROBES
from simulator.erp.wangdiantong.setting_probes import WDT_PROBES
from simulator.errors import ActRefused
from simulator.ledger.entry import Callback
from simulator.ledger.replay import read
from simulator.tmall import accounts, platform, shipping
from simulator.tmall.agree_probes import AGREE_PROBES
from simulator.tmall.batch import SEPARATOR
from simulator.tmall.caller import Caller, raw, upload
from simulator.tmall.gateway_probes import GATEWAY_PROBES, LIST, SEARCH, TIME, clock_of, codes, one_listed
from simulator.tmall.refund import Refund
from simulator.tmall.setting_probes import LIFE_PROBES
from simulator.tmall.signing import sign
from simulator.tmall.tmc_probes import TMC_PROBES

DAY = 86_400

Probe = Callable[[Caller], Any]


def _content(method: str, **params: Any) -> Probe:
    """Return a probe for all that *method* answers but the number of the request."""
    return lambda caller: re.sub(rb"request_id\W+\w+", b"", caller.answer(method, **params).content)


def _rows(caller: Caller, **params: Any) -> Any:
    body = caller.call(LIST, fields="refund_id,modified", **params)
    return body.get("code") or [row["refund_id"] for row in body.get("refunds", {}).get("refund", [])]


def _two_listed(caller: Caller) -> Any:
    caller.refund()
    clock_of(caller).now += 1000
    caller.refund()
    return _rows(caller)


def _two_of_one_second(caller: Caller) -> Any:
    caller.refund()
    caller.refund()
    return _rows(caller)


def _window_of_two_days(caller: Caller) -> Any:
    return _rows(caller, start_modified="2024-01-04 00:00:00", end_modified="2024-01-06 00:00:00")


def _at_the_end(caller: Caller) -> Any:
    caller.refund()
    return len(_rows(caller, start_modified="2024-01-04 00:00:00", end_modified="2024-01-05 09:08:07"))


def _at_the_start(caller: Caller) -> Any:
    caller.refund()
    return len(_rows(caller, start_modified="2024-01-05 09:08:07", end_modified="2024-01-06 00:00:00"))


def _listed_after_success(caller: Caller) -> Any:
    order = caller.order(shipped=True, finished=True)
    platform.apply(caller.world, order, "refund_only", 100)
    return len(_rows(caller))


def _two_messages(caller: Caller) -> Any:
    refund = caller.refund()
    platform.message(caller.world, platform.message(caller.world, refund, "one"), "two")
    about = {"refund_id": refund.refund_id, "refund_phase": refund.phase}
    found = caller.call("taobao.refund.messages.get", fields="content", **about)
    return len(found["refund_messages"]["refund_message"])


def _bumps(do: Callable[[Caller, Refund], Refund], **refund: Any) -> Probe:
    def probe(caller: Caller) -> Any:
        before = caller.refund(**refund)
        clock_of(caller).now += 5
        return do(caller, before).version - before.version

    return probe


def _refused_unshipped(caller: Caller) -> Any:
    done = perform(caller.world, "agent.refuse", {"refund": caller.refund().refund_id})
    return done["accepted"]


def _late_application(caller: Caller) -> Any:
    found = []
    for days in (0, 5, 10):
        order = caller.order(shipped=True)
        shipping.finish(caller.world, caller.world.state.trades[order.tid], cause=0)
        clock = clock_of(caller)
        clock.now += days * DAY * 1000 + 1000
        try:
            platform.apply(caller.world, caller.world.state.orders[order.oid], "refund_only", 100)
            found.append(True)
        except ActRefused:
            found.append(False)
    return found


def _granted(caller: Caller) -> dict[str, Any]:
    return accounts.grant(caller.world, caller.world.state.apps["23000001"], caller.shop)


def _after(seconds: float, do: Callable[[Caller], Any]) -> Any:
    def probe(caller: Caller) -> Any:
        found = do(caller)
        clock_of(caller).now += round(seconds * 1000)
        return found

    return probe


def _session_after_ten_seconds(caller: Caller) -> Any:
    key = _after(10, _granted)(caller)["access_token"]
    return codes(caller, caller.signed(SEARCH, session=key))


def _code_after_ten_seconds(caller: Caller) -> Any:
    app = caller.world.state.apps["23000001"]
    code = _after(10, lambda one: accounts.new_code(one.world, app, one.shop, "main", "x"))(caller)
    return "token_result" in caller.call("taobao.top.auth.token.create", code=code)


def _refreshed(caller: Caller) -> dict[str, Any]:
    return caller.call("taobao.top.auth.token.refresh", refresh_token=caller.keys["refresh_token"])


def _session_before_refreshing(caller: Caller) -> Any:
    _refreshed(caller)
    return codes(caller, caller.signed(SEARCH))


def _refreshed_twice(caller: Caller) -> Any:
    return [_refreshed(caller).get("code", 0) for _ in range(2)]


def _revoked(caller: Caller) -> Any:
    perform(caller.world, "agent.revoke_session", {"shop": caller.shop.nick})
    return caller.call(SEARCH)["sub_code"]


def _token_error(caller: Caller) -> Any:
    """Return status and body of the answer to a code that there is not."""
    about = {"client_id": caller.keys["app_key"], "client_secret": caller.keys["app_secret"]}
    answer = caller.perform(caller.receive(about | {"grant_type": "authorization_code", "code": "x"}, path="/token"))
    return answer.status, answer.content


def _refused_app(caller: Caller) -> Any:
    """Return where a browser is sent once the shop said no."""
    about = {"client_id": caller.keys["app_key"], "response_type": "code", "redirect_uri": "http://127.0.0.1/back"}
    choice = {"shop": caller.shop.nick, "decision": "refuse"}
    return dict(caller.perform(caller.receive(about | choice, path="/authorize")).headers)[b"location"]


def _agree_later(caller: Caller) -> Any:
    app = caller.world.state.apps["23000001"]
    key = accounts.grant(caller.world, app, caller.shop, "sub")["access_token"]
    clock_of(caller).now += 1_800_000
    return codes(caller, caller.signed("taobao.rp.refunds.agree", session=key, refund_infos="1|1|1|onsale"))


def _many(calls: int, **settings: Any) -> Probe:
    def probe(caller: Caller) -> Any:
        for name, value in settings.items():
            caller.world.set(name, value, origin="test")
        return [caller.call(TIME).get("sub_msg", "") for _ in range(calls)]

    return probe


def _quota_and_bans(caller: Caller) -> Any:
    found = _many(4, app_daily_quota=3, app_api_rate_limit=1)(caller)
    clock_of(caller).now += 1000
    return found, caller.call(TIME).get("sub_msg", "")


def _batched(caller: Caller) -> Any:
    body = SEPARATOR.join([f"method={TIME}"] * 3)
    query = caller.signed("", drop=("method",))
    query.pop("sign")
    query["sign"] = sign(query, caller.keys["app_secret"], body=body)
    text = "&".join(f"{name}={value}" for name, value in query.items())
    received = caller.gateway.receive(raw(body.encode(), query=text.encode(), kind=b"text/plain", path="/router/batch"))
    return len(received.items)


def _uploaded(size: int) -> Probe:
    def probe(caller: Caller) -> Any:
        kind, body = upload(caller.signed(TIME), {"proof": b"x" * size})
        content = caller.perform(caller.gateway.receive(raw(body, kind=kind, query=b"format=json"))).content
        return b"time_get_response" in content

    return probe


def _due(caller: Caller) -> Any:
    return caller.refund().due


def _callback_headers(caller: Caller) -> Any:
    push = registry.of(caller.world).push(caller.world, Document(id="D1", external="TM-1"), "decision", "d1")
    return sorted(push.headers) if push else None


def _pushed_in_vain(caller: Caller) -> tuple[list[Callback], list[float]]:
    """Return the entries about a callback that nobody answers, and the pauses between its tries."""
    pauses: list[float] = []

    async def paused(seconds: float) -> None:
        pauses.append(seconds)

    async def mute(*_: Any) -> tuple[int, bytes]:
        raise TimeoutError

    async def played() -> None:
        callbacks.set_url(caller.world, "http://127.0.0.1:9/")
        callbacks.send(caller.world, Document(id="D1", external="TM-1"), 1, "decision")
        while callbacks._under_way:
            await asyncio.wait(callbacks._under_way)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(callbacks, "pause", paused)
        patched.setattr(callbacks, "post", mute)
        asyncio.run(played())
    return [entry for entry in read(caller.world.book.path) if isinstance(entry, Callback)], pauses


def _total(caller: Caller) -> Any:
    caller.refund()
    return caller.call(LIST, fields="refund_id")["total_results"]


def _buyer(caller: Caller) -> Any:
    caller.refund()
    return caller.call(LIST, fields="buyer_nick")["refunds"]["refund"][0]["buyer_nick"]


def _eight_days_later(caller: Caller) -> Any:
    caller.refund()
    clock_of(caller).now += 8 * DAY * 1000
    return caller.call(LIST, fields="refund_id")["total_results"]


def _checked(caller: Caller) -> Any:
    refund = caller.refund()
    found = []
    for fee in (refund.amount, yuan(refund.amount), 1):
        told = {"refund_id": int(refund.refund_id), "status": "SUCCESS", "msg": "", "refund_fee": fee}
        body = caller.call("taobao.rdc.aligenius.refunds.check", param=msgspec.json.encode(told).decode())
        found.append(body["result"]["success"])
    return found


def _stopped_parcel(caller: Caller) -> Any:
    perform(caller.world, "agent.switch_ag", {"shop": caller.shop.nick})
    refund = caller.refund()
    param = {"refund_id": int(refund.refund_id), "tid": refund.tid, "status": "SUCCESS"}
    caller.call("taobao.rdc.aligenius.sendgoods.cancel", param=msgspec.json.encode(param).decode())
    return caller.now(refund).status


def _shipped(caller: Caller, refund: Refund) -> Refund:
    return platform.refuse(caller.world, refund, "no", actor="agent")


def _refused_without_reason(caller: Caller) -> Any:
    order = caller.order(shipped=True)
    refund = platform.apply(caller.world, order, "return_refund", reason="7天无理由退换货")
    asked = {"refund_id": refund.refund_id, "refund_phase": refund.phase, "refund_version": refund.version}
    files = {"refuse_proof": b"\x89PNG\r\n\x1a\n"}
    return caller.answer("taobao.refund.refuse", files, **asked, refuse_message="不同意").error


def _returned_without_goods(caller: Caller) -> Any:
    refund = caller.refund(1999, returns=True)
    params = {"refund_id": refund.refund_id, "refund_phase": refund.phase, "refund_version": refund.version}
    address = caller.shop.addresses[0].contact_id
    method = "taobao.rp.returngoods.agree"
    caller.call(method, **params, seller_address_id=address, remark="ok", virtual_return_goods="true")
    return caller.now(refund).status


PROBES: Mapping[str, Probe] = {
    **GATEWAY_PROBES,
    **AGREE_PROBES,
    "empty_list": lambda caller: caller.call(LIST, fields="refund_id").get("refunds"),
    "refund_id_type": one_listed,
    "refuse_bumps_version": _bumps(_shipped, shipped=True),
    "review_bumps_version": _bumps(lambda caller, refund: platform.review(caller.world, refund)),
    "message_bumps_version": _bumps(lambda caller, refund: platform.message(caller.world, refund, "hello")),
    "refuse_unshipped": _refused_unshipped,
    "refuse_no_reason": _refused_without_reason,
    "virtual_return": _returned_without_goods,
    "list_order": _two_listed,
    "list_ties": _two_of_one_second,
    "json_numbers": _total,
    "buyer_fields": _buyer,
    "list_default_days": _eight_days_later,
    "ag_check_fee": _checked,
    "ag_success_pays": _stopped_parcel,
    "list_end": _at_the_end,
    "list_start": _at_the_start,
    "list_aftersale": _listed_after_success,
    "page_beyond_end": lambda caller: _rows(caller, page_no=2),
    "list_lag": one_listed,
    "list_strict_window": _window_of_two_days,
    "messages_page_most": _two_messages,
    "aftersale_days": _late_application,
    **LIFE_PROBES,
    **JDY_PROBES,
    **JST_PROBES,
    **WDT_PROBES,
    "token_lifetimes": lambda caller: _granted(caller)["expires_in"],
    "session_seconds": _session_after_ten_seconds,
    "oauth_errors": _token_error,
    "oauth_error_status": _token_error,
    "oauth_refusal": _refused_app,
    "auth_code_seconds": _code_after_ten_seconds,
    "refresh_ends_session": _session_before_refreshing,
    "refresh_token_reuse": _refreshed_twice,
    "revoked_session": _revoked,
    "agree_security_level": _agree_later,
    "app_daily_quota": _many(5001),
    "api_rate_limit": _many(21),
    "app_api_rate_limit": _many(11),
    "dynamic_rate_limit": _many(51),
    "ban_seconds": _many(2, api_rate_limit=1),
    "banned_calls_count": _quota_and_bans,
    "batch_max_items": _batched,
    "body_bytes": _uploaded(5000),
    "upload_parts": _uploaded(10),
    "upload_bytes": _uploaded(5000),
    **TMC_PROBES,
    "time_scale": _due,
    "erp_push_tries": lambda caller: len(_pushed_in_vain(caller)[0]),
    "erp_push_pause": lambda caller: _pushed_in_vain(caller)[1],
    "erp_push_timeout": lambda caller: _pushed_in_vain(caller)[0][-1].detail,
    "erp_callbacks_signed": _callback_headers,
}
"""By setting: something that the sandbox says, in a new world with a clock that stands still."""
