"""Which settings a run had: chosen for all of it or for one shop, changed in it, or left at their default."""

from typing import Any

from rehearsal.chronicle import Chronicle
from rehearsal.words import both
from simulator.every_setting import SETTINGS
from simulator.ledger.entry import SettingChanged

Row = dict[str, Any]

_BY_PLAYS = "control"
"""Origin of what stories and people set while it ran."""


def chosen(run: Chronicle) -> list[Row]:
    """Return the settings that somebody chose: from the start, for a shop (`SHOP/NAME`), or while it ran."""
    rows = [row for row in _whole(run) if row["origin"] != "default"]
    return rows + [_changed(shop, name, entries) for (shop, name), entries in sorted(run.settings.items())]


def defaults(run: Chronicle) -> list[Row]:
    """Return the settings that were left alone from the start."""
    return [row for row in _whole(run) if row["origin"] == "default"]


def from_the_start(run: Chronicle) -> list[str]:
    """Return what was chosen before anything was played, as `NAME=VALUE` or `SHOP/NAME=VALUE`."""
    rows = [row for row in chosen(run) if isinstance(row["origin"], str)]
    return [f"{row['name']}={row['value']}" for row in rows]


def shops_own(run: Chronicle) -> dict[str, dict[str, list[Any]]]:
    """Return the values that shops had of their own, in their order: {shop: {name: [value, …]}}."""
    found: dict[str, dict[str, list[Any]]] = {}
    for (shop, name), entries in run.settings.items():
        if shop:
            found.setdefault(shop, {})[name] = [entry.value for entry in entries if entry.origin]
    return found


def shown(value: Any) -> str:
    """Return *value* as people read it."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "–"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _whole(run: Chronicle) -> list[Row]:
    rows = []
    for name, found in sorted(run.header.settings.items()):
        value, origin = (found.get("value"), found.get("origin", "")) if isinstance(found, dict) else (found, "")
        rows.append(_row(name, name, shown(value), origin))
    return rows


def _changed(shop: str, name: str, entries: list[SettingChanged]) -> Row:
    """Return the row of a setting that got other values in the run: each of them once, in their order."""
    values = dict.fromkeys(shown(entry.value) for entry in entries if entry.origin)
    origin: str | dict[str, str] = entries[0].origin
    if any(entry.origin in ("", _BY_PLAYS) for entry in entries):
        origin = both("report.while_it_ran", "while it ran")
    return _row(f"{shop}/{name}" if shop else name, name, " → ".join(values), origin)


def _row(title: str, name: str, value: str, origin: str | dict[str, str]) -> Row:
    known = SETTINGS.get(name)
    return {
        "name": title,
        "value": value,
        "origin": origin,
        "text": {"en": known.text, "zh": known.zh} if known else None,
        "per_shop": bool(known and known.per_shop),
    }
