"""npm taobao-sdk's message client against the channel: what it gets, confirms and survives, and what it does not."""

import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.ledger.entry import AnyEntry, Confirmed, Connection, Published, Pushed
from simulator.real_clients.listening import Listening
from simulator.real_clients.sandbox import Sandbox
from simulator.real_clients.sdk import HERE

pytestmark = pytest.mark.node

MANY = 10_000


@pytest.fixture(name="sandbox")
def _sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A simulator of its own: each test counts all that was published."""
    sandbox = Sandbox(tmp_path)
    yield sandbox
    sandbox.end()


def _entries(sandbox: Sandbox) -> list[AnyEntry]:
    found: list[AnyEntry] = []
    while more := sandbox.control.ledger(after=found[-1].seq if found else 0):
        found += more
    return found


def _wait(sandbox: Sandbox, count: int, *, after: int = 0) -> list[AnyEntry]:
    """Return all entries of messages, once *count* confirmations are among them."""
    found: list[AnyEntry] = []
    done = 0
    while done < count:
        news = sandbox.control.ledger(after=found[-1].seq if found else after, wait=60)
        assert news, f"nothing more after {done} of {count} confirmations"
        found += news
        done += sum(isinstance(entry, Confirmed) for entry in news)
    return found


def _apply(sandbox: Sandbox, count: int, play: str = "") -> list[str]:
    """Let buyers ask for *count* refunds and return their numbers."""
    trades: list[dict[str, Any]] = sandbox.control.trades([{"orders": [{"price": "19.99"}]}] * count, play=play)
    acts = [{"act": "buyer.apply", "args": {"tid": trade["tid"], "amount": "8.35"}} for trade in trades]
    return [done["result"]["refund_id"] for done in sandbox.control.acts(acts)]


def test_what_buyers_and_sellers_do_comes_as_messages_that_it_confirms(sandbox: Sandbox) -> None:
    client = Listening(sandbox)
    try:
        client.says("top message channel connect success")
        refund = sandbox.refund(returns=True)
        sandbox.control.act("agent.refuse", {"refund": refund.refund_id, "text": "不同意"})
        sandbox.control.act("buyer.withdraw", {"refund": refund.refund_id})

        came = client.messages(3)

        entries = _wait(sandbox, 3)
    finally:
        client.end()
    topics = ["RefundCreated", "RefundSellerRefuseAgreement", "RefundClosed"]
    assert [message["topic"].removeprefix("taobao_refund_") for message in came[:3]] == topics
    assert {msgspec.json.decode(message["content"])["refund_id"] for message in came} == {int(refund.refund_id)}
    assert {message["nick"] for message in came} == {sandbox.shop["nick"]}
    published = [entry.message for entry in entries if isinstance(entry, Published)]
    confirmed = [entry.message for entry in entries if isinstance(entry, Confirmed) and entry.channel == "ws"]
    assert [message["id"] for message in came] == published == confirmed  # numbers beyond 2**53, digit for digit


def test_ten_thousand_messages_with_repeats_and_lost_connections_each_confirmed_once(sandbox: Sandbox) -> None:
    control = sandbox.control
    control.setting("tmc_redelivery", 3)
    control.fault({"fault": "message-duplicated", "play": "twice", "times": 1, "copies": 1})
    refunds = _apply(sandbox, 100, play="twice") + _apply(sandbox, MANY // 2)
    for number, when in ((1000, "before"), (3000, "after")):
        control.fault({"fault": "tmc-dropped", "refund": refunds[number], "when": when})
    client = Listening(sandbox, keep=50)
    try:
        _apply(sandbox, MANY - len(refunds))
        entries = _wait(sandbox, MANY + 100)
        came = client.messages(MANY)
    finally:
        client.end()

    published = Counter(entry.message for entry in entries if isinstance(entry, Published))
    confirmed = Counter((entry.message, entry.copy) for entry in entries if isinstance(entry, Confirmed))
    pushed = [entry for entry in entries if isinstance(entry, Pushed)]
    assert len(published) == MANY
    assert sorted(published.values())[-101:] == [1] + [2] * 100
    assert {message for message, _ in confirmed} == published.keys() == {message["id"] for message in came}
    assert set(confirmed.values()) == {1}
    assert len(pushed) > MANY + 200  # some came again, because they were not confirmed or their connection was lost
    events = [entry.event for entry in entries if isinstance(entry, Connection)]
    assert events[:5] == ["opened", "closed", "opened", "closed", "opened"]
    assert control.state("message") == {}


def test_the_code_of_the_page_on_messages_listens(sandbox: Sandbox) -> None:
    page = (HERE.parents[1] / "docs" / "clients" / "tmc.md").read_text("utf-8")
    code = re.search(r"```js\n(.*?)```", page, re.DOTALL)
    assert code is not None
    app = sandbox.app()
    places = {"TMC_URL": sandbox.control.endpoints()["tmc"]}
    keys = {"TOP_APP_KEY": app["app_key"], "TOP_APP_SECRET": app["app_secret"]}
    refund = sandbox.refund()

    process = subprocess.Popen(
        ["node", "-e", code[1]], cwd=HERE, env={**os.environ, **places, **keys}, stdout=subprocess.PIPE, text=True
    )
    try:
        (confirmed,) = [entry for entry in _wait(sandbox, 1) if isinstance(entry, Confirmed)]
    finally:
        process.kill()
        said, _ = process.communicate()

    assert confirmed.refunds == (refund.refund_id,)
    assert f"{confirmed.message} taobao_refund_RefundCreated {{" in said


def test_two_clients_share_a_queue(sandbox: Sandbox) -> None:
    clients = [Listening(sandbox), Listening(sandbox)]
    try:
        for client in clients:
            client.says("top message channel connect success")
        _apply(sandbox, 200)
        _wait(sandbox, 200)
        came = [client.messages(1) for client in clients]
    finally:
        for client in clients:
            client.end()

    assert [len(messages) for messages in came] == [100, 100]
    assert len({message["id"] for messages in came for message in messages}) == 200


def test_a_refusal_kills_its_process(sandbox: Sandbox) -> None:
    client = Listening(sandbox, app_secret="wrong")
    try:
        client.says("Error: Invalid signature")
        assert client.crashed()
    finally:
        client.end()


def test_gzip_content_is_lost_and_confirmed_all_the_same(sandbox: Sandbox) -> None:
    sandbox.control.fault({"fault": "tmc-gzip"})
    client = Listening(sandbox)
    try:
        sandbox.refund()
        (message,) = client.messages(1)
        _wait(sandbox, 1)
    finally:
        client.end()

    assert "content" not in message
    (pushed,) = [entry for entry in _entries(sandbox) if isinstance(entry, Pushed)]
    assert pushed.fault == "tmc-gzip"


def test_a_channel_that_stays_silent_keeps_it_waiting_for_ever(sandbox: Sandbox) -> None:
    sandbox.control.fault({"fault": "tmc-silent"})
    client = Listening(sandbox)
    try:
        opened = next(entry for entry in _events(sandbox) if entry.event == "opened")
        sandbox.refund()
        assert opened.detail == "fault tmc-silent"
        assert client.messages(0) == []
    finally:
        client.end()
    assert [entry for entry in _entries(sandbox) if isinstance(entry, Pushed)] == []


def _events(sandbox: Sandbox) -> Iterator[Connection]:
    """Yield what happens to connections, as it happens."""
    seen = 0
    while True:
        for entry in sandbox.control.ledger(after=seen, wait=30):
            seen = entry.seq
            if isinstance(entry, Connection):
                yield entry
