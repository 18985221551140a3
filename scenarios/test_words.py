"""Mistakes in stories and targets are told in Chinese as well, and every text has its Chinese."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.reading import read_text
from scenarios.target import read_target_text
from scenarios.words import say
from simulator.errors import UserError
from simulator.phrase import use, zh
from simulator.sayings import differences, said, sources, unsaid

_DOCTOR = ("doctor.", "words.")
"""Texts of the doctor, whose English is a table of its own (`test_doctor.py` holds the two together)."""


def test_every_text_has_its_chinese_with_the_same_values_and_none_is_left_over() -> None:
    chinese = {key: text for key, text in say.texts.items() if not key.startswith(_DOCTOR)}

    assert not differences(said(sources(Path(__file__).parent), "say"), chinese)


def test_no_mistake_is_told_in_english_only() -> None:
    assert not unsaid(sources(Path(__file__).parent), "UserError", "unknown_name", "Unplayed")


_STORY = "id: S1\ntitle: t\ngiven: {trade: {orders: [{price: 1.00}]}}\nsteps:\n"


@pytest.mark.parametrize(
    ("read", "text", "chinese"),
    [
        (
            read_text,
            _STORY + "  - buyer.aply: {refund: r}\n",
            "f.yaml:5: 没有 buyer.aply 这个操作。是否想输入 buyer.apply？buyer 的操作：apply, modify, withdraw,"
            " ship_back, correct_waybill, message, call_staff, complain, withdraw_complaint, accept_offer,"
            " decline_offer, ask_advance, apply_exchange, modify_exchange, withdraw_exchange"
            ", ship_back_exchange, confirm_exchange, message_exchange, apply_reship, modify_reship,"
            " withdraw_reship, confirm_reship, message_reship, apply_repair, modify_repair, withdraw_repair,"
            " ship_back_repair, confirm_repair, message_repair。",
        ),
        (
            read_text,
            _STORY + "  - buyer.apply: {refund: r, amount: 1.005}\n",
            "f.yaml:5: amount 的值为 '1.005'。应为以元为单位的金额，最多两位小数，例如 8.35。",
        ),
        (
            read_target_text,
            "name: x\nerp: {profile: generic}\nstart: {comand: x}\n",
            "f.yaml:3: 没有名为 comand 的键（start）。是否想输入 command？可用：command, cwd, env, ready, timeout。",
        ),
        (read_target_text, "name: x\n", "f.yaml:1: 目标文件缺少 erp。请写 erp: {profile: generic}。"),
        (
            read_target_text,
            "name: x\nerp: {profile: generic}\ntempo: {poll: 5}\n",
            "f.yaml:3: poll 的值为 '5'。应为带单位的时长，例如 500ms、5s 或 2 min。",
        ),
        (
            read_target_text,
            "name: x\nerp: {profile: generic}\ncallback: http://${tmall.hots}/\n",
            "f.yaml:3: 没有名为 ${tmall.hots} 的模板取值。是否想输入 ${tmall.host}？",
        ),
    ],
)
def test_a_mistake_is_told_in_chinese(read: Callable[[str, str], object], text: str, chinese: str) -> None:
    with pytest.raises(UserError) as found:
        read(text, "f.yaml")

    try:
        use("zh")
        assert str(found.value).startswith(chinese)
    finally:
        use("en")


def test_a_mistake_says_the_same_to_an_english_reader() -> None:
    with pytest.raises(UserError, match=r"f.yaml:1: the target has no erp. Write erp: \{profile: generic\}.") as found:
        read_target_text("name: x\n", "f.yaml")

    assert zh(found.value.message) == "目标文件缺少 erp。"
