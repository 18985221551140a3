"""Both languages say the same: every text of this package has its Chinese, with the same placeholders."""

import ast
import re
import string
from pathlib import Path

import pytest
import yaml

from rehearsal.causes import causes
from rehearsal.words import both, chinese, from_environment, language, say, use
from simulator.sayings import sources, unsaid

PACKAGE = Path(__file__).parent
_IN_TEMPLATE = re.compile(r'\bt\("([^"]+)", "((?:[^"\\]|\\.)*)"(?: if [^"]+ else "((?:[^"\\]|\\.)*)")?')


def _from_code() -> dict[str, set[str]]:
    """Return every key that the code says, with its English."""
    said: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        if path.name.startswith("test_") or path.name == "words.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"say", "both"}:
                texts = [part.value for part in node.args if isinstance(part, ast.Constant)]
                if len(texts) == 2:
                    said.setdefault(str(texts[0]), set()).add(str(texts[1]))
    return said


def _from_template() -> dict[str, set[str]]:
    said: dict[str, set[str]] = {}
    for path in (PACKAGE / "templates").glob("*.j2"):
        for key, *english in _IN_TEMPLATE.findall(path.read_text(encoding="utf-8")):
            said.setdefault(key, set()).update(text for text in english if text)
    return said


def _said() -> dict[str, set[str]]:
    return _from_code() | _from_template()


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_text_has_its_chinese_and_no_chinese_is_left_over() -> None:
    assert set(chinese()) == set(_said())


def test_a_text_has_the_same_placeholders_in_both_languages() -> None:
    for key, texts in _said().items():
        for english in texts:
            assert _placeholders(english) == _placeholders(chinese()[key]), key


def test_no_mistake_is_told_in_english_only() -> None:
    assert not unsaid(sources(PACKAGE), "UserError", "unknown_name")


def test_a_key_says_one_thing_only_save_for_its_plural() -> None:
    for key, texts in (_from_code() | _from_template()).items():
        assert len(texts) <= 2, (key, texts)


def test_every_likely_cause_is_told_in_both_languages() -> None:
    assert causes()
    for rule, words in causes().items():
        assert set(words) == {"en", "zh"}, rule
        assert all(words.values()), rule


def test_the_yaml_has_no_key_twice() -> None:
    text = (PACKAGE / "words.zh.yaml").read_text(encoding="utf-8")
    keys = re.findall(r"^([\w.-]+):", text, re.MULTILINE)
    assert len(keys) == len(set(keys))
    assert len(keys) == len(yaml.safe_load(text))


def test_a_text_follows_the_language_in_use() -> None:
    before = language()
    try:
        use("zh")
        assert say("outcome.held", "held") == chinese()["outcome.held"]
        use("en")
        assert say("outcome.held", "held") == "held"
    finally:
        use(before)


def test_a_value_may_be_a_pair_of_languages_itself() -> None:
    inner = both("kind.refund_only", "refund-only")

    told = both("proven.kind", "{kind} ({n} paid)", kind=inner, n=3)

    assert told["en"] == "refund-only (3 paid)"
    assert inner["zh"] in told["zh"]


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "REFUND_SANDBOX_LANG": "zh"}, "zh"),
    ],
)
def test_the_environment_chooses_the_language(environ: dict[str, str], expected: str) -> None:
    assert from_environment(environ) == expected
