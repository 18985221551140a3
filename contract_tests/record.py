"""What a ledger holds, arranged for rules: cases, calls, lists, messages, disturbances, and what is asked of them."""

from bisect import bisect_left

import msgspec

from contract_tests.bans import Bans
from contract_tests.call import Call
from contract_tests.case import Case
from contract_tests.exchange_case import ExchangeCase
from contract_tests.letter import Letter
from contract_tests.listing import Listing
from contract_tests.plays import Plays
from contract_tests.sessions import Sessions
from contract_tests.sold import Sold
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import Fault, Header, Life, Mark, Pushed


class Record:
    """A whole ledger, arranged; `contract_tests.history` fills it in."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.header: Header | None = None
        self.entries = 0
        self.last = 0
        """`mono` of the last entry."""
        self.today = 0
        """`wall` of the last entry, in ms, by the machine's clock."""
        self.moved = 0
        """ms by which stories moved the time on."""
        self.cases: dict[str, Case] = {}
        self.exchanges: dict[str, ExchangeCase] = {}
        self.orders: dict[str, list[Case]] = {}
        """By oid: the refunds of one sub-order."""
        self.trades: dict[str, list[Case]] = {}
        """By tid: the refunds of one trade."""
        self.of_shop: dict[str, list[Case]] = {}
        self.of_play: dict[str, list[Case]] = {}
        self.sold = Sold()
        self.listings: dict[str, Listing] = {}
        """By shop."""
        self.erp_reads: dict[str, list[Call]] = {}
        """Reads of documents that did not exist, by path."""
        self.erp_lists: list[Call] = []
        """Lists of documents, whatever they held."""
        self.unsigned: dict[int, Call] = {}
        """Platform calls with a wrong signature, or a timestamp out of range, by number."""
        self.letters: dict[str, Letter] = {}
        """Every message, by its number."""
        self.rejected: list[Call] = []
        """Platform calls of which the platform rejected a parameter by its name."""
        self.sessions = Sessions()
        self.bans = Bans()
        self.within = 0
        """Platform calls with limits (pages, batches, texts, proofs) that were taken as they are."""
        self.calls = 0
        """Platform calls, all of which must be signed and timed."""
        self.plays = Plays()
        self.not_built: set[str] = set()
        """Methods that the integration called and the sandbox has not built."""
        self.clock_steps: list[int] = []
        """ms of each jump of the machine's own clock."""
        self.moves: list[int] = []
        """When a story moved the time on."""
        self.lag = 0.0
        """Seconds by which lists showed changes late, at most."""
        self.lives: list[Life] = []
        self.phases: list[Mark] = []
        self.clean: Mark | None = None
        self.end: Mark | None = None
        self.faults: list[Fault] = []
        self.outages: list[tuple[int, int, int]] = []
        """When the ERP took no connection: from, until, and the entry that shows it."""
        self._open: dict[int, Call] = {}
        self._parts: dict[int, list[Call]] = {}
        """What an upload was to the refunds whose rows it refused, by its number, until it is delivered."""
        self._handed: dict[int, list[Pushed]] = {}
        """Messages that a call is answered with, by its number."""
        self._fields: dict[tuple[str, ...], frozenset[str]] = {}
        self._shaken: list[int] = []
        self._shaken_shops: dict[str, list[int]] = {}
        self._struck: dict[str, list[Fault]] = {}
        self._down = 0
        self._interval: float | None = None

    def about(self, number: str) -> Case | None:
        """Return the case of a refund or exchange."""
        return self.cases.get(number) or self.exchanges.get(number)

    def declared(self) -> Declaration:
        """Return what the target declared, as the header keeps it."""
        return msgspec.convert(self.header.declaration if self.header else {}, Declaration)

    @property
    def until(self) -> int:
        """The end of judging: when the integration went away for good, else the end mark, else the last entry."""
        end = self.end.mono if self.end is not None else self.last
        return min(end, self._down) if self._down else end

    def stretch(self, declared: Declaration) -> float:
        """Return the seconds by which limits grow because the integration polls more slowly than it declares."""
        if self._interval is None:
            self._interval = max((listing.interval() for listing in self.listings.values()), default=0.0)
        usual = declared.reconcile if declared.messages else declared.tempo.poll
        return 3 * max(0.0, self._interval - usual)

    def last_shake(self, case: Case, until: int) -> int:
        """Return when *case* was disturbed last before *until*; 0: never."""
        latest = 0
        for times in (case.shaken, self._shaken_shops.get(case.shop), self._shaken):
            if times:
                position = bisect_left(times, until)  # the exit that ends the judging disturbs nothing before it
                if position and times[position - 1] > latest:
                    latest = times[position - 1]
        return latest

    def shaken_at(self, shop: str) -> list[int]:
        """Return when everything, or all of *shop*, was disturbed before judging ended."""
        until = self.until
        return [mono for mono in (*self._shaken, *self._shaken_shops.get(shop, ())) if mono < until]

    def interrupted(self, since: int, until: int) -> bool:
        """Tell whether the integration was started, killed or gone between entries *since* and *until*."""
        return any(since < life.seq < until for life in self.lives if life.who == "integration")

    def moved_on(self, since: int, until: int) -> bool:
        """Tell whether a story moved the time on between times *since* and *until*."""
        return any(since < move <= until for move in self.moves)

    def forget(self) -> None:
        """Let all cases go at once. They point back to here, so that only the collector could free them otherwise."""
        for index in (self.cases, self.exchanges, self.orders, self.trades, self.of_shop, self.of_play):
            index.clear()
