"""The load process: the crowd's arrivals and decisions as scheduled events over locust's HTTP sessions.

The only file that imports locust, and so gevent, which patches its whole process: it is run by
`python -m locust -f`, never imported. It is told what to do by a `load.crowd.Wave` in its environment and
leaves a `load.crowd.Record`. Arrivals are not a loop over users: each is an event of its own, due at a time that
was fixed beforehand, so that a slow simulator cannot hide load.
"""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import gevent
import msgspec
from gevent.pool import Group
from locust import FastHttpUser, events, task
from locust.env import Environment
from locust.exception import StopUser

from load.crowd import Agenda, Answer, Arrival, Deed, Opened, Record, Wave, arrivals, do, open_refund
from simulator.ledger.entry import AnyEntry, Changed

PROBE = 0.25
"""Seconds between two looks at how late simulator and load process are."""

PACE = 0.05
"""Seconds in which entries of the ledger are gathered, so that it is read in handfuls."""

WAVE = msgspec.json.decode(os.environ["REFUND_SANDBOX_WAVE"], type=Wave)
RECORD = Record()
HEADERS = {"Authorization": f"Bearer {WAVE.token}"}


class _Crowd:
    """What the users of this process share."""

    def __init__(self) -> None:
        self.agenda = Agenda()
        self.deeds = Group()
        self.all_opened = gevent.event.Event()

    def start(self, user: "_Visitor", deeds: list[Deed]) -> None:
        """Have each of *deeds* done once whoever does it has thought about it."""
        for deed in deeds:
            greenlet = gevent.spawn_later(deed.thinking, self._do, user, deed)
            self.deeds.add(greenlet)

    def _do(self, user: "_Visitor", deed: Deed) -> None:
        began = time.monotonic()
        try:
            refused = do(user, HEADERS, deed)
        except RuntimeError as error:
            RECORD.problems.append(f"{deed.act}: {error}")
            return
        RECORD.control.append(time.monotonic() - began)
        RECORD.acts += 1
        if refused:
            RECORD.refused.append(refused)


CROWD = _Crowd()


class _Visitor(FastHttpUser):
    """Somebody who talks to the control API."""

    abstract = True
    host = WAVE.control
    fixed_count = 1
    concurrency = 64
    connection_timeout = 10.0
    network_timeout = 30.0

    def post(self, url: str, *, json: Any, headers: Mapping[str, str], name: str) -> Answer:
        """Send a request under the *name* that locust's statistics show."""
        answer: Answer = self.client.post(url, json=json, headers=dict(headers), name=name)
        return answer

    def end_run(self) -> NoReturn:
        """End the whole run, and this user with it."""
        gevent.spawn(self.environment.runner.quit).join()
        raise StopUser


class Buyers(_Visitor):
    """Everyone who buys and asks for a refund, each at her own time."""

    @task
    def arrive(self) -> None:
        """Schedule all arrivals of the wave, and stay until the last one was served."""
        start = time.monotonic()
        crowd = Group()
        for buyer in arrivals(WAVE):
            crowd.add(gevent.spawn_later(buyer.due, self._open, buyer, start))
        crowd.join()
        CROWD.all_opened.set()
        raise StopUser

    def _open(self, buyer: Arrival, start: float) -> None:
        began = time.monotonic()
        late = began - start - buyer.due
        refund, problem = "", ""
        try:
            refund = open_refund(self, HEADERS, buyer)
        except RuntimeError as error:
            problem = str(error)
        took = time.monotonic() - began
        if refund:
            RECORD.control.append(took / 2)  # two requests
        RECORD.arrivals.append(
            Opened(number=buyer.number, due=buyer.due, late=late, took=took, refund=refund, problem=problem)
        )
        if refund:
            CROWD.start(self, CROWD.agenda.opened(refund, buyer))


class Deciders(_Visitor):
    """Reviewers, the warehouse, and buyers with second thoughts: all who act on what the ledger shows."""

    @task
    def follow(self) -> None:
        """Follow the ledger until nobody has anything left to do, or patience ends; then end the run."""
        decode = msgspec.json.Decoder(AnyEntry).decode
        after, end = WAVE.after, None
        while True:
            CROWD.all_opened.wait(PACE)
            lines = self._read(after)
            for line in lines:
                entry = decode(line)
                after = entry.seq
                if isinstance(entry, Changed):
                    CROWD.start(self, CROWD.agenda.saw(entry))
            if CROWD.all_opened.is_set():
                end = end or time.monotonic() + WAVE.patience
                if (not CROWD.agenda.waiting and not CROWD.deeds) or time.monotonic() > end:
                    break
        self.end_run()

    def _read(self, after: int) -> list[bytes]:
        answer = self.client.get(
            f"/v1/ledger?after={after}&wait=0.5&limit=5000", headers=HEADERS, name="ledger (long poll)"
        )
        if answer.status_code != 200:
            RECORD.problems.append(f"the ledger could not be read: the control API answered {answer.status_code}")
            self.end_run()
        return (answer.content or b"").splitlines()


class Watch(_Visitor):
    """Looks four times a second how long a request takes that asks nothing of the simulator."""

    concurrency = 1

    @task
    def probe(self) -> None:
        """Probe for as long as the process runs."""
        due = time.monotonic()
        while True:
            due += PROBE
            gevent.sleep(max(0.0, due - time.monotonic()))
            began = time.monotonic()
            RECORD.stalls.append(began - due)
            self.client.get("/v1/health", name="health (probe)")
            RECORD.probes.append(time.monotonic() - began)
            due = max(due, began)


def leave_record(environment: Environment, **_: Any) -> None:
    """Write what was seen, also when the process is asked to end early."""
    for error in environment.stats.errors.values():
        RECORD.problems.append(f"{error.occurrences} x {error.method} {error.name}: {error.error}")
    Path(WAVE.record).write_bytes(msgspec.json.encode(RECORD))
    environment.process_exit_code = 0  # failed requests are in the record; the exit status is for the process


events.quitting.add_listener(leave_record)  # type: ignore[no-untyped-call]  # locust leaves it untyped
