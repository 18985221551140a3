"""The ledger's long poll: what is there at once, what is not there when it comes, and nothing for strangers."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from simulator.ledger.entry import Mark
from simulator.ledger_poll import ledger_poll
from simulator.request import RawRequest
from simulator.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World.open(tmp_path)


def _raw(world: World, query: str = "", *, token: str = "", host: str = "127.0.0.1:8800") -> RawRequest:
    bearer = f"Bearer {token or world.control_token}".encode()
    headers = [(b"host", host.encode()), (b"authorization", bearer)]
    return RawRequest("GET", "/v1/ledger", query.encode(), headers, b"")


def _poll(world: World, query: str = "", **who: str) -> tuple[int, list[int]]:
    """Return the status and the numbers of the entries that a poll answers."""
    status, _, content = asyncio.run(ledger_poll(world, _raw(world, query, **who)))
    return status, [msgspec.json.decode(line)["seq"] for line in content.splitlines()] if status == 200 else []


def test_lines_after_a_number_come_at_once(world: World) -> None:
    for _ in range(3):
        world.note(Mark(name="play"))

    assert _poll(world) == (200, [1, 2, 3, 4, 5])
    assert _poll(world, "after=3&wait=60") == (200, [4, 5])
    assert _poll(world, "after=1&limit=2") == (200, [2, 3])
    assert _poll(world, "after=5") == (200, [])


def test_a_poll_waits_for_the_next_entry(world: World) -> None:
    async def played() -> bytes:
        poll = asyncio.create_task(ledger_poll(world, _raw(world, f"after={world.book.seq}&wait=60")))
        await asyncio.sleep(0)
        assert not poll.done()
        world.note(Mark(name="play"))
        return (await poll)[2]

    assert msgspec.json.decode(asyncio.run(played()))["name"] == "play"


def test_a_poll_that_waited_in_vain_is_empty(world: World) -> None:
    assert _poll(world, "after=2&wait=0.01") == (200, [])


def test_strangers_are_told_nothing(world: World) -> None:
    assert _poll(world, token="guess") == (401, [])
    assert _poll(world, host="evil.example") == (403, [])


@pytest.mark.parametrize("query", ["after=x", "after=-1", "limit=0", "wait=nan", "wait=-1", "wait=soon"])
def test_a_wrong_parameter_is_refused(world: World, query: str) -> None:
    assert _poll(world, query) == (400, [])
