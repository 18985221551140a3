"""Faults of the way between: lost before the effect, lost after it, late, or broken."""

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from simulator.erp import registry
from simulator.exchange import Answer, Call, Rest
from simulator.faults.kind import seconds_of, whole_of
from simulator.world import World


class LostRequest:
    """The call never takes effect, and the connection is closed without an answer."""

    name = "lost-request"
    call = "*"
    options: ClassVar[Mapping[str, str]] = {"seconds": "how long the caller waits before it is closed (default 0)"}

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise `UserError` for seconds that are no number from 0."""
        seconds_of(self.name, options, 0)

    async def around(self, world: World, options: Mapping[str, Any], call: Call, rest: Rest) -> Answer:
        """Do nothing at all."""
        await asyncio.sleep(seconds_of(self.name, options, 0))
        return Answer(lost="dropped")


class LostAnswer:
    """The call takes effect, and the news of it is lost."""

    name = "lost-answer"
    call = "*"
    options: ClassVar[Mapping[str, str]] = {"how": "dropped (default), reset or truncated"}

    async def around(self, world: World, options: Mapping[str, Any], call: Call, rest: Rest) -> Answer:
        """Let everything happen, then lose the answer."""
        answer = await rest()
        answer.lost = options.get("how", "dropped")
        return answer


class Slow:
    """The answer comes late; what was asked is done before (default) or after the wait."""

    name = "slow"
    call = "*"
    options: ClassVar[Mapping[str, str]] = {
        "seconds": "how long (default 2)",
        "effect": "before (default) or after the wait",
    }

    async def around(self, world: World, options: Mapping[str, Any], call: Call, rest: Rest) -> Answer:
        """Wait on one side of the effect."""
        seconds = float(options.get("seconds", 2))
        if options.get("effect") == "after":
            await asyncio.sleep(seconds)
            return await rest()
        answer = await rest()
        await asyncio.sleep(seconds)
        return answer


class ErpError:
    """The ERP answers HTTP 500, or with one of its own error codes, and nothing has happened."""

    name = "erp-error"
    call = "erp.*"
    options: ClassVar[Mapping[str, str]] = {
        "status": "HTTP status (default 500; with a code that of the profile's errors)",
        "code": "number of an error, told in the profile's shape and words",
    }

    def check(self, options: Mapping[str, Any]) -> None:
        """Refuse what is no code.

        Raises:
            UserError: if *code* is no whole number.
        """
        whole_of(self.name, "code", options, 0)

    async def around(self, world: World, options: Mapping[str, Any], call: Call, rest: Rest) -> Answer:
        """Answer in its stead."""
        if "code" not in options:
            status = int(options.get("status", 500))
            return Answer(status=status, error={"code": "internal_error", "message": "the ERP is out of order"})
        profile, code = registry.of(world), whole_of(self.name, "code", options, 0)
        status, text = int(options.get("status", profile.status_of(code))), profile.errors.get(code, "")
        return Answer(status=status, error={"code": code, "msg": text, "message": text})
