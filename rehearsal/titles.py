"""Titles of the library's stories; a generated story has none but its nature."""

from functools import cache

from rehearsal.words import both, same
from scenarios.reading import library


def story_title(story: str) -> dict[str, str]:
    """Return the title of story *story* in both languages."""
    if story.startswith("X"):
        return both("story.generated", "generated story")
    if story == "LOAD":
        return both("story.load", "load")
    return _titles().get(story, same(""))


@cache
def _titles() -> dict[str, dict[str, str]]:
    return {
        name: {"en": story.title["en"], "zh": story.title.get("zh", story.title["en"])}
        for name, story in library().items()
    }


def sure(provenance: str) -> dict[str, str]:
    """Return how sure something is, as rules and settings say it, in both languages."""
    return {
        "documented": both("sure.documented", "documented"),
        "observed": both("sure.observed", "observed"),
        "assumed": both("sure.assumed", "assumed"),
        "ours": both("sure.ours", "ours"),
    }.get(provenance, same(provenance))
