"""The shape of a row of the life cycle's tables, of refunds as of exchanges."""

from collections.abc import Iterable, Mapping

import msgspec

NONE = ""
"""The state of a refund that does not exist yet."""

ROLES: Mapping[str, str] = {"integration": "seller", "agent": "seller"}
"""The table's actor behind one of the ledger: the integration and the seller's people in 千牛 are both the seller."""

ANYONE = ("buyer", "seller")
"""Whom a row for anyone is for."""

CLASSIC_OF_EXCHANGES = frozenset({"RefundSellerRefuseAgreement", "RefundBuyerReturnGoods", "RefundCreateMessage"})
"""Topics of the classic family that tell of exchanges: the newer one has none for these steps, and the classic content
knows a `replace_bill`."""


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """One row: who may do what in which states, and what becomes of the refund."""

    id: str
    """Short and stable; coverage counts by it."""
    from_: tuple[str, ...]
    """States in which it is possible; ("",) where the refund is created."""
    actor: str
    """buyer, seller (integration or agent), staff (小二), platform, timer; anyone is buyer or seller."""
    action: str
    guard: str = ""
    """Name in `GUARDS`, or empty."""
    to: str = ""
    """The new state; empty: the same."""
    stays: str = ""
    """The setting that, where it is on, leaves the state as it was."""
    changes: tuple[str, ...] = ()
    """Fields of the refund that it sets, besides status, version, modified, change and due."""
    bumps: bool | str = True
    """Whether `version` grows, or the setting that says so."""
    visible: bool | str = True
    """Whether `modified` grows even where the version does not, or the setting that says so."""
    follows: bool = True
    """Whether order and trade follow an onsale refund."""
    round: bool = False
    """Whether a new round of negotiation begins."""
    message: str = ""
    """TMC topic, without `taobao_refund_` (where it begins with Negotiation, and of most steps of exchanges:
    `taobao_dispute_`)."""
    keeps_countdown: bool | str = False
    """Whether the running countdown goes on (or the setting that says so); else the one of the new state starts."""
    with_staff: str = ""
    """Who still can do it while the case is in the hands of staff: nobody (empty), those by hand, or all."""
    mark: str
    """How sure it is: documented, observed, assumed."""
    source: str = ""

    def topic(self, family: str = "refund") -> str:
        """Return the whole topic, in the table of refunds or that of exchanges (*family* dispute); empty: none."""
        if not self.message:
            return ""
        if self.message.startswith("Negotiation"):
            family = "dispute"
        elif self.message in CLASSIC_OF_EXCHANGES:
            family = "refund"
        return f"taobao_{family}_{self.message}"

    def to_from(self, state: str) -> str:
        """Return the state that it leads to from *state*."""
        return self.to or state


def may(row: Transition, role: str) -> bool:
    """Tell whether *row* is for *role* (an actor of the table)."""
    return row.actor == role or (row.actor == "anyone" and role in ANYONE)


def actions(table: Iterable[Transition], state: str, actor: str = "") -> tuple[str, ...]:
    """Return the actions for which *table* has a row in *state*, in its order; of *actor* alone if given."""
    role = ROLES.get(actor, actor)
    rows = (row for row in table if state in row.from_ and (not role or may(row, role)))
    return tuple(dict.fromkeys(row.action for row in rows))
