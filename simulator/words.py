"""The texts of the simulator that a person reads: mistakes, and why an act is impossible now."""

from pathlib import Path

from simulator.phrase import Wording

say = Wording(Path(__file__).with_name("words.zh.yaml"))
