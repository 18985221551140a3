"""Reads the source for what it says, so that a test can hold a package's two languages together."""

import ast
import string
from collections.abc import Iterable, Iterator
from pathlib import Path


def said(files: Iterable[Path], *names: str) -> dict[str, set[str]]:
    """Return the English of every text that *files* say through a function called one of *names*, by its id.

    Raises:
        ValueError: if one is not written out as two literals, so that nobody could tell what is said.
    """
    found: dict[str, set[str]] = {}
    for path in files:
        for call in _calls(path, names):
            texts = [part.value for part in call.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            if len(texts) != 2 or len(call.args) != 2:
                raise ValueError(f"{path}:{call.lineno}: say an id and its English, both written out")
            found.setdefault(texts[0], set()).add(texts[1])
    return found


def unsaid(files: Iterable[Path], *names: str) -> list[str]:
    """Return where *files* give a function called one of *names* a text that is English only, as its first argument."""
    return [
        f"{path}:{call.lineno}"
        for path in files
        for call in _calls(path, names)
        if call.args and (isinstance(call.args[0], ast.JoinedStr) or _is_text(call.args[0]))
    ]


def sources(folder: Path, *but: str) -> list[Path]:
    """Return the source files below *folder* without tests, and without the folders *but*."""
    return [
        path
        for path in sorted(folder.rglob("*.py"))
        if not path.name.startswith(("test_", "conftest")) and not set(but) & set(path.relative_to(folder).parts)
    ]


def placeholders(text: str) -> set[str]:
    """Return the names of the values that go into *text*."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def differences(said: dict[str, set[str]], chinese: dict[str, str]) -> list[str]:
    """Return, in words, every id that lacks its Chinese, is left over, says two things, or has other values in it."""
    wrong = [f"{key} has no Chinese" for key in sorted(said.keys() - chinese.keys())]
    wrong += [f"{key} is said nowhere" for key in sorted(chinese.keys() - said.keys())]
    wrong += [f"{key} says two things: {sorted(texts)}" for key, texts in sorted(said.items()) if len(texts) > 1]
    for key in sorted(said.keys() & chinese.keys()):
        for english in said[key]:
            if _values(english) != _values(chinese[key]):
                wrong.append(f"{key}: {english!r} and {chinese[key]!r} have not the same values")
    return wrong


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value)


def _values(text: str) -> set[str]:
    # A text without values is not formatted, so its braces are only braces.
    try:
        return placeholders(text)
    except ValueError:
        return set()


def _calls(path: Path, names: tuple[str, ...]) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node
