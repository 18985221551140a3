"""The carriers that the platform knows (name by code, from `carriers.yaml`), and which one took a parcel."""

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

import yaml

from simulator.chance import chance

_HERE = (("SF", "SF"), ("YTO", "YT"), ("ZTO", "ZT"), ("STO", "ST"))
"""Codes of those that carry here, and how their numbers begin."""


@cache
def carriers() -> Mapping[str, str]:
    """Return the name of each carrier by the code that calls give."""
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    found: dict[str, str] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return found


@lru_cache(4096)
def parcel_of(seed: int, tid: int, number: int) -> tuple[str, str]:
    """Return carrier and waybill of parcel *number* (from 0) of trade *tid*."""
    dice = chance(seed, "parcel", tid, number) if number else chance(seed, "parcel", tid)
    code, letters = dice.choice(_HERE)
    return carriers()[code], f"{letters}{dice.randrange(10**12, 10**13)}"
