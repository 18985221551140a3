"""What the integration escalates is heard through any of three channels, and noted with the refunds it names."""

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import urllib3

from scenarios.escalations import Escalations
from scenarios.target import Channel, Target
from scenarios.test_target import ENDPOINTS
from scenarios.values import Values
from simulator.errors import UserError
from simulator.ledger.declaration import Declaration

ONE, TWO = "179531370700000001", "179531370700000002"


class Marks:
    """Keeps what is marked, and lets a test wait for it."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self.found: list[tuple[str, tuple[str, ...], dict[str, Any]]] = []
        self._changed = threading.Condition()

    def mark(self, name: str, detail: Mapping[str, Any], play: str = "", refunds: Sequence[str] = ()) -> None:
        """Keep it."""
        with self._changed:
            self.found.append((name, tuple(refunds), dict(detail)))
            self._changed.notify_all()

    def until(self, count: int) -> None:
        """Return when there are *count* marks."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.found) >= count, timeout=20)


@contextmanager
def _heard(channel: Channel, folder: Path, marks: Marks) -> Iterator[Values]:
    values = Values(ENDPOINTS, folder)
    target = Target(path="target.yaml", declaration=Declaration(), escalation=channel)
    escalations = Escalations(target, values, folder / "integration.log", marks, folder)
    escalations.start()
    yield values
    escalations.stop()


def _post(url: str, body: bytes) -> int:
    return urllib3.request("POST", url, body=body, retries=False).status


def test_a_report_to_the_harness_names_its_refunds(tmp_path: Path) -> None:
    marks = Marks()
    with _heard(Channel(url="${alert.url}"), tmp_path, marks) as values:
        status = _post(
            values.fill("${alert.url}"), f'{{"refund": "{ONE}", "也": {TWO}, "tid": 2179531370700000001}}'.encode()
        )
        _post(values.fill("${alert.url}") + f"/{TWO}", b"")
        _post(values.fill("${alert.url}"), b"all is well")

    assert status == 204
    assert [(name, refunds) for name, refunds, _ in marks.found] == [("escalated", (ONE, TWO)), ("escalated", (TWO,))]
    assert marks.found[0][2]["channel"] == "url"


def test_the_harness_listens_where_the_target_says(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        taken = Channel(url=f"http://127.0.0.1:{port}/hook")
        with pytest.raises(UserError, match=r"target.yaml: nobody can listen at .*Write escalation"):
            Escalations(
                Target(path="target.yaml", declaration=Declaration(), escalation=taken),
                Values(ENDPOINTS, tmp_path), tmp_path / "log", Marks(), tmp_path,
            )  # fmt: skip
    marks = Marks()
    with _heard(taken, tmp_path, marks):
        _post(f"http://127.0.0.1:{port}/hook", ONE.encode())

    assert [refunds for _, refunds, _ in marks.found] == [(ONE,)]


def test_lines_of_the_log_that_match_are_heard_once_and_whole(tmp_path: Path) -> None:
    log, marks = tmp_path / "integration.log", Marks()
    log.write_text(f"ESCALATED refund {ONE}\nread {TWO}\nESCALATED", encoding="utf-8")
    with _heard(Channel(log="^ESCALATED .*[0-9]"), tmp_path, marks):
        marks.until(1)
        with log.open("a", encoding="utf-8") as file:
            file.write(f" refund {TWO}\n")
        marks.until(2)

    assert [(refunds, detail["channel"]) for _, refunds, detail in marks.found] == [((ONE,), "log"), ((TWO,), "log")]


def test_a_command_is_run_again_and_again_and_its_lines_heard_once(tmp_path: Path) -> None:
    marks = Marks()
    (tmp_path / "escalated.txt").write_text(f"{ONE} waits\n", encoding="utf-8")
    code = "print(open('escalated.txt', encoding='utf-8').read())"
    with _heard(Channel(command=("${python}", "-c", code)), tmp_path, marks):
        marks.until(1)
        (tmp_path / "escalated.txt").write_text(f"{ONE} waits\n{TWO} waits\n", encoding="utf-8")
        marks.until(2)

    assert [refunds for _, refunds, _ in marks.found] == [(ONE,), (TWO,)]


@pytest.mark.parametrize(
    ("command", "error"),
    [(("${python}", "-c", "raise SystemExit(7)"), "exit status 7"), (("/nothing/here",), "No such file")],
)
def test_a_command_that_fails_does_not_do_so_silently(tmp_path: Path, command: tuple[str, ...], error: str) -> None:
    marks = Marks()
    with _heard(Channel(command=command), tmp_path, marks):
        marks.until(1)

    assert {name for name, _, _ in marks.found} == {"escalation failed"}
    assert error in marks.found[0][2]["error"]


def test_without_a_channel_nothing_is_heard(tmp_path: Path) -> None:
    before = threading.active_count()
    target = Target(path="target.yaml", declaration=Declaration())
    escalations = Escalations(target, Values(ENDPOINTS, tmp_path), tmp_path / "log", Marks(), tmp_path)

    escalations.start()

    assert threading.active_count() == before
    escalations.stop()
