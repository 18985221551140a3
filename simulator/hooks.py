"""Acts that hang on a moment of an exchange: how a story hits a race that no timing could hit.

They run inside the simulator, in order with everything else, and are recorded.
"""

from typing import Any

import msgspec

from simulator import actors
from simulator.errors import UserError, unknown_name
from simulator.exchange import Call
from simulator.faults.plan import CALLS, matches
from simulator.words import say
from simulator.world import World

MOMENTS = ("before effect", "after effect", "after answer")


class Hook(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An act that waits for one call about one refund, or for one page of a shop's list; it fires once."""

    id: str
    call: str
    moment: str
    refund: str = ""
    shop: str = ""
    page: int = 0
    act: str
    args: dict[str, Any] = {}
    play: str = ""

    def meant(self, call: Call) -> bool:
        """Tell whether *call* is about its refund, or is its page of its shop's list."""
        return self.refund in call.refunds or (0 < self.page == call.page and self.shop == call.shop)


class Hooks:
    """The hooks of a world. They are rows of it, so a restart forgets none."""

    def __init__(self, world: World) -> None:
        """Take over what *world* already holds."""
        self._world = world
        rows = world.state.plain.get("hook", {})
        self.waiting: dict[str, Hook] = {ident: msgspec.convert(row, Hook) for ident, row in rows.items()}
        self._count = max((int(ident[1:]) for ident in self.waiting), default=0)

    def hang(self, spec: dict[str, Any]) -> str:
        """Hang the act that *spec* describes and return the hook's id.

        Raises:
            UserError: if call, moment or act is unknown, or refund is missing.
        """
        if spec.get("call") not in CALLS:
            raise unknown_name(say("what.call", "call"), str(spec.get("call")), CALLS)
        if spec.get("moment") not in MOMENTS:
            raise unknown_name(say("what.moment", "moment"), str(spec.get("moment")), MOMENTS)
        if spec.get("act") not in actors.ACTS:
            raise unknown_name(say("what.act", "act"), str(spec.get("act")), actors.ACTS)
        self._count += 1
        try:
            hook = msgspec.convert({**spec, "id": f"h{self._count}"}, Hook)
            if bool(hook.refund) == bool(hook.page and hook.shop):
                raise msgspec.ValidationError("it names neither a refund nor shop and page, or both")
        except msgspec.ValidationError as error:
            raise UserError(
                say("hook.wrong", "a hook is wrong: {error}.", error=error),
                expected=say("hook.has", "It has call, refund (or shop and page), moment, act, args."),
            ) from error
        self.waiting[hook.id] = hook
        self._world.change(
            [("hook", hook.id, msgspec.to_builtins(hook))], actor="harness", action="hang", side="harness"
        )
        return hook.id

    def drop(self, ident: str = "", *, play: str = "") -> list[str]:
        """Take away hook *ident*, or all hooks of *play*; return the ids taken away."""
        gone = [hook.id for hook in self.waiting.values() if hook.id == ident or (play and hook.play == play)]
        for found in gone:
            self._remove(found)
        return gone

    def fire(self, call: Call, moment: str) -> None:
        """Do every act that hangs on *call* at *moment*."""
        if not self.waiting:
            return
        for hook in list(self.waiting.values()):
            if hook.moment == moment and hook.meant(call) and matches(hook.call, call.alias):
                self._remove(hook.id)
                actors.perform(self._world, hook.act, hook.args, play=hook.play, hook=hook.id)

    def _remove(self, ident: str) -> None:
        del self.waiting[ident]
        self._world.change([("hook", ident, None)], actor="harness", action="unhang", side="harness")
