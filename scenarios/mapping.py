"""Reads what an ERP's fields mean: the `mapping` of a target, in the target itself or in a file of its own."""

from pathlib import Path
from typing import Any

import msgspec

from scenarios.located import Located, load_file
from scenarios.words import say
from simulator.erp.profile import Profile
from simulator.errors import UserError
from simulator.ledger.mapping import MEANINGS, UNITS, WORDS, Mapped, Mapping

NEEDED = ("refund_id", "amount", "status")
"""Without these nothing can be judged."""


def read_mapping(node: Located, profile: Profile) -> Mapping:
    """Return the mapping that *node* is, or that the file it names holds, for an ERP that speaks *profile*.

    A form of one's own needs all its fields named; without one, what is named takes the place of what the profile says.

    Raises:
        UserError: with file and line, if a field, unit, meaning or word is unknown; it names the known ones.
    """
    if node.kind == "text":
        node = load_file(Path(node.path).parent / node.text(), say("name.mapping", "the mapping"))
    own = profile.mapping()
    if profile.fields(own) is None:
        node.fail(
            say("mapping.fixed", "profile {profile} fixes what its fields mean.", profile=profile.name),
            say("mapping.leave", "Leave mapping out."),
        )
    pairs = node.keys(("fields", "shops", "form"), say("name.mapping", "the mapping"))
    form = _form(pairs["form"], profile) if "form" in pairs else own.form
    found = Mapping(fields={} if "form" in pairs else own.fields, form=form, source=node.path)
    known = profile.fields(found) or {}
    named = {
        key: _mapped(key, value, known)
        for key, value in (pairs["fields"].keys(MEANINGS, "fields") if "fields" in pairs else {}).items()
    }
    shops = (
        {nick: number.text() for nick, number in pairs["shops"].mapping().items()} if "shops" in pairs else own.shops
    )
    found = msgspec.structs.replace(found, fields={**found.fields, **named}, shops=shops)
    for name in NEEDED:
        if name not in found.fields:
            (pairs.get("fields") or node).fail(
                say("target.lacks", "{what} has no {key}.", what=say("name.mapping", "the mapping"), key=name),
                say("target.write", "Write {right}.", right=f"fields: {{{name}: NAME_OF_THE_FIELD}}"),
            )
    return found


def _form(node: Located, profile: Profile) -> dict[str, Any]:
    """Return the form as the profile keeps it; a mistake in a widget is told at the widget's line."""
    try:
        return dict(profile.form(_plain(node)))
    except ValueError as error:
        message, number = (*error.args, 0)[:2]
        place = node.mapping()["widgets"].items()[number - 1] if number else node
        raise UserError(message, where=place.where) from error


def _plain(node: Located) -> Any:
    if node.kind == "mapping":
        return {key: _plain(value) for key, value in node.mapping().items()}
    if node.kind == "list":
        return [_plain(item) for item in node.items()]
    if node.kind == "bool":
        return node.flag()
    return None if node.kind == "nothing" else node.text()


def _mapped(meaning: str, node: Located, known: Any) -> Mapped:
    pairs = node.keys(("field", "unit", "values"), meaning) if node.kind == "mapping" else {"field": node}
    if "field" not in pairs:
        node.fail(
            say("target.lacks", "{what} has no {key}.", what=meaning, key="field"),
            say("target.write", "Write {right}.", right=f"{meaning}: {{field: NAME, …}}"),
        )
    field = pairs["field"].one_of(known, say("what.erp_field", "field of the ERP"))
    unit = ""
    if "unit" in pairs:
        unit = pairs["unit"].one_of(UNITS, say("what.unit", "unit"))
        if not meaning.endswith("amount"):
            pairs["unit"].fail(
                say("mapping.no_unit", "{meaning} has no unit.", meaning=meaning),
                say("mapping.leave_unit", "Only amounts have one."),
            )
    values: dict[str, str] = {}
    if "values" in pairs:
        if meaning not in WORDS:
            pairs["values"].fail(
                say("mapping.no_words", "{meaning} is no enumeration.", meaning=meaning),
                say("mapping.enumerations", "Enumerations: {names}.", names=", ".join(WORDS)),
            )
        for theirs, ours in pairs["values"].mapping().items():
            values[theirs] = ours.one_of(WORDS[meaning], say("what.meaning", "meaning of {field}", field=meaning))
    return Mapped(field, unit, values)
