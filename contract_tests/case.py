"""A case: everything the ledger holds about one refund, in order, and the questions rules ask about it."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from contract_tests.call import Call
from contract_tests.letter import Letter
from simulator.erp.document import Document
from simulator.ledger.entry import Act, Callback, Decision, Fault, Mark
from simulator.tmall.refund import TERMINAL, Refund

if TYPE_CHECKING:
    from contract_tests.history import History

ALL = frozenset({"*"})
"""Every field was on the wire."""


class State(msgspec.Struct, frozen=True, gc=False):
    """One state of the refund on the platform, and who brought it about (`cause` is the `Asked` or `Act`)."""

    seq: int
    mono: int
    actor: str
    action: str
    cause: int
    refund: Refund
    wall: int = 0
    """ms since 1970, by the platform's clock."""

    @property
    def content(self) -> tuple[str, int, str, str]:
        """What the ERP must know: status, amount in fen, kind, waybill."""
        refund = self.refund
        return refund.status, refund.amount, refund.kind, refund.waybill


class Revision(msgspec.Struct, frozen=True, gc=False):
    """One revision of a document in the ERP, and who wrote it."""

    seq: int
    mono: int
    actor: str
    action: str
    cause: int
    document: Document


class Telling(msgspec.Struct, frozen=True, gc=False):
    """The integration was told a state of the refund: `change` says which, `fields` what of it was on the wire."""

    mono: int
    """When the last byte was delivered."""
    seq: int
    """Number of the entry that shows it: the answer, or the delivery of the message."""
    change: int
    fields: frozenset[str]
    altered: dict[str, Any]

    def has(self, field: str) -> bool:
        """Tell whether *field* was on the wire."""
        return field in self.fields or self.fields == ALL


class Case:
    """One refund. Times are microseconds of the monotonic clock."""

    __slots__ = (
        "acts", "by_change", "callbacks", "calls", "decisions", "escalations", "forged", "goods", "heard",
        "history", "letters", "lookups", "misfiled", "plays", "reads", "refund_id", "reports", "revisions", "shaken",
        "shop", "states", "strikes", "tellings",
    )  # fmt: skip

    def __init__(self, refund_id: str, shop: str, plays: tuple[str, ...], history: "History") -> None:
        """Begin with nothing known but whose it is."""
        self.refund_id = refund_id
        self.shop = shop
        self.plays = plays
        self.history = history
        self.states: list[State] = []
        self.by_change: dict[int, State] = {}
        self.revisions: list[Revision] = []
        """Of its documents about the money, in order."""
        self.goods: list[Revision] = []
        """Of its documents about goods (kinds exchange, reship and inbound), in order."""
        self.misfiled: list[Revision] = []
        """Of documents about it that stand under another shop."""
        self.calls: list[Call] = []
        """Calls that name it."""
        self.reads: list[Call] = []
        """Delivered answers of the platform that told of it, lists too."""
        self.letters: list[Letter] = []
        """Messages about it."""
        self.lookups: list[Call] = []
        """Delivered answers of the ERP that told of its document, and lists of the ERP that asked for it alone."""
        self.tellings: list[Telling] = []
        """First delivery of each state with each set of fields."""
        self.decisions: list[Decision] = []
        self.reports: list[Decision] = []
        """What the warehouse reported besides decisions: parcels stopped, gone or shipped."""
        self.callbacks: list[Callback] = []
        """Those about its documents that the integration took."""
        self.forged: list[Callback] = []
        """Callbacks about it that the ERP did not send, and what became of them."""
        self.acts: list[Act] = []
        self.strikes: list[Fault] = []
        self.escalations: list[Mark] = []
        """When people were told of it."""
        self.shaken: list[int] = []
        """When something disturbed it alone."""
        self.heard: set[tuple[int, frozenset[str]]] = set()

    @property
    def play(self) -> str:
        """The play it belongs to, or empty."""
        return self.plays[0] if self.plays else ""

    @property
    def first(self) -> State:
        """The state in which it was created."""
        return self.states[0]

    @property
    def last(self) -> State:
        """Its newest state."""
        return self.states[-1]

    def at(self, seq: int) -> State | None:
        """Return the state that it was in just before entry *seq*."""
        position = bisect_right(self.states, seq - 1, key=_seq)
        return self.states[position - 1] if position else None

    def following(self, state: State) -> State | None:
        """Return the next state with other content (status, amount, kind, waybill) than *state*."""
        position = bisect_right(self.states, state.seq, key=_seq)
        return next((later for later in self.states[position:] if later.content != state.content), None)

    def round_began(self, state: State) -> State:
        """Return the state with which *state*'s round of negotiation began."""
        return next(found for found in self.states if found.refund.round == state.refund.round)

    def versions(self, version: int) -> list[State]:
        """Return the states that have *version*."""
        return [state for state in self.states if state.refund.version == version]

    def became(self, status: str) -> State | None:
        """Return the first state with *status*."""
        return next((state for state in self.states if state.refund.status == status), None)

    def ended(self) -> State | None:
        """Return the state in which it became SUCCESS or CLOSED."""
        return next((state for state in self.states if state.refund.status in TERMINAL), None)

    def call(self, seq: int) -> Call | None:
        """Return the call that was asked in entry *seq*."""
        return next((call for call in self.calls if call.seq == seq), None)

    def told(self, field: str, *, until: int | None = None) -> Iterator[tuple[Telling, Any]]:
        """Yield the tellings of *field* delivered up to time *until*, each with the value on the wire."""
        for telling in self.tellings:
            if until is not None and telling.mono > until:
                return
            if telling.has(field):
                state = self.by_change.get(telling.change)
                if field in telling.altered:
                    yield telling, telling.altered[field]
                elif state is not None:
                    yield telling, getattr(state.refund, field)

    def told_status(self, *statuses: str, until: int | None = None) -> Telling | None:
        """Return the first telling that it is in one of *statuses*."""
        return next((telling for telling, value in self.told("status", until=until) if value in statuses), None)

    def teller(self, change: int) -> Telling | None:
        """Return the first telling of *change*."""
        return next((telling for telling in self.tellings if telling.change == change), None)

    def documents(self, seq: int | None = None) -> dict[str, Revision]:
        """Return the newest revision of each document, by id, as of entry *seq* (None: at the end)."""
        found: dict[str, Revision] = {}
        for revision in self.revisions:
            if seq is not None and revision.seq > seq:
                break
            found[revision.document.id] = revision
        return found

    def document(self, seq: int | None = None) -> Revision | None:
        """Return the newest effective document (not cancelled if there is such a one) as of entry *seq*."""
        found = self.documents(seq)
        if not found:
            return None
        return max(found.values(), key=lambda revision: (not revision.document.cancelled, revision.seq))

    def undisturbed(self, since: int, until: int) -> int:
        """Return the microseconds that passed undisturbed before *until*, counted from *since* at the earliest.

        This is the clean time of the rules: it begins anew with each fault that struck the refund or its shop, with
        each failure of a side, and with each start of the integration.
        """
        return max(0, until - max(since, self.history.last_shake(self, until)))

    def longest_calm(self, since: int, until: int) -> int:
        """Return the microseconds of the longest stretch between *since* and *until* in which nothing disturbed it."""
        shakes = sorted(mono for mono in (*self.shaken, *self.history.shaken_at(self.shop)) if since < mono < until)
        return max((after - before for before, after in pairwise([since, *shakes, until])), default=0)


def _seq(state: State) -> int:
    return state.seq
