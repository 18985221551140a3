"""What a method's handler is given: the call, its arguments, whose it is, and the world it may change."""

from typing import Any

import msgspec

from simulator.exchange import Call
from simulator.settings import AnySettings
from simulator.tmall import reships
from simulator.tmall.errors import (
    NO_SUCH_REFUND,
    ON_WEB_ONLY,
    STAFF_HAVE_IT,
    STALE_VERSION,
    WRONG_PHASE,
    Refused,
    TopError,
)
from simulator.tmall.guards_staff import stops
from simulator.tmall.method import Method
from simulator.tmall.refund import ON_WEB, Refund
from simulator.tmall.shop import Shop
from simulator.world import World

INTEGRATION = "integration"
"""Actor of the changes that calls cause."""


class Context(msgspec.Struct, frozen=True):
    """One call that passed the gateway's own checks."""

    world: World
    method: Method
    call: Call
    args: dict[str, Any]
    """Typed arguments; what was not sent is absent."""
    shop: Shop
    """The shop of the session (for a method without one, a shop without a nick)."""
    role: str
    """main or sub."""
    client: str = ""
    """The address that it came from."""

    @property
    def settings(self) -> AnySettings:
        """Return the settings that hold for the shop."""
        return self.world.settings.of(self.shop.nick)

    @property
    def is_tmall(self) -> bool:
        """Tell whether the shop is a Tmall one (type B)."""
        return self.shop.type == "B"

    def refund(self) -> Refund:
        """Return the refund that the call names.

        Raises:
            Refused: if there is none, or it is another shop's.
        """
        refund = self.world.state.refunds.get(str(self.args["refund_id"]))
        if refund is None or refund.shop != self.shop.nick:
            raise Refused(NO_SUCH_REFUND)
        return refund

    def dispute(self, number: str) -> Refund:
        """Return the refund, or the re-send (补寄) in the shape of one, with that *number*.

        Raises:
            Refused: if there is none, or it is another shop's.
        """
        state = self.world.state
        found = state.refunds.get(number) or reships.shown(state, self.settings, number)
        if found is None or found.shop != self.shop.nick:
            raise Refused(NO_SUCH_REFUND)
        return found

    def refund_to_change(self) -> Refund:
        """Return the refund that the call names, once phase and version are found right (those that were sent).

        Raises:
            Refused: if there is none, or the caller knows another phase or version of it.
        """
        refund = self.refund()
        if self.args.get("refund_phase", refund.phase) != refund.phase:
            raise Refused(WRONG_PHASE)
        if self.args.get("refund_version", refund.version) != refund.version:
            raise Refused(STALE_VERSION)
        return refund

    def check_writable(self, refund: Refund) -> None:
        """Raise what keeps every call from changing *refund*.

        Raises:
            Refused: if it can be handled on the web page only, or staff (小二) have the case.
        """
        refusal = unwritable(self.world, refund)
        if refusal is not None:
            raise Refused(refusal)

    def current(self, refund: Refund) -> Refund:
        """Return *refund* as it is now."""
        return self.world.state.refunds[refund.refund_id]


def unwritable(world: World, refund: Refund) -> TopError | None:
    """Return the error with which every write on *refund* fails now, if there is one."""
    if refund.constraint == ON_WEB:
        return ON_WEB_ONLY
    return STAFF_HAVE_IT if stops(world.settings.of(refund.shop), refund.cs_status) else None
