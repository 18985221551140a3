"""Faults of the ERP: a clear no in its own words, and a door that nobody opens."""

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, runtime_checkable

from simulator.chance import chance
from simulator.erp import registry
from simulator.erp.refusals import REFUSALS
from simulator.errors import UserError
from simulator.exchange import Answer, Call, Rest
from simulator.faults.kind import Named
from simulator.words import say
from simulator.world import World


@runtime_checkable
class Shutting(Named, Protocol):
    """A kind of fault that strikes no call: while it is armed, a whole side takes no connection."""

    @property
    def side(self) -> str:
        """The side that is shut."""


class ErpDown:
    """The ERP takes no connection until the fault is lifted: whoever comes is refused."""

    name = "erp-down"
    call = "erp.*"
    options: ClassVar[Mapping[str, str]] = {}
    side = "erp"


class ErpRefusal:
    """The ERP refuses what it is to write, in the words of its profile; nothing has happened."""

    name = "erp-refusal"
    call = "erp.write"
    options: ClassVar[Mapping[str, str]] = {
        "says": f"{', '.join(REFUSALS)} (default goods_unknown)",
        "fail": "of an upload of several documents, how many are refused (default 1) if each stands for itself there",
        "status": "HTTP status of the answer, 200 for one (default: the profile's own)",
    }

    def check(self, options: Mapping[str, Any]) -> None:
        """Refuse what no ERP says.

        Raises:
            UserError: if *says* is none of `REFUSALS`, or *fail* is no number of documents.
        """
        says = options.get("says", "goods_unknown")
        if says not in REFUSALS:
            raise UserError(
                say("refusal.unknown", "an ERP does not refuse by {says}.", says=repr(says)),
                expected=say("refusal.known", "It is one of {names}.", names=", ".join(REFUSALS)),
            )
        fail = options.get("fail", 1)
        if isinstance(fail, bool) or not isinstance(fail, int) or fail < 1:
            raise UserError(
                say("refusal.fail", "fail is {fail}.", fail=repr(fail)),
                expected=say("refusal.fail_right", "It is how many documents are refused, from 1."),
            )

    async def around(self, world: World, options: Mapping[str, Any], call: Call, rest: Rest) -> Answer:
        """Answer in the ERP's stead."""
        profile, says = registry.of(world), str(options.get("says", "goods_unknown"))
        if profile.rows_apart and len(call.refunds) > 1:
            rows = list(call.aimed)
            if len(rows) == len(call.refunds):  # about no refund of its own
                most = min(options.get("fail", 1), len(rows))
                rows = chance(world.seed, "erp-refusal", *rows).sample(rows, most)
            call.failing, call.failing_for = frozenset(rows), says
            return await rest()
        answer = profile.refusal(says, call.refunds)
        answer.status = int(options.get("status", answer.status))
        return answer
