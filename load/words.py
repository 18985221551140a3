"""The texts of this package that a person reads as a mistake."""

from pathlib import Path

from simulator.phrase import Wording

say = Wording(Path(__file__).with_name("words.zh.yaml"))
