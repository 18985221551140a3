"""Writes `docs/messages.md`, which steps publish which topics with what: python -m simulator.tmall.messages_page."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from simulator.every_setting import SETTINGS
from simulator.faults.messages import MESSAGE_FAULTS
from simulator.settings import Settings
from simulator.tmall import (
    ag_messages,
    exchange_lifecycle,
    lifecycle,
    message_content,
    reship_lifecycle,
    trade_messages,
)
from simulator.tmall.lifecycle_row import Transition
from simulator.tmall.refund import Refund
from simulator.tmall.shop import Shop
from simulator.tmall.topics import TOPICS, page_of
from simulator.tmall.trade import Order, Trade

PAGE = Path(__file__).parents[2] / "docs" / "messages.md"
_HEAD = """# Messages (TMC)

This page is generated from the tables of the life cycle, the settings and the faults by
`python -m simulator.tmall.messages_page`; change those instead. How clients connect is told in
[clients/tmc.md](clients/tmc.md), the methods in [methods.md](methods.md), the steps in [lifecycle.md](lifecycle.md).

A message goes to every app to which the shop permitted its topic, into the queue of the user's group, of the topic's
group, or the default one. It comes at least once, in no order that can be relied on, over HTTP or the websocket,
until it is confirmed or expires. `GET /v1/messages` tells what waits.
"""
_BESIDES = """
## All documented topics

Names and fields are those of the official pages (the number is the docId; public type libraries carry them). What
brings a topic is the platform's text where the mark is documented. Row numbers are those of the table above.
Exchanges are told of by the classic family where the newer one has no topic for the step; its `bill_type` is then
`replace_bill`. An app puts messages of its own with `taobao.tmc.message.produce`.
"""


def steps() -> list[tuple[str, str, Transition]]:
    """Return (topic, table, row) of every row that publishes something, by topic."""
    found = [(row.topic(), "refund", row) for row in lifecycle.TABLE if row.message]
    found += [(row.topic("dispute"), "exchange", row) for row in exchange_lifecycle.TABLE if row.message]
    found += [(row.topic("dispute"), "re-send", row) for row in reship_lifecycle.TABLE if row.message]
    return sorted(found, key=lambda one: one[0])


def contents() -> dict[str, dict[str, Any]]:
    """Return an example of each content, by what it is of."""
    refund = _refund()
    dispute = message_content.of_refund(refund, Settings())
    order = Order(
        oid=refund.oid, tid=refund.tid, shop=refund.shop, status="TRADE_CLOSED", title="保温杯", price=5978, num=1,
        total=5978, paid=5978, outer_id="SKU-1",
    )  # fmt: skip
    trade = Trade(
        tid=refund.tid, shop=refund.shop, status="TRADE_CLOSED", oids=(refund.oid,), payment=5978, buyer=refund.buyer,
        modified=refund.modified,
    )  # fmt: skip
    shop = Shop(nick=refund.shop, user_id=2208000001)
    partly = ("TradePartlyRefund", "TradeCloseAndModifyDetailOrder", "TradePartlyConfirmPay")
    return {
        "taobao_refund_…": message_content.content(refund),
        "taobao_refund_RefundTimeoutRemind, RefundableMarked, RefundableCanceled": {"modified": dispute["modified"]},
        "taobao_dispute_…": dispute,
        "taobao_dispute_ExchangeAgree, RefundSuccess, RefundPriceProtect": message_content.short(dispute),
        "taobao_dispute_Reshipping…": message_content.in_texts(dispute | {"biz_claim_type": 10}),
        "taobao_rdc_AgDealRefund": ag_messages.paid(refund, order.outer_id),
        "taobao_ag_RefundBroad": ag_messages.broadcast(refund),
        "taobao_ag_RefundSignInfo": ag_messages.signed(refund, shop, 1042),
        "taobao_ag_SignInfo": ag_messages.scanned(refund, shop, order, 1),
        "taobao_trade_…": trade_messages.content("", trade, order, refund),
        **{f"taobao_trade_{name}": trade_messages.content(name, trade, order, refund) for name in partly},
    }


def _refund() -> Refund:
    return Refund(
        refund_id="181784773340365852",
        shop="流行色彩坐标",
        tid=2918463734761365258,
        oid=2918463734761365258,
        kind="return_refund",
        status="SUCCESS",
        phase="onsale",
        amount=5978,
        total=5978,
        buyer="c**",
        reason="多拍/错拍/不想要",
        created=1704416887,
        modified=1704416947,
        company="顺丰速运",
        waybill="SF1367700000000",
    )


def page() -> str:
    """Return the page, in Markdown."""
    parts = [_HEAD, "## Topics", "", *_head("topic", "table", "row", "from", "who", "does", "to"), *_topics()]
    parts += [_BESIDES, *_head("topic", "page", "brought by", "mark"), *_documented(), "", "## Contents", ""]
    for name, said in contents().items():
        parts += [f"`{name}`:", "", "```json", msgspec.json.format(msgspec.json.encode(said)).decode(), "```", ""]
    parts += ["## Settings", "", *_head("setting", "default", "else", "mark", "what"), *_settings(), ""]
    parts += ["## Faults", "", *_faults(), ""]
    return "\n".join(parts)


def _head(*names: str) -> Iterator[str]:
    yield f"| {' | '.join(names)} |"
    yield f"|{' --- |' * len(names)}"


def _topics() -> Iterator[str]:
    for topic, table, row in steps():
        states = ", ".join(state or "–" for state in row.from_)
        yield f"| `{topic}` | {table} | {row.id} | {states} | {row.actor} | {row.action} | {row.to or 'same'} |"


def _documented() -> Iterator[str]:
    rows: dict[str, list[str]] = {}
    for topic, _, row in steps():
        rows.setdefault(topic, []).append(row.id)
    for name, about in TOPICS.items():
        table = f"row{'s' if len(rows.get(name, ())) > 1 else ''} {', '.join(rows.get(name, ()))}"
        when = f"never: {about.never}" if about.never else about.when or table
        yield f"| `{name}` | [{about.page}]({page_of(name)}) | {when} | {'–' if about.never else about.mark} |"


def _settings() -> Iterator[str]:
    for name, setting in SETTINGS.items():
        if name.startswith("tmc_"):
            others = ", ".join(str(value) for value in setting.alternatives)
            yield f"| `{name}` | {setting.default} | {others} | {setting.provenance} | {setting.text} |"


def _faults() -> Iterator[str]:
    for fault in MESSAGE_FAULTS:
        options = "; ".join(f"`{name}`: {text}" for name, text in fault.options.items())
        yield f"* `{fault.name}`: {(fault.__doc__ or '').splitlines()[0]} {options}"


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
