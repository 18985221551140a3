"""Texts in two languages: English stands in the code, Chinese in each package's `words.zh.yaml`, by the same id.

A package has one `say = Wording(...)`; `say("port.taken", "port {port} is taken.", port=80)` is a `Phrase`: a plain
English text to whoever treats it as one, which knows its Chinese when it is shown to somebody who reads that.
"""

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("en", "zh")
VARIABLE = "REFUND_SANDBOX_LANG"
"""Environment variable that asks for a language before the system's own do."""

_language: ContextVar[str] = ContextVar("language", default="en")


def use(language: str) -> None:
    """Speak *language* (`en` or `zh`) from now on."""
    _language.set(language)


def language() -> str:
    """Return the language in use."""
    return _language.get()


def from_environment(environ: Mapping[str, str] = os.environ) -> str:
    """Return the language that REFUND_SANDBOX_LANG, LC_ALL, LC_MESSAGES or LANG asks for, else that of Windows."""
    for name in (VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name, ""):
            return "zh" if value.lower().startswith("zh") else "en"
    return _of_windows()


def _of_windows() -> str:
    """Return the language in which Windows shows itself to this user; elsewhere English."""
    if sys.platform == "win32":
        import ctypes

        chinese = 0x04  # the primary language, in the low ten bits; the others are countries
        if ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF == chinese:
            return "zh"
    return "en"


class Phrase(str):
    """An English text that knows its Chinese. Encoders of JSON take plain texts only: give them `str(phrase)`."""

    __slots__ = ("_chinese", "key")
    _chinese: Callable[[], str]
    key: str
    """Id of the text; empty for one that was put together."""

    def __new__(cls, english: str, chinese: Callable[[], str], key: str = "") -> "Phrase":
        """Keep *english*; *chinese* is asked only when somebody wants to read it."""
        phrase = super().__new__(cls, english)
        phrase._chinese = chinese
        phrase.key = key
        return phrase

    @property
    def zh(self) -> str:
        """The same in Chinese."""
        return self._chinese()


def zh(text: object) -> str:
    """Return *text* in Chinese; a plain text reads the same in both languages."""
    return text.zh if isinstance(text, Phrase) else str(text)


def spoken(text: object) -> str:
    """Return *text* in the language in use."""
    return zh(text) if language() == "zh" else str(text)


def pair(text: object) -> dict[str, str]:
    """Return *text* as `{"en": …, "zh": …}`."""
    return {"en": str(text), "zh": zh(text)}


def written(english: str, chinese: str) -> Phrase:
    """Return the phrase of two texts that were written down earlier; without *chinese* both are *english*."""
    return Phrase(english, lambda: chinese or english)


def joined(parts: Iterable[str], english: str = ", ", chinese: str = "，") -> Phrase:
    """Return *parts* in a row, with *english* or *chinese* between them."""
    kept = tuple(parts)
    return Phrase(english.join(kept), lambda: chinese.join(map(zh, kept)))


class Wording:
    """The texts of one package. Calling it says one of them."""

    def __init__(self, path: Path) -> None:
        """Remember where the Chinese is; it is read when the first of it is shown."""
        self._path = path
        self._texts: dict[str, str] = {}

    def __call__(self, key: str, english: str, /, **values: Any) -> Phrase:
        """Return the text *key* with *values* in it; a value that is a phrase takes its own language on either side."""
        plain = english.format_map(values) if values else english
        return Phrase(plain, lambda: self._filled(key, values), key)

    @property
    def texts(self) -> Mapping[str, str]:
        """All Chinese texts by id; those of a group within the file are called `group.id`."""
        if not self._texts:
            text = self._path.read_text(encoding="utf-8")
            self._texts = dict(_flat(yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))))
        return self._texts

    def _filled(self, key: str, values: Mapping[str, Any]) -> str:
        text = self.texts[key]
        if not values:
            return text
        chosen = {name: zh(value) if isinstance(value, Phrase) else value for name, value in values.items()}
        return text.format_map(chosen)


def _flat(texts: Mapping[str, Any], group: str = "") -> Iterable[tuple[str, str]]:
    for key, text in texts.items():
        if isinstance(text, dict):
            yield from _flat(text, f"{group}{key}.")
        else:
            yield f"{group}{key}", str(text)
