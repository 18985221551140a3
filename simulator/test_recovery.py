"""A simulator that is killed at random moments under traffic loses nothing that a client saw answered."""

import json
import random
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest
import urllib3

from simulator.client import Control, ControlError
from simulator.clock import Clock, to_text
from simulator.ledger.entry import Changed
from simulator.ledger.replay import read
from simulator.state import State
from simulator.tmall.signing import sign

KILLS = 50


class Running:
    """A simulator process on a data folder."""

    def __init__(self, data: Path) -> None:
        command = [sys.executable, "-m", "simulator.serving", "--data", str(data), "--port", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the simulator did not come up"
        self.endpoints = json.loads(line)
        self.control = Control(self.endpoints["control"], self.endpoints["token"])

    def kill(self) -> None:
        self.process.kill()
        self.end()

    def end(self) -> None:
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


class Seen:
    """What clients saw answered."""

    def __init__(self) -> None:
        self.refunds: set[str] = set()
        self.paid: set[str] = set()
        self.documents: dict[str, int] = {}


def _top(pool: urllib3.PoolManager, endpoints: dict[str, Any], method: str, session: str, **params: str) -> Any:
    shop = endpoints["shops"][0]
    every = {
        "method": method,
        "app_key": shop["app_key"],
        "session": shop[session],
        "format": "json",
        "v": "2.0",
        "timestamp": to_text(Clock().seconds()),
        "sign_method": "md5",
        **params,
    }
    every["sign"] = sign(every, shop["app_secret"], "md5")
    return pool.request("POST", endpoints["tmall"], fields=every, encode_multipart=False).json()


def _one_life(running: Running, pool: urllib3.PoolManager, seen: Seen, number: int) -> None:
    """Open a refund, write its document, review and agree it; note each answer as it arrives."""
    trade = running.control.trades({"orders": [{"price": "19.99"}]})
    applied = running.control.act("buyer.apply", {"tid": trade["tid"], "amount": "8.35"})
    refund, version = applied["result"]["refund_id"], str(applied["result"]["version"])
    seen.refunds.add(refund)
    shop = running.endpoints["shops"][0]["nick"]
    headers = {"Authorization": f"Bearer {running.endpoints['erp_key']}"}
    body = {"shop": shop, "refund_id": refund, "type": "refund_only", "amount": "8.35", "status": "pending"}
    document = pool.request("PUT", f"{running.endpoints['erp']}/documents/K{number}", json=body, headers=headers).json()
    seen.documents[document["external"]] = document["revision"]
    common = {"refund_id": refund, "refund_version": version, "refund_phase": "onsale"}
    told = {"operator": "a", "message": "ok", "result": "true"}
    _top(pool, running.endpoints, "taobao.rp.refund.review", "session", **common, **told)
    infos = f"{refund}|835|{version}|onsale"
    agreed = _top(pool, running.endpoints, "taobao.rp.refunds.agree", "sub_session", refund_infos=infos)
    if agreed.get("rp_refunds_agree_response", {}).get("msg_code") == "OP_SUCC":
        seen.paid.add(refund)


def _traffic(running: Running, seen: Seen, numbers: Any) -> None:
    pool = urllib3.PoolManager(retries=False, timeout=5)
    while True:
        try:
            _one_life(running, pool, seen, next(numbers))
        except (urllib3.exceptions.HTTPError, ControlError, OSError, json.JSONDecodeError):
            return


def _replayed(path: Path) -> dict[str, Any]:
    state = State()
    for entry in read(path):
        if isinstance(entry, Changed):
            state.apply(entry.rows)
        else:
            state.queues.learn(entry)
    return dict(json.loads(msgspec.json.encode(state.dump())))


@pytest.mark.slow
def test_what_was_answered_survives_fifty_kills_and_nothing_happens_twice(tmp_path: Path) -> None:
    chance = random.Random(20261122)
    seen = Seen()
    numbers = iter(range(10**9))
    path = tmp_path / "ledger.jsonl"
    for _ in range(KILLS):
        running = Running(tmp_path)
        workers = [threading.Thread(target=_traffic, args=(running, seen, numbers)) for _ in range(3)]
        grown = path.stat().st_size + chance.randrange(2_000, 120_000)
        for worker in workers:
            worker.start()
        while path.stat().st_size < grown and any(worker.is_alive() for worker in workers):
            threading.Event().wait(0.001)
        running.kill()
        for worker in workers:
            worker.join()

    running = Running(tmp_path)
    try:
        live = running.control.state()
        replayed = _replayed(path)
    finally:
        running.process.terminate()
        running.end()

    assert replayed == live
    numbered = [entry.seq for entry in read(path)]
    assert numbered == list(range(1, len(numbered) + 1))
    assert seen.refunds <= set(live["refund"])
    assert all(live["refund"][refund]["status"] == "SUCCESS" for refund in seen.paid)
    externals = [row["external"] for row in live["document"].values()]
    assert len(externals) == len(set(externals))
    assert seen.documents.keys() <= set(externals)
    paid = [
        row.id
        for entry in read(path)
        if isinstance(entry, Changed) and entry.action == "agree"
        for row in entry.rows
        if row.entity == "refund"
    ]
    assert len(paid) == len(set(paid))
    assert len(seen.paid) > KILLS
