"""What a target declares about the integration and the merchant's choices; rules judge within it.

The target file (`scenarios.target`) is read into a `Declaration`, which travels in the ledger's header, so that
`judge LEDGER` needs no other file. An undeclared option is a gap in the report, never a violation.
"""

import msgspec

from simulator.ledger.mapping import Mapping


class Tempo(msgspec.Struct, frozen=True, kw_only=True):
    """The integration's time constants in seconds; every limit of a rule is a multiple of them."""

    poll: float = 60.0
    """How often it lists refunds."""
    sla: float = 300.0
    """How soon a change must have reached the other side (L in the rules), in clean time."""
    backoff: float = 300.0
    """The longest pause between two tries (B)."""
    grace: float = 5.0
    """How long work already under way may go on after the integration was told otherwise."""
    margin: float = 600.0
    """How long before a deadline a decision must exist to be judged (M)."""
    lag: float = 0.0
    """How late a list may show a change for it still to be found: as far as windows reach back."""

    @classmethod
    def for_poll(cls, poll: float) -> "Tempo":
        """Return the default tempo of an integration that polls every *poll* seconds and declares nothing else."""
        return cls(
            poll=poll,
            sla=max(10.0, 5 * poll),
            backoff=max(3.0, 5 * poll),
            grace=min(5.0, max(0.5, poll)),
            margin=max(5.0, 10 * poll),
        )


class AutoApprove(msgspec.Struct, frozen=True, kw_only=True):
    """A declared policy: refunds of *kinds* up to *limit* fen need no decision of the ERP."""

    limit: int = 0
    kinds: tuple[str, ...] = ("refund_only",)


class Waiver(msgspec.Struct, frozen=True, kw_only=True):
    """A known breach that shall not fail the verdict until *expires*."""

    rule: str
    reason: str
    owner: str
    expires: str
    """Last day on which it holds, `YYYY-MM-DD` (GMT+8)."""
    scope: str = "*"
    """A story id, a refund id, a shop nick, or `*` for everything."""


class Declaration(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. The defaults are those of a target that declares only its ERP profile."""

    name: str = "unnamed"
    version: str = ""
    profile: str = "generic"
    """The ERP's dialect."""
    mapping: Mapping | None = None
    """What the ERP's fields mean; None: what the profile says."""
    tempo: Tempo = Tempo()
    kinds: tuple[str, ...] = ("refund_only", "return_refund")
    """Kinds that the integration handles: refund_only, return_refund, exchange, reship (补寄), differences in price."""
    ag: bool = False
    """It reports to AG what became of parcels and returned goods, where a shop has AG."""
    messages: bool = False
    """It consumes TMC messages."""
    reconcile: float = 600.0
    """How often (s) an integration that consumes messages reads the list all the same."""
    escalation: str = ""
    """How people hear of what is not decided yet: url, command or log; empty: no channel is declared."""
    escalation_lead: float = 7200.0
    """How long (s) before a deadline they must have heard of it (E)."""
    callbacks: bool = False
    """It receives the ERP's callbacks."""
    owns_hold: bool = False
    """It asks the ERP to hold goods of unshipped refunds. Not declared: that is a gap, and no rule asks for holds."""
    hold_scope: str = "order"
    """`order` (the sub-order, oid) or `trade` (the whole parcel)."""
    auto_approve: AutoApprove | None = None
    reapprove_on: str = "any_change"
    """`any_change` or `amount_increase`."""
    restartable: bool = False
    """The harness can kill and restart it (it has a start command)."""
    clock: bool = False
    """The harness can shift its idea of the time (it has a clock hook)."""
    pays_on: str = ""
    """When the money of a return may go: `all` pieces have come back, or `part` of them have.

    Not declared: receipts in parts oblige to nothing and forbid nothing.
    """
    renews: bool = False
    """It renews a dead session with its refresh token. Not declared: people authorise the shop again."""
    notices: bool = True
    """It writes notices of goods that come back, documents of kind inbound; receipts then stand there."""
    sub_account: bool = False
    """It pays out with a sub-account's session."""
    waivers: tuple[Waiver, ...] = ()
