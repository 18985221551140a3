"""What every style of the connector is as a program: shops, loops, health, and how it leaves."""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence

import urllib3

from connectors import erp, health, seeded, settings
from connectors.desk import Cycle, Desk
from connectors.errors import Trouble
from connectors.memory import Memory
from connectors.patience import Patience
from connectors.settings import Settings, SettingsError

LEAVE = 1.5
"""Seconds that calls under way have to end after SIGTERM."""

log = logging.getLogger("connector")


Style = Callable[[Settings, Sequence[Desk]], list[Cycle]]
"""A way to learn what has changed: which cycles run for which shops."""


class Loop(threading.Thread):
    """Runs a cycle every so often, whatever becomes of a single one."""

    def __init__(self, cycle: Cycle, stop: threading.Event) -> None:
        """Run *cycle* until *stop* is set."""
        super().__init__(name=cycle.name, daemon=True)
        self._cycle = cycle
        self._leaving = stop

    def run(self) -> None:
        """Run cycles; a late one is not made up for."""
        while not self._leaving.is_set():
            began = time.monotonic()
            try:
                self._cycle.do()
            except Trouble as trouble:
                log.warning("%s: %s", self.name, trouble)
            except Exception:
                log.exception("%s: a cycle failed", self.name)
            self._leaving.wait(max(0.0, began + self._cycle.every - time.monotonic()))


class Connector:
    """All shops: their loops share nothing with another shop's but the database file."""

    def __init__(self, told: Settings, style: Style) -> None:
        """Put the parts together for every shop that *told* names."""
        self._leaving = threading.Event()
        self.desks = _desks(told)
        self.loops = [Loop(cycle, self._leaving) for cycle in style(told, self.desks)]

    def start(self) -> None:
        """Begin."""
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
        for desk in self.desks:
            desk.work.close(max(0.0, until - time.monotonic()))


def _desks(told: Settings) -> list[Desk]:
    memory = Memory(told.database)
    parts = seeded.parts(told.mutant)
    desks = []
    closed: dict[str, dict[str, float]] = {}
    for shop in told.shops:
        http = urllib3.PoolManager(maxsize=16)
        desks.append(Desk(told, shop, memory, http, parts, Patience(told.poll), closed.setdefault(shop.app_key, {})))
    return desks


def _taker(told: Settings, desks: Sequence[Desk]) -> health.Taker | None:
    """Return who takes the ERP's callbacks; None: we cannot know them, or it has none."""
    ear = erp.EARS.get(told.erp)
    if ear is None or not told.callback_secret:
        return None
    return seeded.parts(told.mutant).callbacks(ear, told.callback_secret, desks, told.clock).receive


def main(environ: Mapping[str, str], style: Style) -> int:
    """Run until SIGTERM or Ctrl-C; return the exit status."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        told = settings.read(environ)
        connector = Connector(told, style)
    except (SettingsError, seeded.NoSuchMutant) as error:
        log.error("cannot start: %s", error)
        return 2
    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):  # the last one is Windows' own
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), connector.leave)
    connector.start()
    if told.health_port:
        health.serve(told.health_port, connector.alive, _taker(told, connector.desks))
    log.info("at work for %d shops, %s", len(told.shops), ", ".join(loop.name for loop in connector.loops))
    connector.wait()
    log.info("leaving")
    return 0


def run(style: Style) -> None:
    """Be the program: never returns."""
    status = main(os.environ, style)
    logging.shutdown()
    # A call that hangs must not keep the process: what it may have done is noted as unknown in the database.
    os._exit(status)
