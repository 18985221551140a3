"""Reads a ledger in one pass and makes cases of it: one a refund, with everything that happened to it, in order.

The pass is a table from an entry's type to what is done with it. It must stay cheap: a rehearsal under load leaves
hundreds of thousands of entries.
"""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from contract_tests.call import LIST, MODIFYING, Call, passing
from contract_tests.case import Case, Revision, State, Telling
from contract_tests.disturbances import Disturbances
from contract_tests.exchange_case import ExchangeCase, Step
from contract_tests.letter import Letter
from contract_tests.listing import Listing
from simulator.erp.document import Document
from simulator.ledger.entry import (
    Act,
    Answered,
    AnyEntry,
    Asked,
    Callback,
    Changed,
    ClockStepped,
    Confirmed,
    Decision,
    Delivered,
    Entry,
    Fault,
    Header,
    Life,
    Mark,
    Published,
    Pushed,
    SettingChanged,
)
from simulator.ledger.values import Row
from simulator.tmall.exchange import Exchange
from simulator.tmall.refund import Refund

TIMESTAMP_LIMIT = 600_000
"""ms by which a call's timestamp may differ from the platform's time."""

GOODS = frozenset({"exchange", "reship", "inbound"})
"""Kinds of documents that are not about the money."""

REPORTS = frozenset({"intercept", "ship"})
"""What the warehouse reports besides decisions."""

