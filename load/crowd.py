"""What buyers and reviewers do in a wave, through the control API: plain functions over an HTTP session.

Nothing here knows locust, and nothing here judges. Each arrival has a *fate*, drawn from the seed before the
wave; the crowd acts on what the ledger shows (the document exists, the goods must go back), never on a timer.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec

from load.shapes import rush
from simulator.act import yuan
from simulator.chance import chance
from simulator.ledger.entry import Changed

PLAY = "LOAD"
"""The play that trades of a wave belong to."""

THINKING = 0.4
"""Seconds a reviewer or buyer thinks at most before she acts."""

AMOUNTS = (1, 29, 115, 835, 1999, 14505, 103445, 999999)
"""Fen; those that a binary float gets wrong are among them."""

MOST = 1_000_000
"""Fen: more than the platform lets anybody agree to in one call would need a human."""


class Wave(msgspec.Struct, frozen=True, kw_only=True):
    """The order to the load process; it travels in its environment, because it holds the control token."""

    control: str
    token: str
    shops: tuple[str, ...]
    """Nicks of the shops that buyers buy at, in turn."""
    kinds: tuple[str, ...]
    """Refund kinds that the integration handles."""
    rate: float
    """Refunds opened a second."""
    peak: float = 1.0
    """How many times the rate comes in the middle fifth."""
    seconds: float
    seed: int
    after: int
    """The ledger's last number before the wave."""
    patience: float
    """Seconds that reviewers wait for documents after the last arrival."""
    record: str
    """File that the load process writes its `Record` to."""


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """One buyer: when she comes, what she bought, and what will become of her refund."""

    number: int
    due: float
    """Seconds from the wave's start."""
    shop: str
    fate: str
    """approve, refuse, withdraw or return."""
    kind: str
    total: int
    """Fen: what she paid."""
    amount: int
    """Fen: what she asks back."""
    thinking: float
    """Seconds before each act about this refund."""


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """An arrival that happened: the refund it opened, or why there is none."""

    number: int
    due: float
    late: float
    """Seconds between the time it was due and the time it began."""
    took: float
    """Seconds until the simulator had answered both requests."""
    refund: str = ""
    problem: str = ""


class Record(msgspec.Struct, kw_only=True):
    """What the load process saw; the other half of the comparison with the ledger."""

    arrivals: list[Opened] = []
    acts: int = 0
    """Acts of reviewers, buyers and the warehouse after the opening."""
    refused: list[str] = []
    """Acts that the sandbox refused, with the reason."""
    control: list[float] = []
    """Seconds each request to the control API took."""
    probes: list[float] = []
    """Seconds a request took that costs the simulator nothing: what its event loop lags behind."""
    stalls: list[float] = []
    """Seconds the load process itself came too late to a probe."""
    problems: list[str] = []


class Deed(msgspec.Struct, frozen=True):
    """An act that someone in the crowd wants to do now."""

    act: str
    args: dict[str, Any]
    thinking: float


class Answer(Protocol):
    """An answer, as locust's and other HTTP clients have it."""

    @property
    def status_code(self) -> int:
        """The HTTP status."""

    @property
    def content(self) -> bytes | str | None:
        """The body."""


class Session(Protocol):
    """The one ability that the crowd needs of an HTTP session."""

    def post(self, url: str, *, json: Any, headers: Mapping[str, str], name: str) -> Answer:
        """Send *json* to *url*; *name* is what statistics call it."""


def arrivals(wave: Wave) -> list[Arrival]:
    """Return everyone who comes in *wave*; the same seed gives the same crowd."""
    times = rush(wave.rate, wave.seconds, wave.seed, wave.peak)
    return [_arrival(wave, number, due) for number, due in enumerate(times, start=1)]


def _arrival(wave: Wave, number: int, due: float) -> Arrival:
    draw = chance(wave.seed, "buyer", number)
    roll = draw.random()
    fate = "approve" if roll < 0.8 else "refuse" if roll < 0.9 else "withdraw"
    returns = "return_refund" in wave.kinds
    if "refund_only" not in wave.kinds or (fate == "approve" and returns and draw.random() < 0.15):
        fate = "return" if fate == "approve" else fate
        kind = "return_refund"
    else:
        kind = "refund_only"
    total = min(MOST, draw.choice(AMOUNTS) + draw.randrange(0, 500))
    amount = total if draw.random() < 0.5 else draw.randint(1, total)
    return Arrival(
        number=number,
        due=due,
        shop=wave.shops[number % len(wave.shops)],
        fate=fate,
        kind=kind,
        total=total,
        amount=amount,
        thinking=draw.uniform(0, THINKING),
    )


