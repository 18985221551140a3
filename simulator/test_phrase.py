"""A phrase is a plain English text that knows its Chinese, and a mistake is shown in the reader's language."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.actors import ACTS
from simulator.errors import UserError, unknown_name
from simulator.every_setting import SETTINGS
from simulator.faults.plan import FAULTS
from simulator.phrase import Wording, joined, pair, spoken, use, written, zh
from simulator.sayings import differences, said, sources, unsaid
from simulator.words import say

_TEXTS = """
port:
  taken: "端口 {port} 已被{who}占用。"
who: 别的程序
free: 用 --port 0。
"""


@pytest.fixture
def wording(tmp_path: Path) -> Wording:
    path = tmp_path / "words.zh.yaml"
    path.write_text(_TEXTS, encoding="utf-8")
    return Wording(path)


@pytest.fixture
def in_chinese() -> Iterator[None]:
    use("zh")
    yield
    use("en")


def test_every_text_has_its_chinese_with_the_same_values_and_none_is_left_over() -> None:
    about = {f"about_setting.{name}": {setting.text} for name, setting in SETTINGS.items()}
    about |= {f"about_fault.{name}": {name} for name in FAULTS}
    about |= {f"about_act.{name}": {name} for name in ACTS}
    spoken = said(sources(Path(__file__).parent, "ledger"), "say")

    assert not differences(spoken | about, dict(say.texts))


def test_no_mistake_and_no_refusal_is_told_in_english_only() -> None:
    mistakes = ("UserError", "unknown_name", "ActRefused", "Impossible")

    assert not unsaid(sources(Path(__file__).parent), *mistakes)


def test_a_phrase_is_its_english_and_knows_its_chinese(wording: Wording) -> None:
    phrase = wording("port.taken", "port {port} is taken by {who}.", port=80, who=wording("who", "somebody"))

    assert phrase == "port 80 is taken by somebody."
    assert pair(phrase) == {"en": str(phrase), "zh": "端口 80 已被别的程序占用。"}


def test_chinese_is_read_only_when_it_is_shown(tmp_path: Path) -> None:
    phrase = Wording(tmp_path / "absent.yaml")("id", "text")

    assert str(phrase) == "text"
    with pytest.raises(FileNotFoundError):
        zh(phrase)


def test_a_row_of_texts_is_joined_in_each_language_its_own_way(wording: Wording) -> None:
    row = joined(("S05", wording("who", "somebody"), written("late", "迟到")))

    assert pair(row) == {"en": "S05, somebody, late", "zh": "S05，别的程序，迟到"}


def test_a_plain_text_reads_the_same_in_both_languages(in_chinese: None) -> None:
    assert spoken("as it is") == zh("as it is") == "as it is"


def test_a_mistake_is_shown_in_the_language_in_use(wording: Wording, in_chinese: None) -> None:
    error = UserError(
        wording("port.taken", "port {port} is taken by {who}.", port=80, who="x"),
        where="a.yaml:7",
        expected=wording("free", "Use --port 0."),
    )

    assert str(error) == "a.yaml:7: 端口 80 已被x占用。用 --port 0。"


def test_a_mistake_of_a_third_party_is_shown_as_it_was_written(in_chinese: None) -> None:
    assert str(UserError("is wrong.", where="a.yaml", expected="Do it right.")) == "a.yaml: is wrong. Do it right."


def test_an_unknown_name_is_told_with_the_nearest_in_both_languages(in_chinese: None) -> None:
    error = unknown_name(written("act", "操作"), "buyer.aply", ["buyer.apply", "buyer.modify"], where="S.yaml:9")

    assert (
        str(error) == "S.yaml:9: 没有名为 buyer.aply 的操作。是否想输入 buyer.apply？可用：buyer.apply, buyer.modify。"
    )
    use("en")
    assert str(error) == (
        "S.yaml:9: buyer.aply is not a known act. Did you mean buyer.apply? Known: buyer.apply, buyer.modify."
    )


def test_a_text_that_is_not_written_out_is_found(tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    path.write_text("say(name, 'text')\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"code.py:1: say an id and its English"):
        said([path], "say")


def test_texts_that_differ_are_found() -> None:
    found = differences({"a": {"x {n}"}, "b": {"y"}, "c": {"1", "2"}}, {"a": "甲 {m}", "c": "丙", "d": "丁"})

    assert [problem.partition(" ")[0] for problem in found] == ["b", "d", "c", "a:"]
