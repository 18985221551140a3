"""What a profile is: one ERP's dialect, spoken over the one store of documents."""

from collections.abc import Collection, Sequence
from collections.abc import Mapping as Dict
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

import msgspec
from flask import Flask, request

from simulator.erp.caller import Caller
from simulator.erp.dialect_app import environ_here
from simulator.erp.document import Document
from simulator.erp.refusals import REFUSALS, refused
from simulator.errors import ActRefused
from simulator.exchange import Answer, Call
from simulator.ledger.mapping import Mapping
from simulator.ledger.values import RowResult
from simulator.request import RawRequest
from simulator.words import say
from simulator.world import World

ANSWER = "simulator.answer"
"""Key of the WSGI environment under which a view notes what it told and did."""
ADMITTED = "simulator.admitted"
"""Key of the WSGI environment: whether `Profile.admits` found the key right, so that nobody need look again."""
RAW = "simulator.raw"
"""Key of the WSGI environment: the request as it came."""
CALL = "simulator.call"
"""Where the call stands that a fault may have spoilt."""
BODY = "simulator.body"
"""Key of the WSGI environment: the body as `Profile.decoded` returned it."""
CAUSE = "simulator.cause"
"""Key of the WSGI environment: number of the call's `Asked` entry."""

_decoder = msgspec.json.Decoder(float_hook=Decimal)


class Operation(NamedTuple):
    """What a request is about to do, read without doing it."""

    name: str
    """create, update, read, list or other. A list that is asked for one refund alone is a read."""
    shop: str = ""
    refunds: tuple[str, ...] = ()
    document: str = ""
    """The record it names, in the dialect's own numbers: two writes with the same one are about the same record, and
    the second is no other step. Empty: the path says it."""


class Push(NamedTuple):
    """What the ERP sends to the integration's callback URL."""

    content: bytes
    headers: Dict[str, str]
    query: str = ""


class Profile(Protocol):
    """One ERP's dialect. Subclass it, and override what the ERP has; the rest of it is what most ERPs lack.

    An instance keeps nothing: what exists is in the world. Mistakes in a request are answered as the ERP answers them.
    """

    name: str
    """Its name in targets."""
    told: str
    """What it is, for the list of profiles; a phrase with Chinese where there is some."""
    base: str
    """Path of the API, with which `${erp.url}` ends."""
    pace: float = 0.0
    """Refunds a second that its own limits let an integration bear; 0: as many as it likes."""
    rows_apart: bool = False
    """An upload of documents fails for each row by itself, also if it has but one."""
    batches_apart: bool = False
    """An upload of several documents can be done in part; one of a single document is refused as a whole."""
    errors: Dict[int, str] = {}
    """Numbers of its errors, and the words of each."""
    error_status: int = 500
    """HTTP status of those."""
    thanks: bytes = b""
    """Content of an answer to a push that says in its words that it was taken."""
    key_names: Collection[str] = ()
    """Names of the keys besides `${erp.key}` that an integration needs; `${erp.NAME}` in a target."""

    def apart(self, rows: int) -> bool:
        """Tell whether an upload of *rows* documents can fail for some of them."""
        return self.rows_apart or (self.batches_apart and rows > 1)

    def create_app(self, world: World) -> Flask:
        """Return the app that answers in this dialect; its views do not block."""

    def decoded(self, world: World, raw: RawRequest) -> object:
        """Return the body for `operation` and the ledger (without secrets); None if there is none."""
        return as_json(raw.body)

    def admits(self, world: World, raw: RawRequest) -> bool:
        """Tell whether the request carries the right key (or needs none)."""

    def operation(self, world: World, raw: RawRequest, body: object) -> Operation:
        """Tell what the request is about; *body* is what `decoded` returned."""

    def failure(self, answer: Answer) -> tuple[bytes, bytes]:
        """Return content and content type of an error that a fault made up."""

    def status_of(self, code: int) -> int:
        """Return the HTTP status with which it answers one of `errors`."""
        return self.error_status

    def keys(self, world: World) -> Dict[str, str]:
        """Return the keys that `key_names` names, made from the world's own secrets."""
        return {}

    def shop(self, world: World, nick: str) -> str:
        """Return the ERP's own number of a shop, for an integration that has to be told it; a nick is one."""
        return nick

    def refusal(self, why: str, refunds: Collection[str]) -> Answer:
        """Return the answer by which a write about *refunds* is refused; *why* is one of `refusals.REFUSALS`.

        Without headers its bytes are those of `failure`.
        """
        return Answer(status=409 if why in {"stale", "duplicate"} else 422, error=refused(why, message=REFUSALS[why]))

    def mapping(self) -> Mapping:
        """Return what the fields mean where the target does not say."""
        return Mapping()

    def fields(self, mapping: Mapping) -> Dict[str, str] | None:
        """Return name and type of every field that there is, to check a mapping by; None: it needs no mapping."""
        return None

    def form(self, found: object) -> Dict[str, Any]:
        """Return `form` of a target's mapping as `Mapping.form` keeps it.

        Raises:
            ValueError: with a phrase that says what is wrong and what would be right, and perhaps the number (from 1)
                of the widget in `widgets` where it stands.
        """
        if found:
            raise ValueError(f"{self.name} has no form")
        return {}

    def cannot(self, mapping: Mapping, decision: str) -> str:
        """Return why a *decision* cannot be told in this dialect, or an empty text."""
        return ""

    def expressed(self, world: World, document: Document) -> Dict[str, Any]:
        """Return what of `Document.raw` a decision or report changes: how it is read in this dialect."""
        return {}

    def shows_decision(self, world: World, raw: Dict[str, Any]) -> bool:
        """Tell whether a record still says what was decided; the integration may have emptied that field."""
        return True

    def push(self, world: World, document: Document, event: str, delivery: str) -> Push | None:
        """Return what is sent when *document* changed, or None if nothing is.

        *event* is decision, intercept or ship (the ERP's people), create, update or delete (the integration itself).
        """
        return None

    def besides(self, world: World, document: Document, event: str, delivery: str) -> Sequence[Push]:
        """Return what is sent besides `push` to the same URL, and tells no decision: a message to people, say."""
        return ()

    def relabel(self, world: World, field: str, label: str, cause: int) -> Push | None:
        """Give a field of the ERP's form another *label*, as who designs it does, and return what is sent about that.

        Raises:
            ActRefused: if there is no such form or field.
        """
        raise ActRefused(say("form.none", "this ERP has no form that its people design"))

    def took(self, status: int, content: bytes) -> bool:
        """Tell whether an answer to a push says that it was taken; what was not is tried again."""
        return 200 <= status < 300

    def caller(self, world: World, key: str) -> Caller:
        """Return an integration, as short as can be, that speaks this dialect with *key*: for tests and benchmarks."""
        ...


