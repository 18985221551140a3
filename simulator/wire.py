"""Joins connection, faults and ledger: one exchange from its last byte to the last byte of the answer.

The requests of one turn of the loop are handled together: all that came is answered in its order, all entries are
written in one piece, and only then do the answers leave.
"""

from collections.abc import Callable
from typing import Protocol

from simulator.connection import Connection
from simulator.exchange import Answer, Call, Effect, Received, Rest
from simulator.faults.plan import FaultPlan
from simulator.hooks import Hooks
from simulator.ledger.book import LedgerError
from simulator.ledger.entry import Answered, Delivered
from simulator.request import RawRequest
from simulator.world import World


class Side(Protocol):
    """One of the two fakes, as the wire knows it."""

    def receive(self, raw: RawRequest) -> Received:
        """Read and check *raw*; do nothing yet."""
        ...


_Leaving = tuple[Connection, RawRequest, Answer, tuple[Received, ...]]
"""An answer that is ready, and what it answers: a request, which is one call, or several of a batch."""


class Wire:
    """Takes the requests of one side."""

    def __init__(self, world: World, plan: FaultPlan, hooks: Hooks, side: Side) -> None:
        """Join *side* to the world's ledger, faults and hooks."""
        self._world = world
        self._plan = plan
        self._hooks = hooks
        self._side = side
        self._came: list[tuple[RawRequest, Connection]] = []
        """The requests of this turn of the loop."""
        self._leaving: list[_Leaving] = []

    def take(self, raw: RawRequest, connection: Connection) -> None:
        """Serve *raw* at the end of this turn of the loop."""
        if not self._came:
            connection.loop.call_soon(self._turn)
        self._came.append((raw, connection))

    def _turn(self) -> None:
        came, self._came = self._came, []
        for raw, connection in came:
            try:
                self._serve(raw, connection)
            except Exception as error:  # one call that we fail to answer shall not be the end of others
                connection.fail(error)
        self._leave()

    def _serve(self, raw: RawRequest, connection: Connection) -> None:
        received = self._side.receive(raw)
        if received.items and received.join is not None:
            connection.later(self._batch(received.items, received.join, raw, connection))
            return
        self._world.book.append(received.asked)
        rest = self._begin(received)
        if isinstance(rest, Answer):
            self._decide(received, rest)
            self._leaving.append((connection, raw, rest, (received,)))
        else:
            connection.later(self._late(rest, received, raw, connection))

    async def _late(self, rest: Rest, received: Received, raw: RawRequest, connection: Connection) -> None:
        """Serve a call that a fault has struck."""
        answer = await rest()
        self._decide(received, answer)
        self._leaving.append((connection, raw, answer, (received,)))
        self._leave()

    async def _batch(
        self,
        items: tuple[Received, ...],
        join: Callable[[list[Answer]], Answer],
        raw: RawRequest,
        connection: Connection,
    ) -> None:
        """Serve the calls of a batch, one after the other, and send their answers as one."""
        answers: list[Answer] = []
        for item in items:
            self._world.book.append(item.asked)
            rest = self._begin(item)
            answers.append(rest if isinstance(rest, Answer) else await rest())
        lost = next((answer.lost for answer in answers if answer.lost), "")
        for item, answer in zip(items, answers, strict=True):
            answer.lost = lost  # what is lost of one is lost of all
            self._decide(item, answer)
        whole = join(answers)
        whole.lost = lost
        self._leaving.append((connection, raw, whole, items))
        self._leave()

    def _begin(self, received: Received) -> Answer | Rest:
        """Return the answer to a call that is in the ledger, or what a fault that has struck it makes of the rest."""
        if received.refusal is not None:
            return received.refusal
        call, effect = received.call, received.effect
        if call is None or effect is None:
            raise AssertionError("a side gave neither a refusal nor something to do")
        call.seq = received.asked.seq

        async def rest() -> Answer:
            return self._happen(call, effect)

        return self._plan.around(call, rest) or self._happen(call, effect)

    def _happen(self, call: Call, effect: Effect) -> Answer:
        self._hooks.fire(call, "before effect")
        changes: list[int] = []
        self._world.changes = changes
        answer = effect()
        answer.changes = changes
        self._world.changes = None
        # A write that was refused, whole or in every row, had no effect for an act to follow.
        if answer.effect or not (answer.error or answer.results):
            self._hooks.fire(call, "after effect")
        return answer

    def _decide(self, received: Received, answer: Answer) -> None:
        """Make *answer* ready, and note it."""
        received.render(answer)
        asked = received.asked
        entry = Answered(
            side=asked.side,
            shop=asked.shop,
            refunds=asked.refunds,
            plays=asked.plays,
            call=asked.seq,
            method=asked.method,
            effect=answer.effect,
            told=tuple(answer.told),
            fields=answer.fields,
            body=answer.body,
        )
        # What few answers have is set behind: a struct takes the longer for each argument, the more it is given.
        entry.status, entry.error, entry.understood = answer.status, answer.error, answer.understood
        entry.total, entry.has_next = answer.total, answer.has_next
        entry.changes, entry.results = tuple(answer.changes), tuple(answer.results)
        entry.fault, entry.lost, entry.dropped = answer.fault, bool(answer.lost), tuple(answer.dropped)
        self._world.book.append(entry)

    def _leave(self) -> None:
        """Write what the ledger is to know, then send every answer that is ready."""
        leaving, self._leaving = self._leaving, []
        try:
            self._world.book.flush()
        except LedgerError:
            for connection, *_ in leaving:  # nobody is told what is in no ledger
                connection.abort()
            raise
        for connection, raw, answer, answered in leaving:
            accepted = connection.answer(answer, head_only=raw.method == "HEAD")
            if accepted or answer.lost:
                self._left(answered, accepted=accepted)
            else:
                connection.later(self._left_later(answered, connection))

    async def _left_later(self, answered: tuple[Received, ...], connection: Connection) -> None:
        self._left(answered, accepted=await connection.accepted())

    def _left(self, answered: tuple[Received, ...], *, accepted: bool) -> None:
        """Note that those calls were answered, if the last byte was *accepted*, and do what is to happen then."""
        if accepted:
            for received in answered:
                asked = received.asked
                self._world.book.append(
                    Delivered(
                        call=asked.seq, side=asked.side, shop=asked.shop, refunds=asked.refunds, plays=asked.plays
                    )
                )
        for received in answered:
            if received.call is not None:
                self._hooks.fire(received.call, "after answer")
