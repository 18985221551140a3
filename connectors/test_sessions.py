"""How a session is renewed: once, whoever met its death, and not for ever."""

import io
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import urllib3

from connectors.errors import Later
from connectors.memory import Memory
from connectors.seeded_calling import EachWorkerRenews
from connectors.sessions import Session
from connectors.settings import Account

GRANTED = Account("key-0", "refresh-0")


class Grants(urllib3.PoolManager):
    """A token endpoint that grants a new pair each time, or answers as told; it waits until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[dict[str, str]] = []
        self.answer: tuple[int, bytes] | None = None
        self.go = threading.Event()
        self.go.set()
        self.arrived = threading.Semaphore(0)
        self._numbers = count(1)

    def request(self, *args: Any, **kwargs: Any) -> Any:
        self.asked.append(kwargs["fields"])
        self.arrived.release()
        assert self.go.wait(10)
        number = next(self._numbers)
        pair = {"access_token": f"key-{number}", "refresh_token": f"refresh-{number}"}
        status, body = self.answer or (200, json.dumps(pair).encode())
        return urllib3.HTTPResponse(io.BytesIO(body), status=status, preload_content=True)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    memory = Memory(tmp_path / "connector.sqlite")
    yield memory
    memory.close()


def _session(grants: Grants, memory: Memory, account: Account = GRANTED, kind: type[Session] = Session) -> Session:
    return kind(account, ("app", "secret"), "http://127.0.0.1:9/token", grants, memory)


def test_a_dead_session_is_renewed_with_its_refresh_token(memory: Memory) -> None:
    grants = Grants()
    session = _session(grants, memory)

    session.renew("key-0")

    assert session.key() == "key-1"
    wanted = {
        "grant_type": "refresh_token",
        "refresh_token": "refresh-0",
        "client_id": "app",
        "client_secret": "secret",
    }
    assert grants.asked == [wanted]


def test_many_workers_that_meet_the_death_renew_once(memory: Memory) -> None:
    grants = Grants()
    grants.go.clear()
    session = _session(grants, memory)

    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(session.renew, "key-0") for _ in range(8)]
        assert grants.arrived.acquire(timeout=10)
        grants.go.set()
        for one in waiting:
            one.result(10)

    assert len(grants.asked) == 1
    assert session.key() == "key-1"


def test_the_seeded_bug_lets_each_worker_renew(memory: Memory) -> None:
    grants = Grants()
    grants.go.clear()
    session = _session(grants, memory, kind=EachWorkerRenews)

    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(session.renew, "key-0") for _ in range(2)]
        assert all(grants.arrived.acquire(timeout=10) for _ in range(2))
        grants.go.set()
        for one in waiting:
            one.result(10)

    assert len(grants.asked) == 2


def test_after_a_restart_the_renewed_session_is_taken_up_and_a_newly_told_one_in_its_stead(memory: Memory) -> None:
    grants = Grants()
    _session(grants, memory).renew("key-0")

    assert _session(grants, memory).key() == "key-1"
    assert _session(grants, memory, Account("another", "its-token")).key() == "another"


@pytest.mark.parametrize("error", ["invalid_grant", "invalid_client"])
def test_a_refused_renewal_is_not_asked_for_again(memory: Memory, error: str) -> None:
    grants = Grants()
    grants.answer = 400, json.dumps({"error": error}).encode()
    session = _session(grants, memory)

    with pytest.raises(Later) as denied:
        session.renew("key-0")
    with pytest.raises(Later):
        session.key()

    assert denied.value.after == 300
    assert len(grants.asked) == 1


@pytest.mark.parametrize("answer", [(502, b"<html>"), (500, b"{}"), (200, b"[]")])
def test_a_renewal_that_failed_is_tried_again_soon(memory: Memory, answer: tuple[int, bytes]) -> None:
    grants = Grants()
    grants.answer = answer
    session = _session(grants, memory)

    with pytest.raises(Later) as failed:
        session.renew("key-0")

    assert failed.value.after == 1


def test_without_a_refresh_token_the_session_is_left_alone(memory: Memory) -> None:
    grants = Grants()
    session = _session(grants, memory, Account("key-0", ""))

    with pytest.raises(Later, match="authorised again"):
        session.renew("key-0")

    assert grants.asked == []
    with pytest.raises(Later):
        session.key()
