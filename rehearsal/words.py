"""The two languages of command line and report: English stands in the code, Chinese in `words.zh.yaml`.

A text is said by its id and its English: `say("plan.stories", "{n} stories", n=12)`. A test reads the source
and the template, and fails when an id has no Chinese or the placeholders differ.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import yaml

from simulator.phrase import LANGUAGES, Phrase, from_environment, language, pair, use, zh

__all__ = ["LANGUAGES", "both", "chinese", "from_environment", "language", "pair", "pairs", "same", "say", "use"]


def say(key: str, english: str, **values: Any) -> str:
    """Return the text *key* in the language in use, with *values* filled in."""
    return both(key, english, **values)[language()]


def both(key: str, english: str, **values: Any) -> dict[str, str]:
    """Return the text *key* in both languages, `{"en": …, "zh": …}`, with *values* filled in.

    A value that is itself such a pair, or a phrase, takes its own language on either side.
    """
    texts = {"en": english, "zh": chinese().get(key, english)}
    return {name: text.format_map(_in(name, values)) if values else text for name, text in texts.items()}


def same(text: str) -> dict[str, str]:
    """Return a pair of languages for a *text* that reads the same in both."""
    return {"en": text, "zh": text}


def pairs(english: Iterable[str], chinese: Iterable[str]) -> list[dict[str, str]]:
    """Return texts that were kept in both languages side by side; what lacks its Chinese reads the same in both."""
    return [{"en": en or "", "zh": zh or en or ""} for en, zh in zip_longest(english, chinese)]


@cache
def chinese() -> Mapping[str, str]:
    """Return all Chinese texts of this package by id."""
    text = Path(__file__).with_name("words.zh.yaml").read_text(encoding="utf-8")
    loaded: dict[str, str] = yaml.safe_load(text)
    return loaded


def _in(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _spoken(name, value) for key, value in values.items()}


def _spoken(name: str, value: Any) -> Any:
    if isinstance(value, dict) and name in value:
        return value[name]
    return zh(value) if name == "zh" and isinstance(value, Phrase) else value
