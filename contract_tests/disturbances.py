"""What disturbed an integration while a ledger was written: faults, deaths, and clocks that were moved on."""

import sys

from contract_tests.record import Record
from simulator.ledger.entry import ClockStepped, Fault, Life


class Disturbances(Record):
    """The part of a history that says which time of which refund does not count."""

    def _fault(self, entry: Fault) -> None:
        self.faults.append(entry)
        if entry.event == "strike":
            self._struck.setdefault(entry.fault, []).append(entry)
            self._shake(entry.mono, entry.refunds, entry.shop)
            if entry.side == "erp" and not entry.call:
                self.outages.append((entry.mono, sys.maxsize, entry.seq))
            for refund in entry.refunds:
                if case := self.about(refund):
                    case.strikes.append(entry)
        elif entry.event == "end":
            for strike in self._still_armed(entry):
                self._shake(entry.mono, strike.refunds, strike.shop)
                if strike.side == "erp" and not strike.call:
                    since = next(since for since, _, seq in self.outages if seq == strike.seq)
                    self.outages.remove((since, sys.maxsize, strike.seq))
                    self.outages.append((since, entry.mono, strike.seq))

    def _still_armed(self, end: Fault) -> list[Fault]:
        """Return one strike for each refund (or list) that the fault could have gone on striking until *end*."""
        by_entity: dict[str, list[Fault]] = {}
        for strike in self._struck.pop(end.fault, ()):
            by_entity.setdefault(strike.refunds[0] if strike.refunds else "", []).append(strike)
        times = int(end.scope.get("times", 1))
        return [strikes[-1] for strikes in by_entity.values() if not times or len(strikes) < times]

    def _life(self, entry: Life) -> None:
        self.lives.append(entry)
        self._shaken.append(entry.mono)
        if entry.who == "integration":
            self._down = entry.mono if entry.event in {"exited", "killed"} else 0

    def _clock(self, entry: ClockStepped) -> None:
        if entry.wanted:
            self.moved += entry.by
            self.moves.append(entry.mono)
            self._shaken.append(entry.mono)  # to the integration it was an outage of that length
        else:
            self.clock_steps.append(entry.by)

    def _shake(self, mono: int, refunds: tuple[str, ...], shop: str) -> None:
        """Note a disturbance of *refunds*; where none is named, of the whole shop, or (no shop) of everything."""
        if refunds:
            for refund in refunds:
                if case := self.about(refund):
                    case.shaken.append(mono)
        elif shop:
            self._shaken_shops.setdefault(shop, []).append(mono)
        else:
            self._shaken.append(mono)