_UNSIGNED = frozenset({24, 25, 30, 31})
"""Codes of the platform for a missing or wrong signature or timestamp."""


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the garbage collector from walking a history again and again while it only grows."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class History(Disturbances):
    """A whole ledger, arranged. Build it with `History.read`."""

    @classmethod
    def read(cls, entries: Iterable[AnyEntry]) -> "History":
        """Return the history that *entries* tell."""
        history = cls()
        handlers = {kind: handler.__get__(history) for kind, handler in _HANDLERS.items()}
        entry = None
        with collector_paused():
            for history.entries, entry in enumerate(entries, start=1):
                handler = handlers.get(entry.__class__)
                if handler is not None:
                    handler(entry)
        if entry is not None:
            history.last, history.today = entry.mono, entry.wall - history.moved
        return history

    def _header(self, entry: Header) -> None:
        self.header = entry
        self.lag = float(entry.settings.get("list_lag", {}).get("value", 0))

    def _changed(self, entry: Changed) -> None:
        for row in entry.rows:
            if row.values is None:
                continue
            entity = row.entity
            if entity == "refund":
                self._refund(entry, row)
            elif entity == "document":
                self._document(entry, row)
            elif entity == "trade":
                self.sold.trade(row.id, row.values)
            elif entity == "order":
                self.sold.order(row.id, row.values, entry.seq, entry.mono)
            elif entity == "exchange":
                self._exchange(entry, row)
            elif entity == "shop":
                self.sold.shop(row.id, row.values)
            elif entity == "session":
                self.sessions.row(entry, row)

    def _refund(self, entry: Changed, row: Row) -> None:
        values = row.values
        refund = values if values.__class__ is Refund else msgspec.convert(values, Refund)
        case = self.cases.get(refund.refund_id)
        if case is None:
            case = self.cases[refund.refund_id] = Case(refund.refund_id, refund.shop, entry.plays, self)
            self.orders.setdefault(str(refund.oid), []).append(case)
            self.trades.setdefault(str(refund.tid), []).append(case)
            self.of_shop.setdefault(refund.shop, []).append(case)
            for play in entry.plays:
                self.of_play.setdefault(play, []).append(case)
        state = State(entry.seq, entry.mono, entry.actor, entry.action, entry.cause, refund, entry.wall)
        case.states.append(state)
        case.by_change[refund.change] = state

    def _exchange(self, entry: Changed, row: Row) -> None:
        values = row.values
        exchange = values if values.__class__ is Exchange else msgspec.convert(values, Exchange)
        case = self.exchanges.get(exchange.dispute_id)
        if case is None:
            case = ExchangeCase(exchange.dispute_id, exchange.shop, entry.plays, self)
            self.exchanges[exchange.dispute_id] = case
        case.steps.append(Step(entry.seq, entry.mono, entry.actor, entry.action, entry.cause, exchange))

    def _document(self, entry: Changed, row: Row) -> None:
        values = row.values
        document = values if values.__class__ is Document else msgspec.convert(values, Document)
        case = self.about(document.refund_id)
        if case is not None:
            revision = Revision(entry.seq, entry.mono, entry.actor, entry.action, entry.cause, document)
            if document.shop not in {"", case.shop}:
                case.misfiled.append(revision)
                return
            (case.goods if document.kind in GOODS else case.revisions).append(revision)
            if document.shipped and case.states:
                self.sold.left(case.last.refund.oid, entry.seq, entry.mono)

    def _asked(self, entry: Asked) -> None:
        call = self._open[entry.seq] = Call(entry)
        if entry.side == "tmall":
            self.calls += 1
            self.bans.asked(call)
            skew = entry.skew
            if entry.signed is False or (skew is not None and not -TIMESTAMP_LIMIT <= skew <= TIMESTAMP_LIMIT):
                self.unsigned[entry.seq] = call
            self.sessions.asked(call)
            if entry.method == LIST:
                listing = self.listings.get(entry.shop)
                if listing is None:
                    listing = self.listings[entry.shop] = Listing()
                listing.asked(call)
        elif not entry.refunds and entry.side == "erp":
            self._erp_asked(entry, call)
        elif entry.side == "oauth":
            self.sessions.asked(call)
        for refund in entry.refunds:
            case = self.about(refund)
            if case is not None:
                case.calls.append(call)

    def _erp_asked(self, entry: Asked, call: Call) -> None:
        """Note a read of the ERP that names no refund that the ERP knows."""
        if entry.method == "erp.read":
            self.erp_reads.setdefault(entry.document or str(entry.params.get("path")), []).append(call)
        elif entry.method == "erp.list":
            self.erp_lists.append(call)
        query = entry.params.get("query")
        if query and "refund_id" in query:
            case = self.about(str(query["refund_id"]))
            if case is not None:
                case.lookups.append(call)

    def _answered(self, entry: Answered) -> None:
        call = self._open.get(entry.call)
        if call is None:
            return
        call.answered = entry
        if entry.error and not entry.fault and entry.error.get("code") in _UNSIGNED and entry.side == "tmall":
            self.unsigned[call.seq] = call
        if entry.side == "tmall" and not entry.fault:
            self._weighed(entry, call)
        if entry.results and entry.side == "erp":
            self._row_by_row(entry, call)
        if entry.understood:
            self.not_built.add(call.method)
        if entry.fault or ((entry.error or entry.status >= 400) and passing(entry)):
            self._shake(entry.mono, entry.refunds, entry.shop)

    def _row_by_row(self, entry: Answered, call: Call) -> None:
        """Let an upload be, to each refund whose row was refused, a call that was answered with that refusal."""
        for row in entry.results:
            case = self.about(row.refund)
            if row.succ or case is None or call not in case.calls:
                continue
            part = Call(call.asked)
            error = {"code": row.code, "message": row.message, "why": row.code, "passing": row.passing}
            part.answered = msgspec.structs.replace(entry, error=error, results=())
            case.calls[case.calls.index(call)] = part
            self._parts.setdefault(call.seq, []).append(part)
            if row.passing and not entry.fault:
                self._shake(entry.mono, (row.refund,), entry.shop)

    def _weighed(self, entry: Answered, call: Call) -> None:
        """Note whether the platform took the parameters of *call*."""
        if not entry.error:
            self.within += call.method in MODIFYING or "page_size" in call.asked.params
        elif entry.error.get("code") == 27:
            if self.sessions.died(call):
                self._shake(entry.mono, (), entry.shop)
        elif ":" in str(entry.error.get("sub_code", "")):
            self.rejected.append(call)

    def _delivered(self, entry: Delivered) -> None:
        call = self._open.pop(entry.call, None)
        if call is None:
            return
        call.delivered = entry
        for part in self._parts.pop(entry.call, ()):
            part.delivered = entry
        for pushed in self._handed.pop(entry.call, ()):
            self._heard(pushed, entry.mono)
        answer = call.answered
        if answer is None:
            return
        if answer.error and answer.side == "tmall":
            self.bans.told(call)
        if not answer.told:
            if call.method == "erp.read" and not answer.error:
                for refund in call.asked.refunds:
                    if case := self.about(refund):
                        case.lookups.append(call)  # it looked, and there was nothing
            return
        if answer.side == "erp":
            for told in answer.told:
                case = self.about(told.refund)
                if case is not None:
                    case.lookups.append(call)
            return
        fields = self._fields.get(answer.fields)
        if fields is None:
            fields = self._fields[answer.fields] = frozenset(answer.fields)
        dropped = answer.dropped
        for told in answer.told:
            case = self.about(told.refund)
            if case is None or told.refund in dropped:
                continue
            case.reads.append(call)
            key = (told.change, fields)
            if key not in case.heard or told.altered:
                case.heard.add(key)
                case.tellings.append(Telling(entry.mono, call.proof, told.change, fields, told.altered))

    def _published(self, entry: Published) -> None:
        known = self.letters.get(entry.message)
        if known is not None:  # the same once more, under its own number
            known.disturbed = known.doubled = True
            return
        letter = self.letters[entry.message] = Letter(
            entry, disturbed=bool(entry.fault or entry.repeats), doubled=bool(entry.repeats)
        )
        for told in entry.told:
            if case := self.about(told.refund):
                case.letters.append(letter)

    def _pushed(self, entry: Pushed) -> None:
        letter = self.letters.get(entry.message)
        if letter is None:
            return
        letter.disturbed |= bool(entry.fault or entry.altered)
        if entry.call:
            self._handed.setdefault(entry.call, []).append(entry)
        else:
            self._heard(entry, entry.mono)

    def _heard(self, pushed: Pushed, mono: int) -> None:
        """Note that a message was told."""
        letter = self.letters[pushed.message]
        letter.told.append((mono, pushed))
        if pushed.altered:
            return
        fields = frozenset(letter.published.fields)
        for told in letter.published.told:
            case = self.cases.get(told.refund)
            if case is not None and (told.change, fields) not in case.heard:
                case.heard.add((told.change, fields))
                case.tellings.append(Telling(mono, pushed.seq, told.change, fields, told.altered))

    def _confirmed(self, entry: Confirmed) -> None:
        letter = self.letters.get(entry.message)
        if letter is not None and letter.settled is None and entry.result == "ok":
            letter.settled, letter.tries = entry, len(letter.told)

    def _decision(self, entry: Decision) -> None:
        for refund in entry.refunds:
            if case := self.about(refund):
                (case.reports if entry.decision in REPORTS else case.decisions).append(entry)

    def _act(self, entry: Act) -> None:
        for refund in entry.refunds:
            if case := self.about(refund):
                case.acts.append(entry)

    def _callback(self, entry: Callback) -> None:
        if entry.event == "answered" or entry.defect:
            for refund in entry.refunds:
                if case := self.about(refund):
                    (case.forged if entry.defect else case.callbacks).append(entry)

    def _setting(self, entry: SettingChanged) -> None:
        if entry.name == "list_lag":
            self.lag = max(self.lag, float(entry.value or 0))  # None: a shop follows the run again

    def _mark(self, entry: Mark) -> None:
        if entry.name == "play":
            self.plays.take(entry)
        elif entry.name == "phase":
            self.phases.append(entry)
        elif entry.name == "clean":
            self.clean = entry
        elif entry.name == "end":
            self.end = entry
        elif entry.name == "escalated":
            for refund in entry.refunds:
                if case := self.cases.get(refund):
                    case.escalations.append(entry)


_HANDLERS: dict[type[Entry], Callable[[History, Any], None]] = {
    Header: History._header,
    Changed: History._changed,
    Asked: History._asked,
    Answered: History._answered,
    Delivered: History._delivered,
    Decision: History._decision,
    Act: History._act,
    Callback: History._callback,
    Fault: History._fault,
    Life: History._life,
    ClockStepped: History._clock,
    Published: History._published,
    Pushed: History._pushed,
    Confirmed: History._confirmed,
    SettingChanged: History._setting,
    Mark: History._mark,
}
