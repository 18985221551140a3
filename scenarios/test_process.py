"""The integration runs in a process group of its own, knows nothing of the harness, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scenarios import orphans
from scenarios.process import Integration
from scenarios.target import ClockHook, Start, Target
from scenarios.test_target import ENDPOINTS
from simulator.errors import UserError
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import AnyEntry, Asked

SERVES = """
import http.server, sys
print("listening", flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


class Witness:
    """Keeps what is written, and shows one call after a few looks."""

    def __init__(self, *, calls_after: int = 1_000_000) -> None:
        """Show a call at look number *calls_after*."""
        self.lives: list[tuple[str, Mapping[str, Any]]] = []
        self.callbacks = ""
        self.marks: list[tuple[str, tuple[str, ...], dict[str, Any]]] = []
        self.marked = threading.Event()
        self._left = calls_after

    def mark(self, name: str, detail: Mapping[str, Any], play: str = "", refunds: Sequence[str] = ()) -> None:
        """Keep it."""
        self.marks.append((name, tuple(refunds), dict(detail)))
        self.marked.set()

    def life(self, who: str, event: str, detail: Mapping[str, Any]) -> None:
        """Keep it."""
        self.lives.append((event, detail))

    def callback_url(self, url: str) -> None:
        """Keep it."""
        self.callbacks = url

    def ledger(self, after: int, wait: float = 0.0, limit: int = 0) -> list[AnyEntry]:
        """Show nothing, until the call comes."""
        self._left -= 1
        return [Asked(seq=after + 1, side="tmall", method="taobao.time.get")] if self._left == 0 else []

    @property
    def events(self) -> list[str]:
        """Return what happened."""
        return [event for event, _ in self.lives]


def _target(*command: str, ready: str = "", timeout: float = 20.0, **env: str) -> Target:
    start = Start(command=command, ready=ready, timeout=timeout, env=env)
    return Target(path="target.yaml", declaration=Declaration(), start=start)


def _python(code: str, **options: Any) -> Target:
    return _target("${python}", "-c", code, "${port.health}", **options)


READY = "http://127.0.0.1:${port.health}/"


@pytest.fixture
def witness() -> Witness:
    return Witness()


@pytest.fixture
def started(tmp_path: Path, witness: Witness) -> Iterator[Integration]:
    integration = Integration(_python(SERVES, ready=READY), ENDPOINTS, witness, tmp_path / "run")
    (tmp_path / "run").mkdir()
    integration.start()
    yield integration
    integration.stop()


def _ended_by(witness: Witness, name: str) -> bool:
    """Tell whether the newest event is an end by the signal *name*; Windows has none, but exit statuses of its own."""
    event, detail = witness.lives[-1]
    return event == "exited" and (os.name != "posix" or detail == {"status": -signal.Signals[name]})


def test_it_is_ready_when_its_url_answers(started: Integration, witness: Witness) -> None:
    assert started.alive
    assert witness.events == ["started", "ready"]
    assert started.last_lines()[0] == "listening"


def test_it_is_stopped_politely_and_its_pid_file_goes(started: Integration, witness: Witness) -> None:
    started.stop()

    assert not started.alive
    assert _ended_by(witness, "SIGTERM")
    assert not (started.log.parent / orphans.FILE).exists()
    started.stop()


def test_it_can_be_killed_and_started_again(started: Integration, witness: Witness) -> None:
    started.kill()
    started.restart()

    assert started.alive
    assert witness.events == ["started", "ready", "killed", "started", "ready"]


def test_a_process_that_will_not_stop_is_killed_with_its_children(
    tmp_path: Path, witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenarios.process.POLITE", 0.2)
    child = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    stubborn = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {child!r}]).pid, flush=True)"
    code = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n{stubborn}\n{SERVES}"
    integration = Integration(_python(code, ready=READY), ENDPOINTS, witness, tmp_path)
    integration.start()
    grandchild = int(integration.last_lines()[0])

    integration.stop()

    assert _ended_by(witness, "SIGKILL")
    tries = 0
    while orphans.began(grandchild) and tries < 200:
        tries += threading.Event().wait(0.02) or 1  # a killed process needs a moment to be gone
    assert orphans.began(grandchild) == ""


def test_a_start_command_that_dies_is_told_with_its_status_and_last_lines(tmp_path: Path, witness: Witness) -> None:
    target = _python("print('no database'); raise SystemExit(7)", ready=READY)

    with pytest.raises(UserError) as caught:
        Integration(target, ENDPOINTS, witness, tmp_path).start()

    assert "target.yaml: the start command ended with exit status 7 before it was ready." in str(caught.value)
    assert "  no database" in str(caught.value)
    assert witness.events == ["started", "exited"]


