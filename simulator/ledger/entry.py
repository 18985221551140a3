"""The kinds of entries a ledger holds: one JSON object a line, told apart by `kind`.

An HTTP call is three entries: `Asked` (its last byte arrived), `Answered` (written before the first byte of
the answer leaves) and `Delivered` (the last byte of the answer was accepted). A call without `Delivered` has an
*unknown* outcome for the integration: it excuses, and never accuses.

Units: money is integer fen; `wall` is milliseconds since 1970 UTC; `mono` is microseconds of the monotonic
clock, good for durations only. Order is `seq`, and nothing else.
"""

from typing import Any, Literal

import msgspec

from simulator.ledger.values import Row, RowResult, Told, Upload

FORMAT = 1
"""The ledger format that this version writes. Readers take it and older ones, and refuse newer ones."""

Side = Literal["", "tmall", "oauth", "erp", "control", "harness"]


class Entry(msgspec.Struct, kw_only=True, omit_defaults=True, tag_field="kind"):
    """What every entry has: its number, its times, and whom it is about."""

    seq: int = 0
    wall: int = 0
    mono: int = 0
    side: str = ""
    shop: str = ""
    """The shop's nick."""
    refunds: tuple[str, ...] = ()
    """The refund ids it is about. Lists, token and connect calls name none."""
    plays: tuple[str, ...] = ()
    """The plays those refunds (or that trade) belong to, such as `S05#1`."""

    def __str__(self) -> str:
        from simulator.ledger.words import line  # the wording is a file of its own

        return line(self)


class Header(Entry, tag="header"):
    """The first line: all that `judge` needs to know about the run besides what happened."""

    format: int = 0
    """Always written out (a default would not be), so that readers of other versions know."""
    product: str = ""
    rules: int = 1
    """Version of the rules; raised when a rule's meaning changes."""
    seed: int = 0
    settings: dict[str, Any] = {}
    """Setting name to {value, origin}; every setting is listed, also those left at their default."""
    declaration: dict[str, Any] = {}
    """What the target declares (`simulator.ledger.declaration.Declaration` as JSON)."""
    command: str = ""
    """What the harness was asked to do, in words: `rehearse`, `run S05`, `serve`."""


class Asked(Entry, tag="asked"):
    """A call's last byte arrived. `refunds` are the ids its parameters name."""

    method: str = ""
    """TOP method name (`taobao.refund.get`), or `erp.` and the operation: create, update, read, list."""
    params: dict[str, Any] = {}
    """Decoded parameters; secrets are replaced by tokens (`tok:…`; equal value, equal token).

    For the ERP: path, query and JSON body.
    """
    document: str = ""
    """ERP: the record that the call names, in the dialect's own numbers; empty: the path says it."""
    files: tuple[Upload, ...] = ()
    session: str = ""
    """For a good session its role: `main` or `sub`; else empty."""
    signed: bool | None = None
    """Tmall: whether the signature was right. None where there is none to check."""
    limited: bool = False
    """Tmall: flow control refused it (code 7)."""
    skew: int | None = None
    """Tmall: the caller's timestamp minus ours, in ms. None if absent or unreadable."""
    began: int = 0
    """`mono` of the first byte; the entry's own `mono` is that of the last."""
    bytes: int = 0
    """Size of the request's body."""


class Answered(Entry, tag="answered"):
    """An answer was decided; written before its first byte leaves. `refunds` as in its `Asked`."""

    call: int = 0
    """`seq` of its `Asked`."""
    method: str = ""
    status: int = 200
    """HTTP status."""
    error: dict[str, Any] = {}
    """Empty for success; else {code, msg, sub_code, sub_msg} (Tmall) or {code, message} (ERP)."""
    effect: bool = False
    """Whether the call changed anything (also when the answer is lost or an error)."""
    changes: tuple[int, ...] = ()
    """`seq` of the `Changed` entries that this call caused."""
    told: tuple[Told, ...] = ()
    fields: tuple[str, ...] = ()
    """Row field names that were really on the wire for the rows in `told`; ("*",) means all of them."""
    results: tuple[RowResult, ...] = ()
    """Per-row results of a batch, in the order of the wire; of an ERP's upload only if a row was refused."""
    dropped: tuple[str, ...] = ()
    """Refund ids whose row or result a fault left out."""
    total: int | None = None
    has_next: bool | None = None
    body: dict[str, Any] = {}
    """Small answers in full (writes, reads of one document); empty for lists."""
    fault: str = ""
    """Name of the fault that touched the answer."""
    lost: bool = False
    """The answer was deliberately not delivered whole."""
    understood: str = ""
    """Empty, or why the fake could not do what was asked (known method not built yet)."""


