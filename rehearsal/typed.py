"""What a person types: how this program is called here, and words that survive every shell."""

import os

_UNQUOTED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./\\_-#~")


def typed(*words: str) -> str:
    """Return the command line that runs this program with *words*; in a checkout `uv run` stands before it."""
    # uv sets the variable for what it runs; the program is then on no path but that of the checkout's environment.
    program = "uv run refund-sandbox" if "UV_RUN_RECURSION_DEPTH" in os.environ else "refund-sandbox"
    return " ".join((program, *words))


def quoted(text: str) -> str:
    """Return *text* so that sh, cmd and PowerShell take it for one word: in double quotes where it needs any."""
    plain = text and all(character in _UNQUOTED or ord(character) > 0x7F for character in text)
    return text if plain else f'"{text}"'
