"""Errors that are a user's mistake: they say where, what was found, and what would have been right."""

import difflib
from collections.abc import Iterable


class UserError(Exception):
    """A mistake in what the harness was given. The command line prints it and exits with status 3.

    *where* is a place such as `target.yaml:7`; *expected* says what would have been right.
    """

    def __init__(self, message: str, *, where: str = "", expected: str = "") -> None:
        """Keep the parts, so that each caller can word or translate them."""
        self.message = message
        self.where = where
        self.expected = expected
        super().__init__(self.__str__())

    def __str__(self) -> str:
        """Return the one line a person reads."""
        text = f"{self.where}: {self.message}" if self.where else self.message
        if self.expected:
            text = f"{text.rstrip('.')}. {self.expected}"
        return text


class ActRefused(Exception):
    """An act is impossible now. It is recorded with its reason, and never breaks a run."""


def unknown_name(what: str, name: str, known: Iterable[str], *, where: str = "") -> UserError:
    """Return the error for *name*, which is none of the *known* names of a *what* (such as "act")."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    hint = f"Did you mean {close[0]}? " if close else ""
    return UserError(f"{name} is not a known {what}.", where=where, expected=f"{hint}Known: {', '.join(names)}.")
