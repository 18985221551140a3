"""The texts of the simulator that a person reads: mistakes, and why an act is impossible now."""

from pathlib import Path

from simulator.phrase import Phrase, Wording

say = Wording(Path(__file__).with_name("words.zh.yaml"))


def about_fault(name: str, english: str) -> Phrase:
    """Return *english*, what fault *name* does, as a phrase: a fault's English is its docstring."""
    return Phrase(english, lambda: say.texts.get(f"about_fault.{name}", english))


def about_act(name: str, english: str) -> Phrase:
    """Return *english*, what act *name* does, as a phrase: an act's English is its docstring."""
    return Phrase(english, lambda: say.texts.get(f"about_act.{name}", english))
