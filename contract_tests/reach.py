"""How far exploration comes: which acts and states generated stories can reach, and which they have reached."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from contract_tests.goods_moves import GOODS_MOVES
from contract_tests.moves import MOVES, Move
from scenarios.acts import KINDS
from simulator.ledger.entry import Act, AnyEntry, Changed
from simulator.ledger.words import plain
from simulator.tmall import exchange_lifecycle, reship_lifecycle
from simulator.tmall.exchange import EXCHANGE, RESHIP
from simulator.tmall.lifecycle import STATES

GENERATED = (*KINDS, EXCHANGE, RESHIP)
"""The kinds about which stories are generated."""

_BIRTHS = {EXCHANGE: "buyer.apply_exchange", RESHIP: "buyer.apply_reship"}
_NUMBERS = {EXCHANGE: exchange_lifecycle.STATES, RESHIP: reship_lifecycle.STATES}


def alphabet(kinds: Sequence[str]) -> tuple[str, ...]:
    """Return every act that stories about *kinds* hold."""
    acts: dict[str, None] = {}
    if any(kind in KINDS for kind in kinds):
        acts |= dict.fromkeys(("buyer.apply", *_acts(MOVES)))
    for kind, moves in GOODS_MOVES.items():
        if kind in kinds:
            acts |= dict.fromkeys((_BIRTHS[kind], *_acts(moves)))
    return tuple(acts)


def _acts(moves: Mapping[str, Move]) -> Iterable[str]:
    return (act for move in moves.values() for act in (*move.before, move.act, *move.after))


def states(kinds: Sequence[str]) -> tuple[str, ...]:
    """Return every state that stories about *kinds* can reach; those of exchanges and re-sends with their kind."""
    found = STATES if any(kind in KINDS for kind in kinds) else ()
    return (*found, *(f"{kind} {number}" for kind, numbers in _NUMBERS.items() if kind in kinds for number in numbers))


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """How far exploration came; `str` of it is the line that a person reads."""

    stories: int
    acts: tuple[str, ...]
    """Acts that were accepted at least once."""
    states: tuple[str, ...]
    """States that a refund was in; of an exchange or re-send `exchange 12`."""
    all_acts: int
    all_states: int

    def __str__(self) -> str:
        """Return the counts in words."""
        return (
            f"{self.stories} stories, {len(self.acts)} of {self.all_acts} acts,"
            f" {len(self.states)} of {self.all_states} states"
        )


class Reach:
    """Collects which acts and states generated plays reached, from the ledger."""

    def __init__(self, kinds: Sequence[str], after: int = 0) -> None:
        """Start with nothing for stories about *kinds*; entries up to number *after* do not count."""
        self.seq = after
        self.alphabet = alphabet(kinds)
        self.possible = states(kinds)
        self._acts: set[str] = set()
        self._states: set[str] = set()

    def take(self, entries: Iterable[AnyEntry]) -> None:
        """Take in more of the ledger."""
        for entry in entries:
            self.seq = max(self.seq, entry.seq)
            if not any(is_generated(play) for play in entry.plays):
                continue
            if isinstance(entry, Act):
                if entry.accepted and not entry.started:
                    self._acts.add(entry.act)
            elif isinstance(entry, Changed):
                for row in entry.rows:
                    if row.values is None:
                        continue
                    if row.entity == "refund":
                        self._states.add(plain(row.values)["status"])
                    elif row.entity == "exchange":
                        values = plain(row.values)
                        self._states.add(f"{values.get('kind', EXCHANGE)} {values['status']}")

    def so_far(self, stories: int) -> Reached:
        """Return what was reached, in the order of the alphabet and the tables."""
        return Reached(
            stories=stories,
            acts=tuple(act for act in self.alphabet if act in self._acts),
            states=tuple(state for state in self.possible if state in self._states),
            all_acts=len(self.alphabet),
            all_states=len(self.possible),
        )


def is_generated(play: str) -> bool:
    """Tell whether *play* (`X012#1`) is of a generated story."""
    story = play.partition("#")[0]
    return story.startswith("X") and story[1:].isdigit()