class Delivered(Entry, tag="delivered"):
    """The last byte of an answer was accepted by the peer's side of the connection."""

    call: int = 0


class Changed(Entry, tag="changed"):
    """The world changed: several rows at once, in one line, so that a crash never leaves half of it."""

    actor: str = ""
    """integration, buyer, agent, platform, timer, staff, reviewer, warehouse, harness."""
    action: str = ""
    """apply, modify, withdraw, ship_back, correct_waybill, review, agree, agree_return, refuse, refuse_return, ship,
    timeout …, of staff step_in, rule_for_buyer …; on the ERP's side create, update, approve, receive …
    """
    cause: int = 0
    """`seq` of the `Asked`, `Act` or `Timer` that caused it; 0 for the harness itself."""
    rows: tuple[Row, ...] = ()
    """The main row first. Rows of entity `refund` carry their own `change` number (1 for the first)."""


class Decision(Entry, tag="decision"):
    """A reviewer or the warehouse decided about an ERP document, in whatever dialect."""

    document: str = ""
    """The document's id in the ERP."""
    decision: str = ""
    """approve, refuse, approve_return, receive, refuse_return, approve_exchange, refuse_exchange, approve_reship,
    refuse_reship.

    And what the warehouse reports: intercept (with `result`), ship (with `company` and `waybill`).
    """
    revision: int = 0
    """The document's revision from which this decision can be read; told by an answer carrying it (or a later one)."""
    by: str = ""
    """reviewer or warehouse."""
    amount: int = 0
    """Fen: the amount decided upon, as the document showed it."""
    type: str = ""
    """refund_only, return_refund, exchange or reship, as the document showed it."""
    quantity: int = 0
    """Pieces; with `receive` all that came back so far."""
    receipt: str = ""
    """With `receive`: id of the receipt, a corrected one keeps its own."""
    result: str = ""
    """With `intercept`: stopped or gone."""
    company: str = ""
    """With `ship`: carrier of the parcel."""
    waybill: str = ""
    text: str = ""
    proof: str = ""
    """sha256 of the proof picture, or empty."""
    address: str = ""
    """Id of the return address chosen, or empty for the default."""
    cause: int = 0


class Act(Entry, tag="act"):
    """An actor did something, or tried to: `buyer.apply`, `reviewer.approve`."""

    act: str = ""
    args: dict[str, Any] = {}
    accepted: bool = True
    reason: str = ""
    """Why it was refused."""
    reason_zh: str = ""
    """The same in Chinese."""
    error: str = ""
    """The platform's sub code for that; empty where it has none, or the act is the ERP's."""
    hook: str = ""
    """Id of the hook that fired it, if one did."""
    started: bool = False
    """True on the first of the two entries of an act (before its effects); the second has accepted and reason."""


class Fault(Entry, tag="fault"):
    """A fault was armed, struck a call, or was lifted."""

    fault: str = ""
    """Its id in this run, such as `f3`."""
    name: str = ""
    event: str = ""
    """start, strike, end."""
    scope: dict[str, Any] = {}
    call: int = 0
    """The call struck."""


class Timer(Entry, tag="timer"):
    """A platform time limit of a refund passed."""

    timer: str = ""


class SettingChanged(Entry, tag="setting"):
    """A setting got another value during the run."""

    name: str = ""
    value: Any = None
    origin: str = ""


class ClockStepped(Entry, tag="clock"):
    """The wall clock jumped against the monotonic one, by that many ms."""

    by: int = 0
    wanted: bool = False
    """A story moved the time on, here and at the integration; else the machine's clock was set."""


