"""The texts of this package that a person reads: mistakes in stories and targets, and how plays ended."""

from pathlib import Path

from simulator.phrase import Wording

say = Wording(Path(__file__).with_name("words.zh.yaml"))