def open_refund(http: Session, headers: Mapping[str, str], buyer: Arrival) -> str:
    """Let *buyer* buy and ask her money back; return the refund's id.

    Raises:
        RuntimeError: if the sandbox does not let her, with its reason.
    """
    shipped = buyer.kind == "return_refund" or buyer.fate == "refuse"  # goods on the shelf cannot be refused
    trade = {
        "shop": buyer.shop,
        "orders": [{"price": yuan(buyer.total), "num": 1}],
        "shipped": shipped or buyer.number % 2 == 0,
        "play": PLAY,
    }
    made = _answer(http.post("/v1/trades", json=trade, headers=headers, name="trade"))
    args = {"tid": made["tid"], "kind": buyer.kind, "amount": yuan(buyer.amount)}
    done = _answer(
        http.post("/v1/acts", json={"act": "buyer.apply", "args": args, "play": PLAY}, headers=headers, name="apply")
    )
    if not done["accepted"]:
        raise RuntimeError(f"buyer.apply was refused: {done['reason']}")
    return str(done["result"]["refund_id"])


def do(http: Session, headers: Mapping[str, str], deed: Deed) -> str:
    """Do *deed*; return why the sandbox refused it, or nothing."""
    body = {"act": deed.act, "args": deed.args, "play": PLAY}
    done = _answer(http.post("/v1/acts", json=body, headers=headers, name=deed.act))
    return "" if done["accepted"] else f"{deed.act} {deed.args['refund']}: {done['reason']}"


def _answer(answer: Answer) -> Any:
    if answer.status_code != 200 or not answer.content:
        raise RuntimeError(f"the control API answered {answer.status_code}: {answer.content!r:.200}")
    return msgspec.json.decode(answer.content)


class _Step(msgspec.Struct, frozen=True):
    """When a row of *entity* shows *status*, someone does *act*."""

    entity: str
    status: str
    act: str
    args: Mapping[str, Any] = {}


_STEPS: Mapping[str, tuple[_Step, ...]] = {
    "approve": (_Step("document", "pending", "reviewer.approve"),),
    "refuse": (_Step("document", "pending", "reviewer.refuse", {"text": "签收记录显示已收货", "proof": "photo"}),),
    "withdraw": (_Step("document", "pending", "buyer.withdraw"),),
    "return": (
        _Step("document", "pending", "reviewer.approve_return"),
        _Step("refund", "WAIT_BUYER_RETURN_GOODS", "buyer.ship_back", {"company": "顺丰速运"}),
        _Step("document", "waiting_receipt", "warehouse.receive"),
    ),
}
"""What becomes of a refund, by fate; each step is done once, in order."""


class Agenda:
    """Who has what to do next: follows the ledger, and yields each act of the crowd exactly once."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._buyers: dict[str, Arrival] = {}
        self._done: dict[str, int] = {}
        self._early: dict[str, list[tuple[str, str]]] = {}

    def opened(self, refund: str, buyer: Arrival) -> list[Deed]:
        """Note whose *refund* it is; return what the ledger already showed reason to do."""
        self._buyers[refund] = buyer
        self._done[refund] = 0
        early = self._early.pop(refund, [])
        return [deed for entity, status in early for deed in self._about(refund, entity, status)]

    def saw(self, entry: Changed) -> list[Deed]:
        """Return what someone wants to do because of *entry*."""
        if PLAY not in entry.plays:
            return []
        deeds: list[Deed] = []
        for row in entry.rows:
            if row.entity in ("refund", "document") and isinstance(row.values, dict):
                if row.entity == "document" and row.values.get("kind", "refund") != "refund":
                    continue  # nobody decides about a notice of goods
                status = row.values.get("status", "pending")
                deeds += self._about(str(row.values.get("refund_id", "")), row.entity, status)
        return deeds

    def _about(self, refund: str, entity: str, status: str) -> Sequence[Deed]:
        buyer = self._buyers.get(refund)
        if buyer is None:  # the ledger was faster than the answer to the buyer
            self._early.setdefault(refund, []).append((entity, status))
            return ()
        steps, done = _STEPS[buyer.fate], self._done[refund]
        if done >= len(steps) or (steps[done].entity, steps[done].status) != (entity, status):
            return ()
        self._done[refund] = done + 1
        step = steps[done]
        waybill = {"waybill": f"SF{buyer.number:012d}"} if step.act == "buyer.ship_back" else {}
        return (Deed(step.act, {"refund": refund, **step.args, **waybill}, buyer.thinking),)

    @property
    def waiting(self) -> int:
        """How many refunds still have an act of the crowd before them."""
        return sum(1 for refund, buyer in self._buyers.items() if self._done[refund] < len(_STEPS[buyer.fate]))
