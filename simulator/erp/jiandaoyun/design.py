"""What the form's designer changes while it is in use: labels, which people see and calls do not."""

from typing import Any

from simulator.erp.jiandaoyun.files import KEPT
from simulator.erp.jiandaoyun.form import Form
from simulator.errors import ActRefused
from simulator.words import say
from simulator.world import World


def relabel(world: World, form: Form, field: str, label: str, cause: int) -> None:
    """Give *field* another *label*.

    Raises:
        ActRefused: if the form has no such field.
    """
    if field not in form.widgets:
        known = ", ".join(form.widgets)
        raise ActRefused(say("form.no_field", "the form has no field {field}, only {known}", field=field, known=known))
    design = {"labels": _design(world)["labels"] | {field: label}, "at": world.clock.wall()}
    world.change([(KEPT, "design", design)], actor="reviewer", action="relabel", cause=cause, side="erp")


def widgets(world: World, form: Form) -> list[dict[str, Any]]:
    """Return every widget as the widget list shows it now."""
    labels = _design(world)["labels"]
    return [widget.shown() | {"label": labels.get(name, widget.label)} for name, widget in form.widgets.items()]


def modified(world: World) -> int:
    """Return when the form was changed last, in ms since 1970."""
    found: int = _design(world)["at"]
    return found


def _design(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.state.plain.get(KEPT, {}).get("design") or {"labels": {}, "at": world.block * 1000}
    return found
