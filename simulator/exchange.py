"""One call and its answer, as faults and hooks see them, and the order in which things happen to it.

asked → hooks before the effect → effect → hooks after it → answered → delivered
└────────────── faults stand around all of this ──────────────┘
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from simulator.ledger.entry import Asked, RowResult, Told


@dataclass(slots=True)
class Call:
    """What a fault or hook may ask about a call. `seq` is the number of its `Asked` entry."""

    side: str
    alias: str
    """Name in stories and faults: `tmall.agree`, `erp.create`."""
    method: str
    shop: str
    refunds: tuple[str, ...]
    plays: tuple[str, ...]
    page: int = 0
    """Page number of a list call, else 0."""
    seq: int = 0
    aimed: tuple[str, ...] = ()
    """Those of `refunds` that the fault at hand is about: a batch holds refunds of other plays as well."""
    failing: frozenset[str] = frozenset()
    """Rows of a batch that a fault keeps from happening."""


@dataclass(slots=True)
class Answer:
    """An answer before it is bytes. Faults may change it; what they change is told in the ledger."""

    data: dict[str, Any] = field(default_factory=dict)
    """The answer's fields, for the envelope to shape (Tmall)."""
    status: int = 200
    error: dict[str, Any] = field(default_factory=dict)
    effect: bool = False
    changes: list[int] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    fields: tuple[str, ...] = ()
    results: list[RowResult] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    total: int | None = None
    has_next: bool | None = None
    body: dict[str, Any] = field(default_factory=dict)
    """What the ledger keeps of it (small answers only)."""
    fault: str = ""
    lost: str = ""
    """Empty, or how the bytes fail to arrive: `dropped` (closed without an answer), `reset`, `truncated`."""
    understood: str = ""
    content: bytes = b""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)


Rest = Callable[[], Awaitable[Answer]]
"""The rest of an exchange, as a fault is handed it: before it, after it, twice, never."""

Effect = Callable[[], Answer]
"""Does what was asked, at once, and says what to answer."""


@dataclass(frozen=True, slots=True)
class Received:
    """What a side made of a request: the entry to write, and either something to do or a refusal."""

    asked: Asked
    render: Callable[[Answer], None]
    """Fills `content`, `headers` and `status` of an answer."""
    call: Call | None = None
    effect: Effect | None = None
    refusal: Answer | None = None
    """The answer of a call that failed the checks; neither faults nor hooks see it."""
