"""The connector as a program: `python -m connectors.polling`. Configured by environment variables, see `connectors`."""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping

import urllib3

from connectors import health, seeded, settings
from connectors.erp_generic import Erp
from connectors.errors import Trouble
from connectors.memory import Memory
from connectors.patience import Patience
from connectors.platform import Platform
from connectors.settings import Settings, SettingsError
from connectors.work import Work

LEAVE = 1.5
"""Seconds that calls under way have to end after SIGTERM."""

log = logging.getLogger("connector")


class Loop(threading.Thread):
    """Runs a cycle every so often, whatever becomes of a single one."""

    def __init__(self, name: str, cycle: Callable[[], None], every: float, stop: threading.Event) -> None:
        """Run *cycle* every *every* seconds until *stop* is set."""
        super().__init__(name=name, daemon=True)
        self._cycle = cycle
        self._every = every
        self._leaving = stop

    def run(self) -> None:
        """Run cycles; a late one is not made up for."""
        while not self._leaving.is_set():
            began = time.monotonic()
            try:
                self._cycle()
            except Trouble as trouble:
                log.warning("%s: %s", self.name, trouble)
            except Exception:
                log.exception("%s: a cycle failed", self.name)
            self._leaving.wait(max(0.0, began + self._every - time.monotonic()))


class Connector:
    """All shops: two loops each, which share nothing with another shop's but the database file."""

    def __init__(self, told: Settings) -> None:
        """Put the parts together for every shop that *told* names."""
        self._leaving = threading.Event()
        self.memory = Memory(told.database)
        parts = seeded.parts(told.mutant)
        self.loops: list[Loop] = []
        self._works: list[Work] = []
        for shop in told.shops:
            http = urllib3.PoolManager(maxsize=16)
            platform = Platform(told.top_url, shop, told.clock, http)
            delivery = parts.delivery(platform, Erp(told.erp_url, told.erp_key, http), self.memory, Patience(told.poll))
            work = Work()
            cycles = {
                f"{shop.nick} refunds": parts.intake(delivery, work, told).cycle,
                f"{shop.nick} decisions": parts.decisions(delivery, work).cycle,
            }
            self._works.append(work)
            self.loops += [Loop(name, cycle, told.poll, self._leaving) for name, cycle in cycles.items()]

    def start(self) -> None:
        """Begin polling."""
        for loop in self.loops:
            loop.start()

    def alive(self) -> bool:
        """Tell whether every loop runs."""
        return all(loop.is_alive() for loop in self.loops)

    def leave(self, *_: object) -> None:
        """Begin nothing new from here on; also a signal handler."""
        self._leaving.set()

    def wait(self) -> None:
        """Wait until told to leave, and then for calls under way, but not for long."""
        self._leaving.wait()
        until = time.monotonic() + LEAVE
        for loop in self.loops:
            loop.join(max(0.0, until - time.monotonic()))
        for work in self._works:
            work.close(max(0.0, until - time.monotonic()))


def main(environ: Mapping[str, str]) -> int:
    """Run until SIGTERM or Ctrl-C; return the exit status."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        told = settings.read(environ)
        connector = Connector(told)
    except (SettingsError, seeded.NoSuchMutant) as error:
        log.error("cannot start: %s", error)
        return 2
    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):  # the last one is Windows' own
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), connector.leave)
    connector.start()
    if told.health_port:
        health.serve(told.health_port, connector.alive)
    log.info("polling %d shops every %s s", len(told.shops), told.poll)
    connector.wait()
    log.info("leaving")
    return 0


if __name__ == "__main__":
    status = main(os.environ)
    logging.shutdown()
    # A call that hangs must not keep the process: what it may have done is noted as unknown in the database.
    os._exit(status)
