"""OpenAPI documents: kept as YAML beside the code that they describe, served as JSON."""

from functools import cache
from pathlib import Path

import msgspec
import yaml


@cache
def as_json(path: Path) -> bytes:
    """Return the document in the YAML file at *path* as JSON."""
    return msgspec.json.encode(yaml.safe_load(path.read_text(encoding="utf-8")))
