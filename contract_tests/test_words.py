"""Every text has its Chinese, with the same values in it, and none is left over."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests import agreement
from contract_tests.law import FAMILIES, LAW
from contract_tests.rule import broken
from contract_tests.rules import exchange_duties
from contract_tests.words import say, seconds, yuan
from simulator.ledger.vocabulary import ACTORS, DECISIONS, word
from simulator.sayings import differences, said, sources


def _calls(name: str, *files: str) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield the first two arguments of each call of *name*."""
    for file in files:
        for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield node.args[0], node.args[1]


def _used() -> dict[str, str]:
    """Return the English text of each breach, by the name of its Chinese one."""
    found = {
        str(ident.value): str(english.value)
        for ident, english in _calls("broken", *(str(file.__file__) for file in (*FAMILIES, exchange_duties)))
        if isinstance(ident, ast.Constant) and isinstance(english, ast.Constant)
    }
    differences = _calls("Difference", str(agreement.__file__))
    return found | {f"COV-02.{ast.literal_eval(what)}": ast.literal_eval(english) for what, english in differences}


def test_every_text_has_its_chinese_with_the_same_values_and_none_is_left_over() -> None:
    laws = {f"law.{rule.id}": {rule.law} for rule in LAW}
    laws |= {f"source.{rule.id}": {rule.source} for rule in LAW}
    breaches = {ident: {english} for ident, english in _used().items()}
    spoken = said(sources(Path(__file__).parent), "say")

    assert not differences(laws | breaches | spoken, dict(say.texts))


@pytest.mark.parametrize(
    ("fen", "text"), [(0, "0.00"), (1, "0.01"), (835, "8.35"), (-29, "-0.29"), (999_999, "9999.99")]
)
def test_money_is_written_in_yuan(fen: int, text: str) -> None:
    assert yuan(fen) == text


def test_durations_are_never_rounded_up() -> None:
    assert (seconds(14_290_000), seconds(99_999)) == ("14.2", "0.0")


def test_a_breach_names_people_and_decisions_in_the_words_of_its_reader() -> None:
    words = {"by": word(ACTORS, "reviewer"), "decision": word(DECISIONS, "approve"), "took": "9.0", "limit": "5.0"}

    breach = broken("COV-04.late", "{by} decided {decision}", [1], **words)

    assert breach.because == "reviewer decided approve"
    assert breach.zh.startswith("审核员作出决定“同意”，")
