"""The page of messages tells every topic, content, setting and fault, and is this one."""

from simulator.every_setting import SETTINGS
from simulator.faults.messages import MESSAGE_FAULTS
from simulator.tmall import exchange_lifecycle, lifecycle, reship_lifecycle
from simulator.tmall.messages_page import PAGE, page, steps
from simulator.tmall.topics import TOPICS


def test_every_row_that_publishes_stands_there_with_its_topic_and_no_other_does() -> None:
    table = page().partition("## All documented topics")[0]
    lines = [line for line in table.splitlines() if line.startswith("| `taobao_")]
    rows = [(row, "refund") for row in lifecycle.TABLE] + [(row, "exchange") for row in exchange_lifecycle.TABLE]
    rows += [(row, "re-send") for row in reship_lifecycle.TABLE]
    for row, table in rows:
        told = [line for line in lines if f"| {table} | {row.id} |" in line]
        assert len(told) == bool(row.message), row.id
        assert all(row.message in line and f"| {row.action} |" in line for line in told)
    assert len(lines) == sum(bool(row.message) for row, _ in rows)


def test_every_topic_is_documented_and_is_sent_by_a_row_or_says_what_brings_it_or_why_nothing_does() -> None:
    by_rows = {topic for topic, _, _ in steps()}

    assert by_rows <= set(TOPICS)
    for name, topic in TOPICS.items():
        told = topic.when or name in by_rows
        assert bool(topic.never) + bool(told) == 1, name


def test_every_setting_and_fault_of_messages_stands_there() -> None:
    text = page()
    assert all(f"| `{name}` |" in text for name in SETTINGS if name.startswith("tmc_"))
    assert all(f"* `{fault.name}`:" in text for fault in MESSAGE_FAULTS)


def test_the_page_in_the_docs_is_this_one() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m simulator.tmall.messages_page"
