"""What passed between the parties about one refund: the steps that the sequence diagram draws."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from rehearsal.verbs import METHODS, verb, with_rest
from rehearsal.words import both, pair, same
from simulator.ledger.calls import short
from simulator.ledger.entry import Answered, AnyEntry, Asked, Callback, Changed, Decision, Entry
from simulator.ledger.vocabulary import ACTORS, word
from simulator.ledger.words import plain, yuan

BUYER, TMALL, INTEGRATION, ERP, REVIEWER = range(5)

MOST = 22
"""Steps a diagram shows at most; the middle is left out first."""

_READS = frozenset(
    {
        "taobao.refunds.receive.get",
        "taobao.refund.get",
        "taobao.refund.messages.get",
        "taobao.refund.refusereason.get",
        "taobao.logistics.address.search",
        "taobao.trade.fullinfo.get",
        "erp.read",
        "erp.list",
    }
)

_ACTORS = {"buyer": BUYER, "reviewer": REVIEWER, "warehouse": REVIEWER, "stranger": REVIEWER}


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One arrow of the diagram, or (with `elided`) the gap that stands for that many arrows."""

    seq: int = 0
    wall: int = 0
    source: int = TMALL
    target: int = TMALL
    words: dict[str, str]
    back: bool = False
    """An answer: drawn dashed."""
    trouble: bool = False
    """An error, or an answer that was lost."""
    proof: bool = False
    """Named in the finding."""
    breaks: bool = False
    """The violating step."""
    elided: int = 0


_DECISIONS = frozenset(
    {"approve", "refuse", "approve_return", "receive", "refuse_return", "approve_exchange", "refuse_exchange"}
    | {"approve_reship", "refuse_reship", "intercept"}
)
"""Changes of a document that a `Decision` entry tells as well."""


def steps(entries: Sequence[AnyEntry], refund: str, proof: Sequence[int], *, most: int = MOST) -> list[Step]:
    """Return at most *most* steps of *refund*. Those in *proof* are marked; the last of them breaks."""
    teller = _Teller(refund, frozenset(proof), proof[-1] if proof else 0, _effects(entries, frozenset(proof)))
    drawn = [step for entry in entries for step in teller.tell(entry)]
    return _elide(drawn, most)