def noted() -> Answer:
    """Return the answer in which the current view notes what it tells and does."""
    environ = environ_here()
    found: Answer | None = environ.get(ANSWER)
    if found is None:
        found = environ[ANSWER] = Answer()
    return found


def admitted() -> bool:
    """Tell whether the key of the current request was found right before its view ran."""
    return bool(environ_here().get(ADMITTED))


def sent() -> RawRequest:
    """Return the current request as it came; its body costs nothing."""
    environ = environ_here()
    found: RawRequest | None = environ.get(RAW)
    if found is None:  # the app runs without the ERP's endpoint
        headers = [(name.lower().encode(), value.encode("utf-8", "surrogateescape")) for name, value in request.headers]
        body = request.get_data()
        found = environ[RAW] = RawRequest(request.method, request.path, request.query_string, headers, body)
    return found


def asked_host() -> str:
    """Return where the current request was sent (`http://HOST:PORT`), for links."""
    return f"http://{sent().header(b'host').decode('latin-1') or '127.0.0.1'}"


def refusal_of(refund_id: str, *, written: bool = False) -> str:
    """Return why the document of a refund is to be refused in the current call (`refusals.REFUSALS`), or nothing.

    *written*: asked after the document was written, for an ERP that does it and says no all the same.
    """
    call: Call | None = environ_here().get(CALL)
    if call is None or refund_id not in call.failing or call.failing_after != written:
        return ""
    return call.failing_for


def note_rows(refused: Collection[RowResult], refunds: Collection[str]) -> None:
    """Note what became of each row of an upload about *refunds* in which some were *refused*, each for itself."""
    if refused:
        said = {row.refund: row for row in refused}
        noted().results = [said.get(refund, RowResult(refund, True)) for refund in dict.fromkeys(refunds)]


def cause() -> int:
    """Return the number of the `Asked` entry of the current request (0 outside of an exchange)."""
    return int(environ_here().get(CAUSE, 0))


def as_json(body: bytes) -> Any:
    """Return *body* as JSON for the ledger (numbers exact), or what can be said of it if it is none."""
    if not body:
        return None
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return {"unreadable": len(body)}
