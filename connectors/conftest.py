"""A connector of one shop between the two stand-ins, driven cycle by cycle."""

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import urllib3

from connectors import clock, seeded
from connectors.clock import Clock
from connectors.desk import Desk
from connectors.memory import Memory
from connectors.messages import Inbox
from connectors.patience import Patience
from connectors.settings import Settings, Shop
from connectors.stand_in import Sides, serve

NOW = "2026-11-22 10:00:05"


class StoppedClock(Clock):
    """Stands still until it is set."""

    def __init__(self, written: str) -> None:
        """Stand at that time."""
        super().__init__()
        self.at = float(clock.seconds(written))

    def now(self) -> float:
        """Return where it stands."""
        return self.at


class Bench:
    """The connector's parts, and both sides."""

    def __init__(self, sides: Sides, port: int, database: Path, mutant: str = "", page_size: int = 20) -> None:
        """Build a connector as `polling` does, without its loops."""
        self.sides = sides
        self.heard: list[logging.LogRecord] = []
        self.clock = StoppedClock(NOW)
        shop = Shop(nick="shop", app_key="1", app_secret="s", session="main", sub_session="sub")
        told = Settings(
            top_url=f"http://127.0.0.1:{port}/router/rest",
            erp_url=f"http://127.0.0.1:{port}/generic/v1",
            erp_key="key",
            shops=(shop,),
            database=database,
            clock=self.clock,
            page_size=page_size,
        )
        self.http = urllib3.PoolManager(maxsize=16)
        self.memory = Memory(database)
        desk = Desk(told, shop, self.memory, self.http, seeded.parts(mutant), Patience(0.001))
        self.desk = desk
        self.work, self.delivery, self.decisions = desk.work, desk.delivery, desk.decisions
        self.post = seeded.parts(mutant).post(desk.platform, self.memory, [shop.nick])
        self.inbox = Inbox(desk)

    def turn(self) -> None:
        """Let one poll pass."""
        desk = self.desk
        for cycle in (desk.intake.cycle, desk.exchange_intake.cycle, desk.decisions.cycle, desk.deadlines):
            cycle()
        self.work.rest(5)

    def escalated(self) -> list[str]:
        """Return what people were told, a line each."""
        return [record.getMessage() for record in self.heard if record.msg.startswith("ESCALATED")]

    def listen(self) -> None:
        """Let the same time pass for a connector that listens to messages, and reads no list for now."""
        self.post.cycle()
        self.inbox.cycle()
        self.decisions.cycle()
        self.work.rest(5)

    def until(self, reached: Callable[[], bool], turn: Callable[[], None] | None = None) -> None:
        """Let polls (or other turns) pass until something is so; fail if it never is."""
        end = time.monotonic() + 5
        while not reached():
            assert time.monotonic() < end, "waited 5 s in vain"
            (turn or self.turn)()

    def close(self) -> None:
        """Stop."""
        self.work.close(1)
        self.memory.close()
        self.http.clear()


@pytest.fixture
def sides() -> Sides:
    return Sides()


@pytest.fixture
def bench_of(sides: Sides, tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    server = serve(sides)
    benches: list[Bench] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            for bench in benches:
                bench.heard.append(record)

    ear = Ear()
    logging.getLogger("connector").addHandler(ear)

    def build(mutant: str = "", *, database: str = "a.sqlite", page_size: int = 20) -> Bench:
        benches.append(Bench(sides, server.server_address[1], tmp_path / database, mutant, page_size))
        return benches[-1]

    yield build
    logging.getLogger("connector").removeHandler(ear)
    for bench in benches:
        bench.close()
    server.shutdown()
    server.server_close()


@pytest.fixture
def bench(bench_of: Callable[..., Bench]) -> Bench:
    return bench_of()
