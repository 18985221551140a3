"""One shop's desk: the parts put together that bring its refunds and exchanges over, and the ERP's decisions back."""

from collections.abc import Callable
from dataclasses import dataclass

import urllib3

from connectors import erp, inbound
from connectors.delivery import Delivery
from connectors.escalation import Channel
from connectors.listing import ExchangeList, RefundList
from connectors.memory import Memory
from connectors.patience import Patience
from connectors.seeded import Parts
from connectors.settings import Settings, Shop
from connectors.work import Work


@dataclass(frozen=True, slots=True)
class Cycle:
    """Something that is done every so often."""

    name: str
    do: Callable[[], None]
    every: float
    """Seconds from one beginning to the next."""


class Desk:
    """All that works for one shop. It shares nothing with another shop's but the database file."""

    def __init__(
        self,
        told: Settings,
        shop: Shop,
        memory: Memory,
        http: urllib3.PoolManager,
        parts: Parts,
        patience: Patience,
        closed: dict[str, float] | None = None,
    ) -> None:
        """Put *parts* together as *told*. *closed* is what the platform closed to the app, which other shops share."""
        self.shop = shop
        self.memory = memory
        self.work = Work()
        app = (shop.app_key, shop.app_secret)
        main, sub = (parts.session(account, app, told.token_url, http, memory) for account in (shop.main, shop.sub))
        self.platform = parts.platform(told.top_url, shop, told.clock, http, main, sub, closed=closed)
        papers = parts.papers(shop.nick, erp.connect(told, http), memory)
        self.delivery: Delivery = parts.delivery(self.platform, papers, patience, told)
        answers = parts.answers(self.delivery)
        self.ag = parts.ag(self.delivery, told.clock, told.margin)
        self.exchanges = parts.exchanges(self.delivery, answers)
        self.watch = parts.watch(
            memory,
            shop.nick,
            Channel(told.escalation_url, http),
            told.clock,
            told.lead,
            refresh=self.bring,
            undecided=self._undecided,
        )
        self.delivery.surface = self.watch.surface
        self.reships = parts.reships(self.delivery)
        self.decisions = parts.decisions(
            self.delivery, self.work, answers, self.ag, self.exchanges, self.reships, self.watch
        )
        self.intake = parts.intake(RefundList(self.delivery), self.work, told)
        self.exchange_intake = parts.intake(ExchangeList(self.delivery, self.exchanges), self.work, told)

    def bring(self, number: str) -> bool:
        """Bring a refund or exchange to the ERP as it is now; False if that is to be tried again."""
        known = self.memory.written(self.shop.nick, number)
        kind = known.body["kind"] if known is not None else self.memory.fact(self.shop.nick, number, "kind")
        exchange = kind == "exchange"
        return self.exchanges.bring(number) if exchange else self.delivery.bring(number)

    @property
    def nick(self) -> str:
        """Return the shop's name."""
        return self.shop.nick

    def cycle(self, name: str, do: Callable[[], None], every: float) -> Cycle:
        """Return a cycle of this shop."""
        return Cycle(f"{self.nick} {name}", do, every)

    def cycles(self, poll: float) -> list[Cycle]:
        """Return what every style does every *poll* seconds: only how it learns of refunds differs."""
        found = [self.cycle("decisions", self.decisions.cycle, poll), self.cycle("deadlines", self.deadlines, poll)]
        if self.shop.type == "B":  # Taobao has no exchanges over the API, and nowhere are there messages of them
            found.append(self.cycle("exchanges", self.exchange_intake.cycle, poll))
        return found

    def deadlines(self) -> None:
        """See to what must be done before the seller's time ends."""
        self.ag.cycle()
        self.watch.cycle()

    def _undecided(self, number: str) -> bool:
        return not self.memory.has_todo(self.shop.nick, number, inbound.key(number))
