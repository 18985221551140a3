"""A decision in our own words, for ERPs that show what was decided and number nothing of it."""

from collections.abc import Mapping, Sequence
from typing import Any

JSON = dict[str, Any]


def decision(kind: str, kinds: Sequence[str], found: Mapping[str, Any], *, text: str = "", picture: str = "") -> JSON:
    """Return the decision *kind*, one of *kinds*, on the document *found*, with the proof at the URL *picture*.

    Its number follows from it and the version that it is about: a row's own version is every write's.
    """
    return {
        "kind": kind,
        "revision": found["version"] * len(kinds) + kinds.index(kind),
        "by": "",
        "text": text,
        "reason_code": "",
        "amount": found["amount"],
        "type": found["type"],
        "quantity": found["received"] if kind == "receive" else found["quantity"],
        "address": None,
        "proof": {"sha256": picture, "filename": picture.rpartition("/")[2]} if picture else None,
    }