class Life(Entry, tag="life"):
    """Something happened to a process.

    `simulator` started, recovered, stopping; `integration` started, ready, attached, killed, exited.
    """

    who: str = ""
    event: str = ""
    detail: dict[str, Any] = {}


class Callback(Entry, tag="callback"):
    """The ERP called the integration: `sent`, then `answered` (2xx), `refused` (another status) or `failed`."""

    callback: str = ""
    event: str = ""
    document: str = ""
    revision: int = 0
    url: str = ""
    status: int = 0
    detail: str = ""
    defect: str = ""
    """Empty, or what is wrong with it: strangers sent it, not the ERP (`simulator.erp.strangers.DEFECTS`)."""


class Published(Entry, tag="published"):
    """The platform put a message (TMC) into a queue. `refunds` are those it tells of."""

    message: str = ""
    """Its number, as text: more than 2**53."""
    topic: str = ""
    content: str = ""
    """The JSON text, as it goes over the wire."""
    app_key: str = ""
    group: str = ""
    """The app's queue that it went into."""
    user_id: int = 0
    """Of the shop."""
    told: tuple[Told, ...] = ()
    """What whoever gets it whole is told; `fields` as in `Answered`."""
    fields: tuple[str, ...] = ()
    cause: int = 0
    """`seq` of the `Changed` entry that it tells of; 0: of none."""
    repeats: str = ""
    """The message that this one says once more under a number of its own."""
    fault: str = ""
    due: int = 0
    """When it may be delivered first (`wall`); 0: at once."""
    expires: int = 0
    """When it expires (`wall`), if that is sooner than the retention; 0: it has no end of its own."""
    copy: int = 0
    """From 1: delivered besides the message of that number itself, whether that is confirmed or not."""
    lost: bool = False
    """It never gets into the queue."""


class Pushed(Entry, tag="pushed"):
    """A message was handed out. Over the websocket (`ws`) its bytes were accepted; over `http` see the call's end."""

    message: str = ""
    app_key: str = ""
    group: str = ""
    channel: str = ""
    """ws or http."""
    connection: str = ""
    call: int = 0
    """http: the `Asked` that it answers; it was told when that call has its `Delivered`."""
    attempt: int = 1
    copy: int = 0
    again: int = 0
    """When it is handed out again unless it is confirmed before (`wall`)."""
    altered: str = ""
    """The content that a fault put in the place of its own."""
    fault: str = ""


class Confirmed(Entry, tag="confirmed"):
    """The integration confirmed a message, or said that it failed to handle it (then it comes again)."""

    message: str = ""
    app_key: str = ""
    group: str = ""
    channel: str = ""
    connection: str = ""
    call: int = 0
    copy: int = 0
    result: str = "ok"
    """ok or failed."""
    reason: str = ""


class Expired(Entry, tag="expired"):
    """Nobody confirmed a message within the platform's retention: it is gone. Or its queue was deleted."""

    message: str = ""
    app_key: str = ""
    group: str = ""
    copy: int = 0


class Connection(Entry, tag="connection"):
    """Something happened to a connection of the message channel: opened, refused, closed, taken_over."""

    connection: str = ""
    event: str = ""
    app_key: str = ""
    group: str = ""
    detail: str = ""


class Mark(Entry, tag="mark"):
    """The harness notes something that is not of either side.

    Names in use: `play` (detail: play, story, twin, calm, judges, event = started|settling|ended, outcome, reason,
    reason_zh),
    `phase` (detail: phase = doctor|stories|exploring|load|settling|done, event = started|ended),
    `clean` (all faults are lifted from here on), `end` (the run is over; detail: complete),
    `explored` (detail: `contract_tests.explore.Exploration`), `load` (detail: `load.run.LoadResult`).
    """

    name: str = ""
    detail: dict[str, Any] = {}


AnyEntry = (
    Header
    | Asked
    | Answered
    | Delivered
    | Changed
    | Decision
    | Act
    | Fault
    | Timer
    | SettingChanged
    | ClockStepped
    | Life
    | Callback
    | Published
    | Pushed
    | Confirmed
    | Expired
    | Connection
    | Mark
)
