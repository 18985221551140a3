"""The library's stories can all be read, together give every rule a witness, and say so in both languages."""

import ast
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import scenarios
from scenarios.acts import FORMS
from scenarios.forms import HOOK_MOMENTS
from scenarios.reading import LIBRARY, library, read_text
from scenarios.schema import schema
from scenarios.seen import ALIASES
from scenarios.story import Arm, Story, Variant
from scenarios.writing import story_yaml
from simulator import actors, hooks
from simulator.faults.plan import CALLS

JUDGED = {
    *("COV-01", "COV-02", "COV-03", "COV-04", "DUP-01", "DUP-02", "DUP-03", "MNY-01", "MNY-02", "MNY-03"),
    *("STA-01", "STA-02", "STA-03", "STA-04", "STA-05", "ORD-01", "ORD-02", "ORD-03", "ORD-04", "ORD-05", "ORD-06"),
    *("DAT-01", "DUP-04", "ERP-01", "ERP-02", "ERP-03", "ERP-04", "RTY-04", "SEC-02"),
    *(
        "DDL-01",
        "DDL-02",
        "RTY-01",
        "RTY-02",
        "RTY-03",
        "RTY-05",
        "SYN-01",
        "SYN-02",
        "SYN-03",
        "MSG-01",
        "MSG-02",
        "MSG-03",
        "PRO-01",
        "PRO-02",
        "PRO-03",
    ),
}
"""The rules that this version judges."""

STORIES = library()


def test_the_library_has_the_stories_that_were_promised() -> None:
    assert {"S01", "S02", "S03", "S04", "S05", "S11", "S12", "S14", "S33", "S36", "S38", "S43"} <= set(STORIES)


def test_together_they_judge_every_rule_and_none_that_does_not_exist() -> None:
    assert {rule for story in STORIES.values() for rule in story.judges} == JUDGED


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_a_story_is_told_in_both_languages(story: Story) -> None:
    assert set(story.title) == {"en", "zh"}
    assert set(story.tells) == {"en", "zh"}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_a_story_lies_in_the_file_of_its_name(story: Story) -> None:
    assert story.where == f"{LIBRARY / story.id}.yaml:1"


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_schema_accepts_what_the_reader_accepts(path: Path) -> None:
    jsonschema.validate(yaml.safe_load(path.read_text(encoding="utf-8")), schema())


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": [{"buyer.aply": {"refund": "r"}}]},
        {"steps": [{"wait": {"documnt": "r"}}]},
        {"judges": ["MNY-99"]},
        {"surprise": True},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(wrong: dict[str, Any]) -> None:
    good = {"id": "S90", "title": "x", "given": {"trade": {"orders": [{"price": 1.5}]}}, "steps": ["settle"]}
    jsonschema.validate(good, schema())

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(good | wrong, schema())


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_a_story_written_out_reads_back_as_the_same(story: Story) -> None:
    for number, variant in enumerate(story.variants):
        again = read_text(story_yaml(story, variant=number))

        assert (again.judges, again.title, again.exclusive) == (story.judges, story.title, story.exclusive)
        assert _without_lines(again.variants[0]) == _without_lines(variant)


def _without_lines(variant: Variant) -> list[Any]:
    return [variant.trades, *(_plain(step) for step in variant.steps)]


def _plain(step: Any) -> Any:
    fields = {name: getattr(step, name) for name in step.__struct_fields__ if name != "line"}
    return fields | ({"acts": [_plain(act) for act in step.acts]} if "acts" in fields else {})


def test_faults_on_whole_lists_are_in_exclusive_stories_only() -> None:
    for story in STORIES.values():
        arms = [step for variant in story.variants for step in variant.steps if isinstance(step, Arm)]
        assert story.exclusive or not any(arm.page for arm in arms)


def test_acts_and_moments_are_those_of_the_simulator() -> None:
    assert set(FORMS) <= set(actors.ACTS)
    for name, form in FORMS.items():
        known = {**actors.ACTS[name].needs, **actors.ACTS[name].takes}
        assert set(form.takes) <= set(known), name
    assert hooks.MOMENTS == HOOK_MOMENTS
    assert set(ALIASES.values()) <= set(CALLS)


def test_nothing_here_sleeps() -> None:
    for path in Path(scenarios.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
        assert "sleep" not in names, path
