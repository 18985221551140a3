"""One call and its answer, as faults and hooks see them, and the order in which things happen to it.

asked → hooks before the effect → effect → hooks after it → answered → delivered
└────────────── faults stand around all of this ──────────────┘
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from simulator.ledger.entry import Asked
from simulator.ledger.values import RowResult, Told

Headers = tuple[tuple[bytes, bytes], ...]
"""Names in lower case, and values."""


class Call(msgspec.Struct):
    """What a fault or hook may ask about a call. `seq` is the number of its `Asked` entry."""

    side: str
    alias: str
    """Name in stories and faults: `tmall.agree`, `erp.create`."""
    method: str
    shop: str
    refunds: tuple[str, ...]
    plays: tuple[str, ...]
    app: str = ""
    """Tmall: key of the app that calls."""
    page: int = 0
    """Page number of a list call, else 0."""
    seq: int = 0
    aimed: tuple[str, ...] = ()
    """Those of `refunds` that the fault at hand is about: a batch holds refunds of other plays as well."""
    failing: frozenset[str] = frozenset()
    """Rows of a batch that a fault keeps from happening."""
    failing_for: str = ""
    """Why, of an ERP's batch: one of `simulator.erp.refusals.REFUSALS`."""
    failing_after: bool = False
    """They do happen, of an ERP's batch, and are refused all the same."""


class Answer(msgspec.Struct):
    """An answer before it is bytes. Faults may change it; what they change is told in the ledger."""

    data: dict[str, Any] = {}
    """The answer's fields, for the envelope to shape (Tmall)."""
    status: int = 200
    error: dict[str, Any] = {}
    effect: bool = False
    changes: list[int] = []
    told: list[Told] = []
    fields: tuple[str, ...] = ()
    results: list[RowResult] = []
    dropped: list[str] = []
    total: int | None = None
    has_next: bool | None = None
    body: dict[str, Any] = {}
    """What the ledger keeps of it (small answers only)."""
    fault: str = ""
    lost: str = ""
    """Empty, or how the bytes fail to arrive: `dropped` (closed without an answer), `reset`, `truncated`."""
    understood: str = ""
    content: bytes = b""
    headers: Headers = ()


Rest = Callable[[], Awaitable[Answer]]
"""The rest of an exchange, as a fault is handed it: before it, after it, twice, never."""

Effect = Callable[[], Answer]
"""Does what was asked, at once, and says what to answer."""


class Received(msgspec.Struct, frozen=True):
    """What a side made of a request: the entry to write, and either something to do or a refusal."""

    asked: Asked
    render: Callable[[Answer], None]
    """Fills `content`, `headers` and `status` of an answer."""
    call: Call | None = None
    effect: Effect | None = None
    refusal: Answer | None = None
    """The answer of a call that failed the checks; neither faults nor hooks see it."""
    items: "tuple[Received, ...]" = ()
    """The calls of a batch, each with entries of its own; a batch that is let in has none itself."""
    join: Callable[[list[Answer]], Answer] | None = None
    """Makes one answer, ready to be sent, of the rendered answers of the items."""
