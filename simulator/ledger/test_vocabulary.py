"""Lines of evidence read in both languages, and every text of this package has its Chinese."""

from pathlib import Path

import pytest

from simulator.ledger.entry import Act, Answered, Asked, Changed, Decision, Entry, Mark
from simulator.ledger.values import Row, RowResult, Told
from simulator.ledger.vocabulary import say
from simulator.ledger.words import line, told
from simulator.phrase import zh
from simulator.sayings import differences, said, sources

REFUND = {"amount": 835, "total": 1999, "kind": "refund_only", "status": "WAIT_SELLER_AGREE", "version": 7}


def test_every_text_has_its_chinese_with_the_same_values_and_none_is_left_over() -> None:
    assert not differences(said(sources(Path(__file__).parent), "say"), dict(say.texts))


@pytest.mark.parametrize(
    ("entry", "chinese"),
    [
        (
            Changed(actor="buyer", action="apply", rows=(Row("refund", "1", REFUND),)),
            "买家申请退款：8.35 元（子订单总额 19.99 元），仅退款，WAIT_SELLER_AGREE，版本 7",
        ),
        (
            Asked(method="taobao.rp.refunds.agree", params={"refund_infos": "1|1999|7|onsale"}, signed=False),
            "同意退款 1|1999|7|onsale，签名错误",
        ),
        (
            Answered(method="m", results=(RowResult("1", succ=True), RowResult("2", succ=False))),
            "结果：1 成功，2 失败 (m)",
        ),
        (
            Answered(method="m", told=(Told("1", 2), Told("2", 1)), total=9, dropped=("5",), lost=True),
            "告知：2 条（总数 9）：1，2，缺少：5 (m)——应答在途中丢失",
        ),
        (
            Decision(by="reviewer", decision="approve", document="D1", amount=835, type="return_refund", revision=2),
            "审核员审核通过 D1：8.35 元，退货退款，修订 2",
        ),
        (
            Act(act="buyer.modify", accepted=False, reason="it is closed", reason_zh="已关闭"),
            "buyer.modify 被拒绝：已关闭",
        ),
        (
            Mark(name="play", detail={"play": "S05#1", "event": "ended", "outcome": "passed"}),
            "演练 S05#1 结束，通过",
        ),
    ],
)
def test_an_entry_reads_in_chinese(entry: Entry, chinese: str) -> None:
    assert zh(told(entry)) == chinese


def test_a_line_has_number_time_and_side_in_both_languages() -> None:
    entry = Act(seq=9, wall=1795313707201, side="erp", act="reviewer.edit")

    assert line(entry) == "#9 10:15:07.201 erp    reviewer.edit done"
    assert line(entry).zh == "#9 10:15:07.201 erp    reviewer.edit 已完成"


def test_what_has_no_word_is_shown_as_it_is() -> None:
    assert zh(told(Changed(actor="harness", action="arm"))) == "沙箱 arm"
