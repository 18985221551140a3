"""A form and its widgets: the customer's own, as the target's mapping describes it, or the bundled after-sale form."""

from collections.abc import Mapping as Dict
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from simulator.erp import registry
from simulator.ledger.mapping import Mapped, Mapping
from simulator.words import say
from simulator.world import World

TYPES = (
    *("text", "textarea", "number", "datetime", "radiogroup", "checkboxgroup", "combo", "combocheck", "address"),
    *("location", "image", "upload", "user", "usergroup", "dept", "deptgroup", "subform", "linkdata", "phone", "sn"),
    *("separator", "signature", "lookup"),
)
"""Every type of widget."""

SYSTEM = (
    *("_id", "appId", "entryId", "creator", "updater", "deleter", "createTime", "updateTime", "deleteTime"),
    *("flowState", "formName", "extParams"),
)
"""What a row has besides its widgets."""

_EXAMPLE = "{widgets: [{name: refund_id, type: text}, …]}"
_WIDGET_KEYS = {"name", "type", "label", "widgetName", "items"}


class Widget(msgspec.Struct, frozen=True):
    """One field of a form."""

    name: str
    """The alias if the designer gave one, else the same as `widget_name`; what the API calls it."""
    type: str
    label: str = ""
    widget_name: str = ""
    items: "tuple[Widget, ...]" = ()
    """Of a subform: its columns."""

    def shown(self) -> dict[str, Any]:
        """Return it as the widget list shows it."""
        found = {"name": self.name, "widgetName": self.widget_name, "label": self.label, "type": self.type}
        return found | ({"items": [item.shown() for item in self.items]} if self.items else {})


class Form(msgspec.Struct, frozen=True):
    """One form of one app."""

    app_id: str
    entry_id: str
    app_name: str
    name: str
    workflow: bool
    widgets: dict[str, Widget]
    blanks: dict[str, Any]
    """What each field shows while it is empty."""
    special: frozenset[str]
    """Fields that show something else than is stored: serial numbers and files."""


_MANY = frozenset({"checkboxgroup", "combocheck", "image", "upload", "usergroup", "deptgroup", "subform"})


def blank(kind: str) -> Any:
    """Return what an empty field of that type shows."""
    if kind in _MANY:
        return []
    return "" if kind in {"text", "textarea", "radiogroup", "combo", "sn"} else None


@cache
def bundled() -> Mapping:
    """Return the form that is served where the target describes none, and what its fields mean."""
    found = yaml.safe_load(Path(__file__).with_name("form.yaml").read_text(encoding="utf-8"))
    fields = {
        meaning: Mapped(told) if isinstance(told, str) else msgspec.convert(told, Mapped)
        for meaning, told in found.pop("fields").items()
    }
    return Mapping(fields=fields, form=checked(found))


def checked(found: object) -> dict[str, Any]:
    """Return the description of a form, with what it leaves out taken from the bundled one.

    Raises:
        ValueError: with a phrase, if it cannot be a form.
    """
    if not isinstance(found, dict) or not isinstance(found.get("widgets"), list):
        raise ValueError(say("form.widgets", "form has no widgets. Write form: {form}.", form=_EXAMPLE))
    known = ("app_id", "entry_id", "app_name", "name", "workflow", "widgets")
    for key in found:
        if key not in known:
            raise ValueError(
                say("form.key", "{key} is no key of form. Known: {known}.", key=key, known=", ".join(known))
            )
    return {
        "app_id": str(found.get("app_id") or "5f0000000000000000000001"),
        "entry_id": str(found.get("entry_id") or "5f0000000000000000000002"),
        "app_name": str(found.get("app_name") or "售后"),
        "name": str(found.get("name") or "售后单"),
        "workflow": bool(found.get("workflow", False)),
        "widgets": [_widget(each, number) for number, each in enumerate(found["widgets"], start=1)],
    }


def _widget(found: object, number: int, above: int = 0) -> dict[str, Any]:
    if not isinstance(found, dict) or not found.get("name"):
        raise ValueError(
            say("form.no_name", "widget {number} of the form has no name.", number=number), above or number
        )
    kind = str(found.get("type") or "text")
    if kind not in TYPES:
        raise ValueError(
            say(
                "form.type",
                "{type} is no type of widget ({name}). Known: {known}.",
                type=kind,
                name=found["name"],
                known=", ".join(TYPES),
            ),
            above or number,
        )
    for key in found:
        if key not in _WIDGET_KEYS:
            known = ", ".join(sorted(_WIDGET_KEYS))
            message = say("form.key", "{key} is no key of form. Known: {known}.", key=key, known=known)
            raise ValueError(message, above or number)
    items = [_widget(each, place, number) for place, each in enumerate(found.get("items") or (), start=1)]
    return {
        "name": str(found["name"]),
        "type": kind,
        "label": str(found.get("label") or found["name"]),
        "widget_name": str(found.get("widgetName") or f"_widget_{1_700_000_000_000 + above * 1000 + number}"),
        "items": items,
    }


@cache
def _form(packed: bytes) -> Form:
    found = msgspec.json.decode(packed)
    widgets = msgspec.convert(found.pop("widgets"), tuple[Widget, ...])
    return Form(
        **found,
        widgets={widget.name: widget for widget in widgets},
        blanks={widget.name: blank(widget.type) for widget in widgets},
        special=frozenset(widget.name for widget in widgets if widget.type in {"sn", "image", "upload"}),
    )


def form_of(mapping: Mapping) -> Form:
    """Return the form that *mapping* describes, else the bundled one."""
    return _form(msgspec.json.encode(mapping.form or bundled().form))


def form(world: World) -> Form:
    """Return the form of *world*'s ERP."""
    kept = _kept.get(id(world.declaration))
    if kept is None or kept[0] is not world.declaration:
        kept = _kept[id(world.declaration)] = (world.declaration, form_of(registry.mapping_of(world)))
    found: Form = kept[1]
    return found


_kept: dict[int, Any] = {}
"""The form of a declaration: looked up in every call, and the same for the life of a world."""


def names(mapping: Mapping) -> Dict[str, str]:
    """Return the name and type of every widget."""
    return {name: widget.type for name, widget in form_of(mapping).widgets.items()}
