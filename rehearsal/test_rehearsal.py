"""Whole runs by the command line: real processes, a real verdict, and nothing left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from rehearsal.conftest import wait_for
from simulator.ledger.entry import Mark
from simulator.ledger.replay import read

pytestmark = pytest.mark.slow

FILES = {"ledger.jsonl", "report.html", "report.json", "junit.xml", "findings.csv", "integration.log"}


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "rehearsal.cli", *arguments]


def _run(*arguments: str, timeout: float = 120) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(_command(*arguments), capture_output=True, timeout=timeout, check=False)


def _nothing_is_left(run: Path) -> None:
    names = {path.name for path in run.iterdir()}
    assert names >= FILES
    assert not names & {"endpoints.json", "pid", "declaration.json"}


def test_a_correct_connector_plays_a_story_and_nothing_is_broken(tmp_path: Path) -> None:
    done = _run("run", "S01", "--json", "--seed", "7", "--out", str(tmp_path / "run"))

    told = msgspec.json.decode(done.stdout)
    assert told["exit"] == done.returncode
    assert told["verdict"] in ("GO", "NOT PROVEN"), done.stderr.decode()
    assert [story["outcome"] for story in told["stories"]] == ["passed"]
    assert not [rule for rule in told["rules"] if rule["findings"]]
    _nothing_is_left(tmp_path / "run")


def test_a_seeded_bug_is_a_no_go_with_evidence_and_the_line_that_repeats_it(tmp_path: Path) -> None:
    done = _run("run", "S05", "--mutant", "M32", "--seed", "7", "--out", str(tmp_path / "run"))

    assert done.returncode == 1
    text = done.stdout.decode()
    assert "NO-GO" in text
    assert "MNY-01" in text
    assert "again: refund-sandbox run S05 --mutant M32 --seed 7" in text
    assert "total_fee" in text


def test_the_judge_comes_to_the_same_verdict_offline(tmp_path: Path) -> None:
    live = _run("run", "S05", "--mutant", "M32", "--seed", "7", "--json", "--out", str(tmp_path / "run"))
    again = _run("judge", str(tmp_path / "run" / "ledger.jsonl"), "--json")

    assert msgspec.json.decode(again.stdout)["rules"] == msgspec.json.decode(live.stdout)["rules"]
    assert again.returncode == live.returncode


def test_the_report_is_drawn_again_from_the_ledger_alone(tmp_path: Path) -> None:
    run = tmp_path / "run"
    _run("run", "S05", "--mutant", "M32", "--out", str(run))
    before = (run / "report.html").read_bytes()
    for path in run.iterdir():
        if path.name != "ledger.jsonl" and path.is_file():
            path.unlink()

    assert _run("report", str(run)).returncode == 1
    assert (run / "report.html").read_bytes() == before


def test_ctrl_c_stops_everything_and_writes_what_is_known(tmp_path: Path) -> None:
    run = tmp_path / "run"
    process = subprocess.Popen(_command("rehearse", "--out", str(run)), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_for(lambda: _plays_began(run / "ledger.jsonl"), seconds=60)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 2, (out, err)
    assert b"NOT PROVEN" in out
    _nothing_is_left(run)


def test_the_time_limit_ends_a_run_the_same_way(tmp_path: Path) -> None:
    done = _run("rehearse", "--max-time", "6", "--json", "--out", str(tmp_path / "run"))

    assert done.returncode == 2
    assert msgspec.json.decode(done.stdout)["verdict"] == "NOT PROVEN"
    _nothing_is_left(tmp_path / "run")


def test_a_dead_start_command_is_a_mistake_that_shows_its_last_words(tmp_path: Path) -> None:
    target = tmp_path / "target.yaml"
    words = [sys.executable, "-c", "print('no database'); raise SystemExit(9)"]
    target.write_text(
        f"name: dead\nerp: {{profile: generic}}\nstart: {{command: {msgspec.json.encode(words).decode()}}}\n",
        encoding="utf-8",
    )

    done = _run("rehearse", "--target", str(target), "--out", str(tmp_path / "run"))

    assert done.returncode == 3
    assert b"no database" in done.stderr
    assert b"exit status 9" in done.stderr
    assert not (tmp_path / "run" / "endpoints.json").exists()


def test_the_doctor_says_what_it_sees(tmp_path: Path) -> None:
    done = _run("doctor", "--json", "--out", str(tmp_path / "run"))

    told = msgspec.json.decode(done.stdout)
    assert (done.returncode, told["exit"]) == (0, 0)
    assert any("hmac-sha256" in observation["en"] for observation in told["observations"])


def test_serve_prints_one_line_with_every_url_and_act_acts_on_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    process = subprocess.Popen(
        _command("serve", "--port", "0", "--json", "--data", str(data)), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        told = msgspec.json.decode(process.stdout.readline())
        assert {"tmall", "oauth", "tmc", "erp", "control", "token", "erp_key", "shops"} <= set(told)
        refused = _run("act", "buyer.apply", "tid=1", "--data", str(data), "--json")
        unknown = _run("act", "buyer.aply", "--data", str(data))
        assert refused.returncode == 1
        assert msgspec.json.decode(refused.stdout)["accepted"] is False
        assert unknown.returncode == 3
        assert b"Did you mean buyer.apply?" in unknown.stderr
    finally:
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=30)
    assert (process.returncode, rest) == (0, b"")
    assert not (data / "endpoints.json").exists()


def _plays_began(ledger: Path) -> bool:
    if not ledger.exists():
        return False
    return any(isinstance(entry, Mark) and entry.name == "play" for entry in read(ledger))


def test_a_closed_pipe_is_no_fault(tmp_path: Path) -> None:
    process = subprocess.Popen(
        _command("list", "methods"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ}
    )
    assert process.stdout is not None
    process.stdout.close()

    assert process.wait(30) == 0
