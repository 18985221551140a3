"""Measures the judge: each seeded bug of the reference connector against the stories that expose it.

    uv run python -m contract_tests.kill_matrix > docs/kill-matrix.md    # with a number: so often

A mutant counts as killed when a rule of its row is broken, no other rule is broken save those that follow as a
matter of course, and the connector lived to the end.
"""

import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from connectors.mutant import Mutant
from connectors.mutants import MUTANTS
from contract_tests.judge import judge
from contract_tests.law import LAW
from contract_tests.running import running
from contract_tests.verdict import Judgement, Outcome
from scenarios.bundled import bundled
from scenarios.engine import Engine
from scenarios.lengths import length
from scenarios.reading import library
from scenarios.story import Story
from scenarios.target import SHOPS

AT_ONCE = 6
"""Sandboxes at the same time: each waits more than it works."""


class Hunt(msgspec.Struct, frozen=True):
    """What one run with one mutant came to."""

    mutant: Mutant
    broken: frozenset[str]
    died: bool

    @property
    def killed(self) -> bool:
        """Whether the judge accused the right rule, and none without cause."""
        return bool(self.broken & set(self.mutant.caught_by)) and not self.unlisted and not self.died

    @property
    def unlisted(self) -> frozenset[str]:
        """Rules broken that neither catch this bug nor follow from it."""
        return self.broken - set(self.mutant.caught_by) - set(self.mutant.drags)


@cache
def _stories() -> tuple[Story, ...]:
    return tuple(library().values())


def exposing(mutant: Mutant) -> list[Story]:
    """Return the stories of the library, variants included, in which *mutant* shows."""
    return [story for story in _stories() if story.id[:3] in mutant.exposed_by]


def huntable() -> list[Mutant]:
    """Return the mutants for which there are a story that exposes them and a rule that accuses them."""
    rules = {rule.id for rule in LAW}
    return [mutant for mutant in MUTANTS.values() if exposing(mutant) and rules & set(mutant.caught_by)]


def broken(judgement: Judgement) -> frozenset[str]:
    """Return the ids of the rules that *judgement* holds broken."""
    return frozenset(rule.id for rule in judgement.rules if rule.outcome == Outcome.BROKEN)


def play(
    folder: Path,
    stories: Sequence[Story],
    *,
    mutant: str = "",
    style: str = "polling",
    erp: str = "",
    seed: int = 1,
    env: Mapping[str, str] | None = None,
    declared: Mapping[str, Any] | None = None,
    shops: int = SHOPS,
) -> tuple[Judgement, bool]:
    """Play *stories* at the reference connector in *folder*; return the judgement, and whether it died.

    The rest is as `running` says.
    """
    died = False
    how: dict[str, Any] = {"mutant": mutant, "style": style, "erp": erp, "seed": seed, "env": env, "shops": shops}
    with running(folder, declared=declared, **how) as here:
        nicks = [shop["nick"] for shop in here.endpoints["shops"]]
        Engine(here.control, here.declaration, nicks, subject=here.integration).play(stories)
        died = not here.integration.alive
    return judge(here.ledger), died


def hunt(mutant: Mutant, folder: Path, *, seed: int = 1) -> Hunt:
    """Play the stories that expose *mutant* at the connector that has it."""
    judgement, died = play(folder, exposing(mutant), mutant=mutant.id, style=mutant.style, erp=mutant.erp, seed=seed)
    return Hunt(mutant=mutant, broken=broken(judgement), died=died)


def hunts(folder: Path, *, times: int = 1) -> list[Hunt]:
    """Hunt every mutant that can be hunted *times* times, each time with another seed; the longest begin first."""
    todo = [(mutant, seed) for mutant in huntable() for seed in range(1, times + 1)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = {
            (mutant.id, seed): pool.submit(hunt, mutant, folder / f"{mutant.id}-{seed}", seed=seed)
            for mutant, seed in sorted(todo, key=lambda one: -_length(one[0]))
        }
        return [futures[mutant.id, seed].result() for mutant, seed in todo]


def _length(mutant: Mutant) -> float:
    """Return about how many seconds a hunt takes: of stories that follow each other all of them."""
    declared = bundled(mutant.style, mutant.erp).declaration
    found = [(story, length(one, declared)) for story in exposing(mutant) for one in story.variants]
    return sum(time for story, time in found if story.exclusive) + max(time for _, time in found)


def table(found: Sequence[Hunt]) -> str:
    """Return the kill matrix as Markdown: mutants by rules."""
    rules = [rule.id for rule in LAW if any(rule.id in one.broken for one in found)]
    lines = [
        "# Kill matrix",
        "",
        "Seeded bugs of the reference connector, and the rules that accused them: **●** a rule of its row,",
        "○ one that follows as a matter of course. Made by `python -m contract_tests.kill_matrix`.",
        "",
        f"| mutant | bug | stories | {' | '.join(rules)} | killed |",
        f"| --- | --- | --- |{' :-: |' * len(rules)} :-: |",
    ]
    for mutant in dict.fromkeys(one.mutant for one in found):
        mine = [one for one in found if one.mutant == mutant]
        seen = frozenset().union(*(one.broken for one in mine))
        marks = ["" if r not in seen else "**●**" if r in mutant.caught_by else "○" for r in rules]
        stories = " ".join(story.id for story in exposing(mutant))
        killed = f"{sum(one.killed for one in mine)} of {len(mine)}"
        lines.append(f"| {mutant.id} | {mutant.title} | {stories} | {' | '.join(marks)} | {killed} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        sys.stdout.write(table(hunts(Path(place), times=int(sys.argv[1]) if len(sys.argv) > 1 else 1)))
