"""The body of `/router/batch`: sections of one call each, joined by a separator; the first may hold what all share."""

from collections.abc import Iterable

from simulator.tmall.errors import Refused, invalid, missing
from simulator.tmall.parameters import read_form

PATH = "/router/batch"
SEPARATOR = "\r\n-S-\r\n"
"""Unless the request's header `top-api-separator` names another one."""

_PUBLIC = "#PUBLIC#"
_NOTHING = "N"
"""A call without a parameter of its own."""

SHARED = ("app_key", "v", "timestamp", "format", "sign_method", "partner_id", "session", "target_app_key", "simplify")
"""Parameters of the query that hold for every call."""


def read_items(query: dict[str, str], body: str, separator: str, most: int) -> list[dict[str, str]]:
    """Return the parameters of each call in *body*, with those of *query* that all share.

    Raises:
        Refused: if there is no call, or there are more than *most*.
    """
    sections = body.split(separator or SEPARATOR)
    shared = {name: query[name] for name in SHARED if name in query}
    if sections[0].startswith(_PUBLIC):
        shared |= _form(sections.pop(0).removeprefix(_PUBLIC))
    if not sections or sections == [""]:
        raise Refused(missing("body"))
    if len(sections) > most:
        raise Refused(invalid("body"))
    # App and format are those that the signature is about, whatever a section says.
    fixed = {name: query[name] for name in ("app_key", "format", "simplify") if name in query}
    return [shared | _form(section) | fixed for section in sections]


def _form(section: str) -> dict[str, str]:
    return {} if section == _NOTHING else read_form(section.encode("utf-8", "replace"))


def joined(parts: Iterable[bytes], separator: str) -> bytes:
    """Return the answers of a batch as one body."""
    return (separator or SEPARATOR).encode("utf-8", "replace").join(parts)
