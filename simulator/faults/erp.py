"""Faults of the ERP: a clear no in its own words, a no to what it did, and a door that nobody opens."""

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, runtime_checkable

from simulator.chance import chance
from simulator.erp import registry
from simulator.erp.refusals import REFUSALS
from simulator.errors import UserError
from simulator.exchange import Answer, Call, Rest
from simulator.faults.kind import Named, count_of, wrong_option
from simulator.words import say
from simulator.world import World

OWN = "own"
"""The status that the profile itself has for what is answered."""


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
    concerns_all = True


class ErpRefusal:
    """The ERP refuses what it is to write, in the words of its profile; nothing has happened."""

    name = "erp-refusal"
    call = "erp.write"
    options: ClassVar[Mapping[str, str]] = {
        "says": f"{', '.join(REFUSALS)} (default goods_unknown)",
        "fail": "of an upload of several documents, how many are refused (default 1) if each stands for itself there",
        "status": "HTTP status of the answer, 200 for one (default own: the profile's)",
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
        _check_status(self.name, options)
        count_of(self.name, "fail", options, 1)

    async def around(self, world: World, options: Mapping[str, Any], call: Call, rest: Rest) -> Answer:
        """Answer in the ERP's stead."""
        says = str(options.get("says", "goods_unknown"))
        if call.refunds and registry.of(world).apart(len(call.refunds)):
            rows = list(call.aimed)
            if len(rows) == len(call.refunds):  # about no refund of its own
                most = min(count_of(self.name, "fail", options, 1), len(rows))
                rows = chance(world.seed, "erp-refusal", *rows).sample(rows, most)
            call.failing, call.failing_for = frozenset(rows), says
            answer = await rest()
        else:
            answer = registry.of(world).refusal(says, call.refunds)
        return _with_status(options, call, answer)


class ErpDuplicate:
    """The ERP says that what it is to create is there already: it wrote it just now, or it is not there at all."""

    name = "erp-duplicate"
    call = "erp.create"
    options: ClassVar[Mapping[str, str]] = {
        "effect": "written (default): the document is there, as when somebody on the way repeats a request; "
        "none: it is not, as when a number is taken by what nobody sees",
        "status": "HTTP status of the answer (default own: the profile's)",
    }

    def check(self, options: Mapping[str, Any]) -> None:
        """Refuse another effect.

        Raises:
            UserError: if *effect* is neither.
        """
        if options.get("effect", "written") not in ("written", "none"):
            raise wrong_option(self.name, "effect", options["effect"], "written, none")
        _check_status(self.name, options)

    async def around(self, world: World, options: Mapping[str, Any], call: Call, rest: Rest) -> Answer:
        """Say no in the words of the profile, after the effect or in its stead."""
        written = options.get("effect", "written") == "written"
        profile = registry.of(world)
        if call.refunds and profile.apart(len(call.refunds)):
            call.failing, call.failing_for, call.failing_after = frozenset(call.aimed), "duplicate", written
            answer = await rest()
        else:
            done = await rest() if written else Answer()
            if done.error:
                return done  # it was wrong to begin with
            answer = profile.refusal("duplicate", call.refunds)
            answer.effect, answer.changes = done.effect, done.changes
        return _with_status(options, call, answer)


def _with_status(options: Mapping[str, Any], call: Call, answer: Answer) -> Answer:
    """Give *answer* the status that is wanted, unless some of the call's documents were taken: then it went well."""
    wanted = options.get("status", OWN)
    if wanted != OWN and len(call.failing) in (0, len(call.refunds)):
        answer.status = int(wanted)
    return answer


def _check_status(name: str, options: Mapping[str, Any]) -> None:
    wanted = str(options.get("status", OWN))
    if wanted != OWN and not (wanted.isascii() and wanted.isdigit() and 200 <= int(wanted) <= 599):
        raise wrong_option(name, "status", options["status"], f"{OWN}, 200-599")
