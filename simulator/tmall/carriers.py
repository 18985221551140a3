"""The carriers that the platform knows: name by code, from `carriers.yaml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml


@cache
def carriers() -> Mapping[str, str]:
    """Return the name of each carrier by the code that calls give."""
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    found: dict[str, str] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return found
