"""YAML that remembers its lines: values with the place they stand at, for errors a person can act on."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NoReturn

import yaml

from scenarios.words import say
from simulator.errors import UserError, unknown_name


class Located:
    """A YAML value with its place. The readers say what they expect, and raise `UserError` for anything else."""

    def __init__(self, node: yaml.Node, path: str, name: str, *, above: tuple[int, ...] = ()) -> None:
        """Wrap *node* of the file *path*; *name* is what errors call it, *above* the nodes it lies in."""
        self._node = node
        self.path = path
        self.name = name
        self.line: int = node.start_mark.line + 1
        self._above = (*above, id(node))
        if id(node) in above:
            self.fail(
                say("node.cyclic", "{name} contains itself.", name=name),
                say("node.no_cycle", "A cyclic reference (&anchor, *alias) cannot be read."),
            )

    @property
    def where(self) -> str:
        """Return `file:line`."""
        return f"{self.path}:{self.line}"

    def fail(self, message: str, expected: str = "") -> NoReturn:
        """Raise the error that names this place."""
        raise UserError(message, where=self.where, expected=expected)

    def _inside(self, node: yaml.Node, name: str) -> "Located":
        return Located(node, self.path, name, above=self._above)

    @property
    def kind(self) -> str:
        """Return `mapping`, `list`, `text`, `number`, `bool` or `nothing`."""
        if isinstance(self._node, yaml.MappingNode):
            return "mapping"
        if isinstance(self._node, yaml.SequenceNode):
            return "list"
        tag = self._node.tag.rpartition(":")[2]
        return {"int": "number", "float": "number", "bool": "bool", "null": "nothing"}.get(tag, "text")

    def shown(self) -> str:
        """Return the value as an error shows it."""
        if isinstance(self._node, yaml.ScalarNode):
            return repr(self._node.value)
        return say("node.a_list", "a list") if self.kind == "list" else say("node.a_mapping", "a mapping")

    def _expect(self, kinds: tuple[str, ...], expected: str) -> None:
        if self.kind not in kinds:
            self.no(self.shown(), expected)

    def no(self, value: str, expected: str) -> NoReturn:
        """Raise the error that it is *value*, where something else is *expected*."""
        self.fail(
            say("node.is", "{name} is {value}.", name=self.name, value=value),
            say("node.expected", "It is {expected}.", expected=expected),
        )

    def mapping(self) -> "dict[str, Located]":
        """Return the pairs of a mapping in their order."""
        self._expect(("mapping",), say("node.mapping", "a mapping (key: value)"))
        found: dict[str, Located] = {}
        for key, value in self._node.value:
            if not isinstance(key, yaml.ScalarNode):
                message = say("node.key_no_text", "a key of {name} is no text.", name=self.name)
                self._inside(key, "a key").fail(message, say("node.keys_are", "Keys are plain words."))
            if key.value in found:
                message = say("node.twice", "{key} stands twice in {name}.", key=key.value, name=self.name)
                self._inside(key, key.value).fail(message, say("node.keep_one", "Keep one of them."))
            found[key.value] = self._inside(value, key.value)
            # An error about a value belongs where its key stands: an empty value has no line of its own.
            found[key.value].line = key.start_mark.line + 1
        return found

    def keys(self, known: Mapping[str, object] | tuple[str, ...], what: str) -> "dict[str, Located]":
        """Return the pairs of a mapping whose keys are all among *known* keys of *what*."""
        found = self.mapping()
        for key, value in found.items():
            if key not in known:
                raise unknown_name(key_of(what), key, known, where=value.where)
        return found

    def items(self) -> "list[Located]":
        """Return the elements of a list."""
        self._expect(("list",), say("node.a_list", "a list"))
        return [self._inside(node, f"{self.name} {n}") for n, node in enumerate(self._node.value, start=1)]

    def text(self, values: Mapping[str, str] | None = None) -> str:
        """Return a scalar's text as it is written, `${name}` replaced by the *values* given."""
        if not isinstance(self._node, yaml.ScalarNode):
            self.no(self.shown(), say("node.a_text", "a text"))
        text: str = self._node.value
        return text if values is None or "${" not in text else self.filled(text, values)

    def filled(self, text: str, values: Mapping[str, str]) -> str:
        """Return *text* with `${name}` replaced; an unknown name is an error that lists the known ones."""
        parts = text.split("${")
        filled = [parts[0]]
        for part in parts[1:]:
            name, brace, rest = part.partition("}")
            if not brace:
                self.fail(
                    say("node.unclosed", "{name} has an unclosed value: {text}.", name=self.name, text=repr(text)),
                    say("value.form", "A value is written ${name}."),
                )
            if name not in values:
                raise unknown_name(
                    say("what.value", "value"), f"${{{name}}}", [f"${{{key}}}" for key in values], where=self.where
                )
            filled += (values[name], rest)
        return "".join(filled)

    def flag(self) -> bool:
        """Return true or false."""
        self._expect(("bool",), say("node.a_flag", "true or false"))
        return bool(self._node.value.lower() in {"true", "yes", "on"})

    def whole(self, values: Mapping[str, str] | None = None, *, least: int = 0) -> int:
        """Return a whole number of at least *least*, `${name}` replaced by the *values* given."""
        text = self.text(values)
        if not text.isascii() or not text.isdigit() or int(text) < least:
            self.no(repr(text), say("node.a_whole", "a whole number from {least}", least=least))
        return int(text)

    def one_of(self, known: Mapping[str, object] | tuple[str, ...], what: str) -> str:
        """Return a word that is among the *known* ones of *what*."""
        word = self.text()
        if word not in known:
            raise unknown_name(what, word, known, where=self.where)
        return word

    def words(self) -> tuple[str, ...]:
        """Return a list of texts; a single text is a list of one."""
        return (self.text(),) if self.kind != "list" else tuple(item.text() for item in self.items())


def load(text: str, path: str, name: str) -> Located:
    """Return the document in *text*; *name* is what errors call it.

    Raises:
        UserError: if it is empty or no YAML, with the line.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}" if mark else path
        problem = f"{error.context}, {error.problem}" if str(error.problem).startswith("but ") else error.problem
        message = say("file.no_yaml", "is no YAML: {problem}.", problem=problem)
        tab = "\\t" in str(problem)
        right = say("file.blanks", "Indent with blanks: YAML takes no tabs.") if tab else ""
        raise UserError(message, where=where, expected=right) from error
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise UserError(say("file.no_yaml", "is no YAML: {problem}.", problem=problem), where=path) from error
    if node is None:
        raise UserError(say("file.empty", "{name} is empty.", name=name), where=path)
    return Located(node, path, name)


def load_file(path: Path, name: str) -> Located:
    """Return the document in the file *path* (UTF-8).

    Raises:
        UserError: if it cannot be read, or is no YAML.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        message = say("file.unreadable", "cannot be read: {reason}.", reason=error.strerror)
        raise UserError(message, where=str(path)) from error
    except UnicodeDecodeError as error:
        message = say("file.no_utf8", "is no UTF-8 text.")
        line = error.object[: error.start].count(b"\n") + 1
        raise UserError(message, where=f"{path}:{line}", expected=say("file.save", "Save it as UTF-8.")) from error
    return load(text, str(path), name)


def key_of(what: str) -> str:
    """Return what errors call a key of *what*."""
    return say("what.key_of", "key of {what}", what=what)


def each_pair(node: Located) -> Iterator[tuple[str, Located]]:
    """Yield the pairs of a mapping."""
    yield from node.mapping().items()
