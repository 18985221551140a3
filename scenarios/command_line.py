"""Start commands: how a text becomes words, and how the program it names is found."""

import os
import shlex
import shutil
from collections.abc import Mapping, Sequence


def split(text: str, *, windows: bool = os.name == "nt") -> list[str]:
    """Return the words of *text* as a shell would split it; on *windows* a backslash is one, as in paths.

    Raises:
        ValueError: if a quotation mark is not closed.
    """
    words = shlex.shlex(text, posix=True, punctuation_chars=False)
    words.whitespace_split = True
    words.commenters = ""
    if windows:
        words.escape = ""
    return list(words)


def found(command: Sequence[str], env: Mapping[str, str], *, windows: bool = os.name == "nt") -> list[str]:
    """Return *command* with its program as the system can start it.

    Windows starts `npm` or `mvn` by that name from a shell alone: they are scripts, which are called with their ending.
    """
    program, *rest = command
    path = next((value for name, value in env.items() if name.upper() == "PATH"), None)
    return [(shutil.which(program, path=path) if windows else None) or program, *rest]
