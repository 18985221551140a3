"""The two languages of command line and report: English stands in the code, Chinese in `words.zh.yaml`.

A text is said by its id and its English: `say("plan.stories", "{n} stories", n=12)`. A test reads the source
and the template, and fails when an id has no Chinese or the placeholders differ.
"""

import os
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("en", "zh")

_language: ContextVar[str] = ContextVar("language", default="en")


def use(language: str) -> None:
    """Speak *language* (`en` or `zh`) from now on."""
    _language.set(language)


def language() -> str:
    """Return the language in use."""
    return _language.get()


def from_environment(environ: Mapping[str, str] = os.environ) -> str:
    """Return the language that REFUND_SANDBOX_LANG, LC_ALL, LC_MESSAGES or LANG asks for, else English."""
    for name in ("REFUND_SANDBOX_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name, ""):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def say(key: str, english: str, **values: Any) -> str:
    """Return the text *key* in the language in use, with *values* filled in."""
    return both(key, english, **values)[_language.get()]


def both(key: str, english: str, **values: Any) -> dict[str, str]:
    """Return the text *key* in both languages, `{"en": …, "zh": …}`, with *values* filled in.

    A value that is itself such a pair takes its own language on either side.
    """
    texts = {"en": english, "zh": chinese().get(key, english)}
    return {name: text.format_map(_in(name, values)) if values else text for name, text in texts.items()}


def same(text: str) -> dict[str, str]:
    """Return a pair of languages for a *text* that reads the same in both."""
    return {"en": text, "zh": text}


@cache
def chinese() -> Mapping[str, str]:
    """Return all Chinese texts of this package by id."""
    text = Path(__file__).with_name("words.zh.yaml").read_text(encoding="utf-8")
    loaded: dict[str, str] = yaml.safe_load(text)
    return loaded


def _in(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value[name] if isinstance(value, dict) and name in value else value for key, value in values.items()}
