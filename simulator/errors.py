"""Errors that are a user's mistake: they say where, what was found, and what would have been right."""

import difflib
from collections.abc import Iterable

from simulator.phrase import Phrase, spoken, zh
from simulator.words import say

_NEAR, _NEARER, _SHORT = 0.6, 0.7, 3
"""How alike a name must be to be the one that was meant; more for short ones, or M03 would mean M90."""


class UserError(Exception):
    """A mistake in what the harness was given. The command line prints it and exits with status 3.

    *where* is a place such as `target.yaml:7`; *expected* says what would have been right. Texts made by a package's
    `say` are shown in the reader's language, plain ones as they are.
    """

    def __init__(self, message: str, *, where: str = "", expected: str = "") -> None:
        """Keep the parts, so that each caller can word or translate them."""
        self.message = message
        self.where = where
        self.expected = expected
        super().__init__(message)

    def __str__(self) -> str:
        """Return the one line a person reads, in the language in use."""
        message, expected = spoken(self.message), spoken(self.expected)
        text = f"{self.where}: {message}" if self.where else message
        if not expected:
            return text
        if "。" in text[-1:]:
            return text + expected
        return f"{text.rstrip('.')}. {expected}"


class ActRefused(Exception):
    """An act is impossible now. It is recorded with its reason, and never breaks a run."""

    def __init__(self, reason: str) -> None:
        """Keep the *reason*, a text or a phrase."""
        super().__init__(reason)
        self.reason = reason


def unknown_name(what: str, name: str, known: Iterable[str], *, where: str = "") -> UserError:
    """Return the error for *name*, which is none of the *known* names of a *what* (such as "act")."""
    names = sorted(known)
    listed = say("unknown.known", "Known: {names}.", names=", ".join(names))
    message = say("unknown.name", "{name} is not a known {what}.", name=name, what=what)
    return UserError(message, where=where, expected=with_nearest(name, names, listed))


def with_nearest(name: str, known: Iterable[str], listed: str) -> str:
    """Return *listed*, before it the one of the *known* names that *name* was probably meant to be."""
    close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=_NEAR if len(name) > _SHORT else _NEARER)
    if not close:
        return listed
    meant = say("unknown.meant", "Did you mean {name}?", name=close[0])
    return Phrase(f"{meant} {listed}", lambda: f"{meant.zh}{zh(listed)}")
