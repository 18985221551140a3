"""Faults of the platform's gateway: errors of its own making, in the platform's words."""

from collections.abc import Mapping
from typing import Any, ClassVar

from simulator.errors import UserError, unknown_name
from simulator.exchange import Answer, Call, Rest
from simulator.faults.kind import number, seconds_of, wrong_option
from simulator.tmall import error_table, flow
from simulator.words import say
from simulator.world import World

_TEXTS = {
    "isp.remote-service-timeout": "远程服务调用超时",
    "isp.remote-service-error": "远程服务调用失败",
    "isp.remote-connection-error": "远程连接失败",
    "isp.refund-service-unavailable": "退款服务不可用",
    "isp.unknown-error": "未知错误",
}


def _isp(options: Mapping[str, Any]) -> Answer:
    sub_code = options.get("sub_code", "isp.remote-service-timeout")
    text = _TEXTS.get(sub_code, "服务不可用")
    return Answer(error={"code": 15, "msg": "Remote service error", "sub_code": sub_code, "sub_msg": text})


class IspError:
    """The platform answers with an isp.* error: its own fault, to be tried again later."""

    name = "isp-error"
    call = "tmall.*"
    options: ClassVar[Mapping[str, str]] = {
        "sub_code": "isp.remote-service-timeout (default) or another isp code",
        "effect": "before (default: nothing happened) or after (it happened all the same)",
    }

    async def around(self, world: World, options: Mapping[str, Any], call: Call, rest: Rest) -> Answer:
        """Answer with the error, with or without letting the call happen."""
        if options.get("effect") != "after":
            return _isp(options)
        answer, done = _isp(options), await rest()
        answer.effect, answer.changes = done.effect, done.changes
        return answer


class PageError:
    """One page of a list fails with an isp.* error, the others work."""

    name = "page-error"
    call = "tmall.list"
    options: ClassVar[Mapping[str, str]] = {"sub_code": "isp.remote-service-timeout (default) or another isp code"}

    async def around(self, world: World, options: Mapping[str, Any], call: Call, rest: Rest) -> Answer:
        """Answer with the error."""
        return _isp(options)


class AppCallLimited:
    """The platform's flow control refuses the call, and all that the ban is about until it has lasted its seconds."""

    name = "app-call-limited"
    call = "tmall.*"
    concerns_all = True
    """An app works for several shops, and the ban is for all of them."""
    options: ClassVar[Mapping[str, str]] = {
        "sub_code": f"{flow.BY_APP_API} (default), {flow.BY_APP}, {flow.BY_API} or {flow.DYNAMIC}",
        "seconds": "how long the ban lasts (default: 1, or to midnight GMT+8 for an app's quota)",
    }

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise `UserError` for a sub code that flow control does not have, or a time that is none."""
        sub_code = options.get("sub_code", flow.BY_APP)
        if sub_code not in flow.SUB_CODES:
            raise unknown_name(say("what.sub_code", "sub_code of flow control"), str(sub_code), flow.SUB_CODES)
        if not (number(options.get("seconds", 1)) or 0) > 0:
            raise wrong_option(self.name, "seconds", options["seconds"], say("fault.above_zero", "a number above 0"))

    async def around(self, world: World, options: Mapping[str, Any], call: Call, rest: Rest) -> Answer:
        """Start the ban and answer with it; calls that meet it later get no further than the gateway."""
        sub_code = str(options.get("sub_code", flow.BY_APP_API))
        seconds = seconds_of(self.name, options, 1) if "seconds" in options else None
        found = flow.ban(world, sub_code, call.app, call.method, seconds)
        return Answer(error=found.error(world.clock.wall()).as_answer())


class TopErrorAnswer:
    """The platform answers with one of the errors that it is known to have, whatever was asked."""

    name = "top-error"
    call = "tmall.*"
    options: ClassVar[Mapping[str, str]] = {
        "code": "the error's code, such as 10",
        "sub_code": "its sub code, such as isp.system-busy (default: the first that the code has)",
        "effect": "before (default: nothing happened) or after (it happened all the same)",
    }

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise `UserError` for an error that the platform is not known to answer."""
        code, effect = _code(options), options.get("effect", "before")
        if code is None:
            said = repr(options.get("code"))
            raise UserError(
                say("fault.option", "{key} of fault {name} is {value}.", key="code", name=self.name, value=said),
                expected=say("fault.code", "It is a number, such as 10."),
            )
        if effect not in ("before", "after"):
            raise UserError(
                say(
                    "fault.option",
                    "{key} of fault {name} is {value}.",
                    key="effect",
                    name=self.name,
                    value=repr(effect),
                ),
                expected=say("fault.effect", "It is before or after."),
            )
        error_table.find(code, str(options.get("sub_code", "")))

    async def around(self, world: World, options: Mapping[str, Any], call: Call, rest: Rest) -> Answer:
        """Answer with the error, with or without letting the call happen."""
        error = error_table.find(_code(options) or 0, str(options.get("sub_code", "")))
        answer = Answer(error=error.as_answer())
        if options.get("effect") == "after":
            done = await rest()
            answer.effect, answer.changes = done.effect, done.changes
        return answer


def _code(options: Mapping[str, Any]) -> int | None:
    """Return option *code*, which stories write as text, as a number; None if it is none."""
    given = options.get("code")
    written = "" if isinstance(given, bool) else str(given)
    return int(written) if written.isascii() and written.isdigit() else None