class _Teller:
    """Remembers what the integration knows already, so that a read which tells nothing new is no step."""

    def __init__(self, refund: str, proof: frozenset[int], last: int, effects: Mapping[int, Changed]) -> None:
        self._refund = refund
        self._effects = effects
        self._proof = proof
        self._last = last
        self._states: dict[int, dict[str, Any]] = {}
        self._decisions: list[Decision] = []
        self._known: set[tuple[str, int]] = set()

    def tell(self, entry: Entry) -> Iterator[Step]:
        if entry.refunds and self._refund not in entry.refunds:
            return
        if isinstance(entry, Changed):
            yield from self._changed(entry)
        elif isinstance(entry, Decision):
            self._decisions.append(entry)
            amount = yuan(entry.amount) if entry.amount else ""
            yield self._step(entry, REVIEWER, ERP, with_rest(verb(entry.decision), amount))
        elif isinstance(entry, Asked):
            if effect := self._effects.get(entry.seq):
                amount = plain(effect.rows[0].values).get("amount", 0)
                yield self._step(effect, INTEGRATION, _lane(entry), with_rest(self._verb(entry), f"→ {yuan(amount)}"))
            elif entry.method not in _READS or entry.seq in self._proof:
                yield self._step(entry, INTEGRATION, _lane(entry), self._call(entry))
        elif isinstance(entry, Answered):
            yield from self._answered(entry)
        elif isinstance(entry, Callback) and entry.event != "sent":
            words = both("step.callback", "callback {event}", event=entry.event)
            yield self._step(entry, ERP, INTEGRATION, words, trouble=entry.event != "answered")

    def _changed(self, entry: Changed) -> Iterator[Step]:
        if not entry.rows or entry.rows[0].values is None:
            return
        row = entry.rows[0]
        values = plain(row.values)
        if row.entity == "refund":
            self._states[values.get("change", 1)] = values
        if entry.actor == "integration" and (entry.seq not in self._proof or entry.cause in self._effects):
            return
        if entry.side == "erp" and entry.action in _DECISIONS and entry.seq not in self._proof:
            return
        lane = TMALL if entry.side != "erp" else ERP
        source = _ACTORS.get(entry.actor, lane)
        words = with_rest(verb(entry.action), yuan(values["amount"]) if values.get("amount") else "")
        if source == lane:
            words = both("step.by", "{actor}: {did}", actor=word(ACTORS, entry.actor), did=words)
        yield self._step(entry, source, lane, words)

    def _answered(self, entry: Answered) -> Iterator[Step]:
        lane = _lane(entry)
        named = entry.seq in self._proof
        if entry.error or entry.lost or entry.status >= 400:
            words = both("step.lost", "answer lost") if entry.lost else same(self._error(entry))
            yield self._step(entry, lane, INTEGRATION, words, back=True, trouble=True)
            return
        for row in entry.results:
            if row.refund == self._refund:
                words = both("step.ok", "ok") if row.succ else _failed(row.message)
                yield self._step(entry, lane, INTEGRATION, words, back=True, trouble=not row.succ)
        news = [(entry.side, told.change) for told in entry.told if told.refund == self._refund]
        if news and entry.method in _READS and (named or not self._known.issuperset(news)):
            self._known.update(news)
            yield self._step(entry, lane, INTEGRATION, self._news(entry.side, news[-1][1]), back=True)
        elif named and not entry.results:
            yield self._step(entry, lane, INTEGRATION, both("step.done", "done"), back=True)

    def _news(self, side: str, change: int) -> dict[str, str]:
        if side == "erp":
            decided = [decision.decision for decision in self._decisions if decision.revision <= change]
            if decided:
                return both("step.decision", "told: decision {decision}", decision=verb(decided[-1]))
            return both("step.revision", "told: revision {revision}", revision=change)
        values = self._states.get(change)
        if values is None:
            return both("step.change", "told: change {change}", change=change)
        return both(
            "step.told",
            "told: {content}",
            content=f"{yuan(values.get('amount', 0))} {values.get('status', '')}",
        )

    def _call(self, entry: Asked) -> dict[str, str]:
        return with_rest(self._verb(entry), self._arguments(entry))

    @staticmethod
    def _verb(entry: Asked) -> dict[str, str]:
        return verb(METHODS[entry.method]) if entry.method in METHODS else pair(short(entry.method))

    def _arguments(self, entry: Asked) -> str | dict[str, str]:
        if entry.method == "taobao.rp.refunds.agree":
            for info in str(entry.params.get("refund_infos", "")).split(","):
                parts = info.split("|")
                if parts[0] == self._refund and len(parts) > 1:
                    return both("step.fen", "{n} fen", n=parts[1])
        body = entry.params.get("body")
        if isinstance(body, dict):
            said = [str(body[name]) for name in ("amount", "status") if body.get(name)]
            return " ".join(said)
        return ""

    @staticmethod
    def _error(entry: Answered) -> str:
        error = entry.error
        return str(error.get("sub_code") or error.get("message") or error.get("msg") or f"HTTP {entry.status}")

    def _step(
        self,
        entry: Entry,
        source: int,
        target: int,
        words: dict[str, str],
        *,
        back: bool = False,
        trouble: bool = False,
    ) -> Step:
        return Step(
            seq=entry.seq,
            wall=entry.wall,
            source=source,
            target=target,
            words=words,
            back=back,
            trouble=trouble,
            proof=entry.seq in self._proof,
            breaks=entry.seq == self._last,
        )


def _effects(entries: Sequence[AnyEntry], proof: frozenset[int]) -> dict[int, Changed]:
    """Return, by the call that caused it, each effect of the integration's own calls that is part of the proof.

    Such an effect is drawn as its call, with what came of it: that is where the integration did wrong.
    """
    calls = {entry.seq for entry in entries if isinstance(entry, Asked)}
    return {
        entry.cause: entry
        for entry in entries
        if isinstance(entry, Changed) and entry.seq in proof and entry.actor == "integration" and entry.cause in calls
    }


def _failed(message: str) -> dict[str, str]:
    return same(message) if message else both("step.failed", "failed")


def _lane(entry: Asked | Answered) -> int:
    return ERP if entry.side == "erp" or entry.method.startswith("erp.") else TMALL


def _elide(drawn: list[Step], most: int) -> list[Step]:
    """Keep the beginning, what is proof with what stands before it, and the end; name the gaps."""
    if len(drawn) <= most:
        return drawn
    keep = {0, 1, 2, len(drawn) - 1}
    keep |= {near for n, step in enumerate(drawn) if step.proof for near in (n - 1, n) if near >= 0}
    if len(keep) > most:
        ranked = sorted(keep, key=lambda n: (not drawn[n].breaks, not drawn[n].proof, n))
        keep = set(ranked[:most])
    for n in sorted(set(range(len(drawn))) - keep, key=lambda n: -n):
        if len(keep) >= most - 4:
            break
        keep.add(n)
    shown: list[Step] = []
    before = -1
    for n in sorted(keep):
        if gap := n - before - 1:
            shown.append(Step(words=both("step.elided", "{n} more steps", n=gap), elided=gap))
        shown.append(drawn[n])
        before = n
    if gap := len(drawn) - 1 - before:
        shown.append(Step(words=both("step.elided", "{n} more steps", n=gap), elided=gap))
    return shown
