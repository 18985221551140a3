"""What a method of the gateway does, and why it is partial or refused, in either language; English: `api/*.yaml`."""

from pathlib import Path

from simulator.phrase import Phrase, Wording
from simulator.tmall.method import Method

say = Wording(Path(__file__).with_name("methods.zh.yaml"))


def about(method: Method) -> Phrase:
    """Return what *method* does."""
    return Phrase(method.text, lambda: say.texts[f"about.{method.name}"])


def because(reason: str) -> Phrase:
    """Return *reason*, why a method is partial or refused."""
    return Phrase(reason, lambda: say.texts[f"why.{reason}"])
