"""The pages about stories and targets are true: their examples are read by the reader, and the schema is JSON."""

import json
import re
import subprocess
import sys
from pathlib import Path

from scenarios.reading import library, read_text
from scenarios.schema import schema
from scenarios.story import Arm
from scenarios.target import read_target_text

ROOT = Path(__file__).parents[1]


def _examples(page: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.DOTALL)


def test_the_stories_of_the_page_can_be_played() -> None:
    raised, killed = map(read_text, _examples("stories.md"))

    assert (raised.id, killed.id, killed.alone) == ("S90", "S91", True)


def test_each_of_the_fourteen_moments_of_a_crash_is_held_in_the_story_that_is_named() -> None:
    page = (ROOT / "docs" / "stories.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| .* \| `([\w.]+)` \| (S52\w?) \|$", page)
    crashes = {story.id: story for story in library().values() if story.crashes}

    def held(name: str) -> set[str]:
        return {step.call for variant in crashes[name].variants for step in variant.steps if isinstance(step, Arm)}

    assert len(rows) == 14
    assert {story for _, story in rows} == set(crashes)
    assert [(call, story) for call, story in rows if call not in held(story)] == []


def test_the_target_of_the_page_is_one() -> None:
    example, mapped = _examples("target.md")

    target = read_target_text(example)
    mapping = read_target_text(mapped).declaration.mapping

    assert target.declaration.waivers[0].rule == "DUP-01"
    assert target.declaration.tempo.margin == 60
    assert mapping is not None
    assert mapping.fields["status"].theirs("refunded") == "完成"


def test_the_schema_for_editors_is_written_as_json() -> None:
    done = subprocess.run([sys.executable, "-m", "scenarios.schema"], capture_output=True, check=True)

    assert json.loads(done.stdout) == schema()
