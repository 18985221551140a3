"""Generated stories are valid, repeatable, and full of what breaks integrations."""

import subprocess
import sys
from collections import Counter
from itertools import islice

import msgspec
import pytest

from contract_tests.generated import drawn
from contract_tests.reach import GENERATED, alphabet
from scenarios.reading import RULES, read_text
from scenarios.story import Arm, Do, Settle, Story, Wait
from scenarios.writing import story_yaml

BOTH = ("refund_only", "return_refund")


@pytest.fixture(scope="module")
def many() -> list[Story]:
    return list(islice(drawn(BOTH, 20261122), 300))


def _acts(story: Story) -> list[Do]:
    return [step for step in story.variants[0].steps if isinstance(step, Do)]


@pytest.mark.parametrize("kinds", [BOTH, GENERATED])
def test_the_reader_takes_every_story_and_finds_the_same_in_it(kinds: tuple[str, ...]) -> None:
    for story in islice(drawn(kinds, 20261122), 150):
        read = read_text(story_yaml(story))
        bare = tuple(msgspec.structs.replace(step, line=0) for step in read.variants[0].steps)
        assert bare == story.variants[0].steps
        assert (read.id, read.title, read.judges, read.requires) == (
            story.id,
            story.title,
            story.judges,
            story.requires,
        )
        assert read.variants[0].trades == story.variants[0].trades


def test_every_act_of_the_alphabet_appears_in_three_hundred_stories(many: list[Story]) -> None:
    seen = Counter(act.act for story in many for act in _acts(story))

    assert set(seen) == set(alphabet(BOTH))


def test_every_act_about_exchanges_and_re_sends_appears_in_a_thousand_stories() -> None:
    acts = [act for story in islice(drawn(GENERATED, 20261122), 1000) for act in _acts(story)]

    assert {act.act for act in acts} == set(alphabet(GENERATED))
    assert sum(bool(act.becomes) for act in acts) > 20


def test_exchanges_and_re_sends_are_asked_for_only_where_the_integration_handles_them() -> None:
    exchanges = list(islice(drawn(("refund_only", "exchange"), 3), 200))

    assert {act.act for story in exchanges for act in _acts(story)} <= set(alphabet(("refund_only", "exchange")))
    assert {need for story in exchanges for need in story.requires} == {"refund_only", "exchange"}
    assert next(drawn(("reship",), 3)).requires == ("reship",)


def test_no_two_stories_are_the_same(many: list[Story]) -> None:
    assert len({story_yaml(story).partition("\n")[2] for story in many}) == len(many)


def test_the_same_seed_draws_the_same_stories_also_in_another_process(many: list[Story]) -> None:
    program = (
        "import decimal, email, json, load.lag\n"  # other modules loaded than here
        "from itertools import islice\n"
        "from contract_tests.generated import drawn\n"
        "from scenarios.writing import story_yaml\n"
        "for story in islice(drawn(('refund_only', 'return_refund'), 20261122), 60): print(story_yaml(story), end='')"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert done.stdout.decode() == "".join(story_yaml(story) for story in many[:60])


def test_another_seed_draws_other_stories(many: list[Story]) -> None:
    assert [story.title for story in islice(drawn(BOTH, 1), 30)] != [story.title for story in many[:30]]


@pytest.mark.parametrize("kind", BOTH)
def test_only_kinds_that_the_integration_handles_are_asked_for(kind: str) -> None:
    for story in islice(drawn((kind,), 5), 60):
        assert {act.args["kind"] for act in _acts(story) if "kind" in act.args} == {kind}
        assert story.requires == (kind,)


def test_many_stories_modify_a_refund_that_the_erp_already_has(many: list[Story]) -> None:
    def modifies(story: Story) -> bool:
        imported: set[str] = set()
        for step in story.variants[0].steps:
            if isinstance(step, Wait) and step.kind == "document":
                imported.add(step.of)
            elif isinstance(step, Do) and step.act == "buyer.modify" and step.refund in imported and not step.at:
                return True
        return False

    assert sum(map(modifies, many)) > len(many) / 4


def test_every_story_settles_at_its_end(many: list[Story]) -> None:
    assert all(isinstance(story.variants[0].steps[-1], Settle) for story in many)


def test_some_stories_race_and_some_wait(many: list[Story]) -> None:
    raced = sum(any(act.may_refuse for act in _acts(story)) for story in many)

    assert len(many) / 10 < raced < len(many) * 0.9


def test_some_stories_are_disturbed_lightly(many: list[Story]) -> None:
    disturbed = [[step for step in story.variants[0].steps if isinstance(step, Arm)] for story in many]

    assert len(many) / 10 < sum(map(bool, disturbed)) < len(many) * 0.7
    assert all(fault.times == 1 and fault.refund for faults in disturbed for fault in faults)


def test_orders_and_amounts_vary(many: list[Story]) -> None:
    orders = Counter(len(story.variants[0].trades[0].orders) for story in many)
    amounts = {act.args["amount"] for story in many for act in _acts(story) if "amount" in act.args}

    assert set(orders) == {1, 2, 3}
    assert {"0.01", "0.29", "1.15", "8.35", "19.99", "145.05", "1034.45", "9999.99"} <= amounts


def test_stories_judge_by_rules_that_exist(many: list[Story]) -> None:
    judged = {rule for story in many for rule in story.judges}

    assert judged <= RULES
    assert {
        "COV-01",
        "COV-02",
        "COV-03",
        "COV-04",
        "MNY-01",
        "MNY-02",
        "STA-01",
        "STA-03",
        "ORD-01",
        "ORD-02",
    } <= judged