def test_a_command_that_does_not_exist_is_the_users_mistake(tmp_path: Path, witness: Witness) -> None:
    with pytest.raises(UserError, match="the start command 'no-such-program' cannot be run: No such file"):
        Integration(_target("no-such-program"), ENDPOINTS, witness, tmp_path).start()


def test_a_url_that_never_answers_ends_the_wait_and_the_process(tmp_path: Path, witness: Witness) -> None:
    target = _python("import time; print('thinking', flush=True); time.sleep(600)", ready=READY, timeout=0.6)

    with pytest.raises(UserError, match=r"not ready after 0.6 s(.|\n)*thinking"):
        Integration(target, ENDPOINTS, witness, tmp_path).start()

    assert witness.events == ["started", "exited"]


def test_without_a_url_it_is_ready_at_its_first_call(tmp_path: Path) -> None:
    witness = Witness(calls_after=4)
    integration = Integration(_python("import time; time.sleep(600)"), ENDPOINTS, witness, tmp_path)

    integration.start()
    integration.stop()

    assert witness.events == ["started", "ready", "exited"]


def test_without_a_start_command_the_harness_attaches_at_the_first_call(tmp_path: Path) -> None:
    witness = Witness(calls_after=2)
    target = Target(path="target.yaml", declaration=Declaration(), callback="http://127.0.0.1:9/erp")
    integration = Integration(target, ENDPOINTS, witness, tmp_path)

    integration.start()
    integration.stop()

    assert witness.events == ["attached"]
    assert witness.callbacks == "http://127.0.0.1:9/erp"
    assert integration.alive


def test_its_environment_leads_to_nothing_of_the_harness(
    tmp_path: Path, witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REFUND_SANDBOX_DATA", "somewhere")
    monkeypatch.setenv("MY_NOTES", f"the token is {ENDPOINTS['token']}")
    monkeypatch.setenv("OTHER", "stays")
    code = f"import os; print(dict(os.environ), flush=True)\n{SERVES}"
    integration = Integration(_python(code, ready=READY, OWN="${erp.key}"), ENDPOINTS, witness, tmp_path)
    integration.start()
    integration.stop()

    printed = integration.log.read_text(encoding="utf-8")
    assert ENDPOINTS["token"] not in printed
    assert ENDPOINTS["control"] not in printed
    assert "REFUND_SANDBOX" not in printed
    assert "'OTHER': 'stays'" in printed
    assert "'OWN': 'key'" in printed


def test_an_integration_whose_harness_died_is_found_and_ended(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "one"
    folder.mkdir(parents=True)
    orphan = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    orphans.remember(folder, orphan.pid, ["java"])
    assert orphans.found(folder.parent) == {}, "its harness, this test, still lives"

    path = folder / orphans.FILE
    left = msgspec.structs.replace(msgspec.json.decode(path.read_bytes(), type=orphans.Left), harness_began="1")
    path.write_bytes(msgspec.json.encode(left))

    assert [ended.pid for ended in orphans.end_all(folder.parent)] == [orphan.pid]
    assert orphan.wait(5) != 0
    assert not path.exists()


def test_a_number_used_again_by_another_process_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    left = orphans.Left(pid=os.getpid(), began="1", harness=1, harness_began="never")
    (tmp_path / "one" / orphans.FILE).write_bytes(msgspec.json.encode(left))

    assert orphans.end_all(tmp_path) == []


def _with_clock(target: Target, **hook: str) -> Target:
    return msgspec.structs.replace(target, clock=ClockHook(**hook))


def test_its_time_is_moved_on_by_the_number_in_a_file(witness: Witness, tmp_path: Path) -> None:
    target = _with_clock(_python(SERVES, ready=READY), file="${run}/offset")
    integration = Integration(target, ENDPOINTS, witness, tmp_path)

    integration.move_on(lambda: 90000.5)

    assert (tmp_path / "offset").read_text(encoding="utf-8") == "90000.500"
    assert witness.events == []


def test_its_time_is_moved_on_by_a_variable_of_a_new_process(witness: Witness, tmp_path: Path) -> None:
    code = "import os; print('offset', os.environ.get('OFFSET'), flush=True)\n" + SERVES
    integration = Integration(_with_clock(_python(code, ready=READY), env="OFFSET"), ENDPOINTS, witness, tmp_path)
    integration.start()
    running: list[bool] = []

    def step() -> float:
        running.append(integration.alive and bool(integration.exit_status is None) and "exited" not in witness.events)
        return 60.0

    integration.move_on(step)
    integration.stop()

    assert running == [False]  # nobody calls with the old time once ours has moved
    assert "offset None" in integration.log.read_text(encoding="utf-8")
    assert "offset 60.000" in integration.log.read_text(encoding="utf-8")
    assert witness.events == ["started", "ready", "exited", "started", "ready", "exited"]
