"""What there is to choose from, each kind of thing from its registry: stories, rules, acts, faults and the rest."""

from collections.abc import Callable, Mapping
from typing import Any

import yaml

ACTORS = ("buyer", "reviewer", "warehouse", "agent", "staff", "platform", "stranger")
"""Who acts, in the order of use."""

Row = dict[str, Any]
"""One thing of a list: `id` and `text` always, in the language's own key `zh` where there is Chinese."""


def stories() -> list[Row]:
    """Return the library's stories."""
    from scenarios.reading import library

    return [
        {
            "id": story.id,
            "text": story.named("en"),
            "zh": story.named("zh"),
            "tells": story.tells.get("en", ""),
            "tells_zh": story.tells.get("zh", ""),
            "judges": list(story.judges),
            "exclusive": story.exclusive,
            "requires": list(story.requires),
        }
        for story in library().values()
    ]


def rules() -> list[Row]:
    """Return the rules with their law, source and confidence."""
    from contract_tests.judge import laws

    return laws()


def acts() -> list[Row]:
    """Return what actors can do, with the arguments of each; a `?` stands behind those that may be left away."""
    from simulator.actors import ACTS
    from simulator.words import about_act

    return [
        {
            "id": spec.name,
            "text": spec.text,
            "zh": about_act(spec.name, spec.text).zh,
            "arguments": [*spec.needs, *(f"{name}?" for name in spec.takes)],
            "meanings": {**spec.needs, **spec.takes},
        }
        for spec in sorted(ACTS.values(), key=lambda spec: ACTORS.index(spec.actor))
    ]


def faults() -> list[Row]:
    """Return the faults with what they strike and their options."""
    from simulator.faults.plan import FAULTS
    from simulator.words import about_fault

    return [
        {
            "id": kind.name,
            "text": _first_line(kind),
            "zh": about_fault(kind.name, _first_line(kind)).zh,
            "strikes": kind.call,
            "options": dict(kind.options),
        }
        for kind in FAULTS.values()
    ]


def methods() -> list[Row]:
    """Return the gateway's methods with how complete each is (complete, partial, refused), and what it lacks."""
    from simulator.phrase import zh
    from simulator.tmall.method import surface
    from simulator.tmall.method_words import about, because

    found = surface()
    built = [
        {
            "id": method.name,
            "text": method.text,
            "zh": zh(about(method)),
            "alias": method.alias,
            "session": method.session,
            "parameters": list(method.parameters),
            "built": True,
            "state": method.state,
            **({"why": method.missing, "why_zh": zh(because(method.missing))} if method.missing else {}),
        }
        for method in found.methods.values()
    ]
    known = [
        {"id": name, "text": why, "zh": zh(because(why)), "built": False, "state": "refused"}
        for name, why in sorted(found.known.items())
    ]
    return [*built, *known]


def profiles() -> list[Row]:
    """Return the ERP profiles."""
    from simulator.erp import registry
    from simulator.phrase import zh

    told = {name: registry.profile(name).told for name in registry.names()}
    return [{"id": name, "text": str(text), "zh": zh(text)} for name, text in told.items()]


def settings() -> list[Row]:
    """Return the settings with default, alternatives and provenance."""
    from simulator.every_setting import SETTINGS

    return [
        {
            "id": setting.name,
            "text": setting.text,
            "zh": setting.zh,
            "default": setting.default,
            "alternatives": list(setting.alternatives),
            "provenance": setting.provenance,
            "per_shop": setting.per_shop,
        }
        for setting in SETTINGS.values()
    ]


def mutants() -> list[Row]:
    """Return the seeded bugs of the reference connector."""
    from connectors.mutants import MUTANTS
    from scenarios.bundled import bundled_file

    texts = bundled_file("words.zh.yaml").read_text(encoding="utf-8")
    titles: dict[str, str] = yaml.safe_load(texts)
    return [
        {
            "id": mutant.id,
            "text": mutant.title,
            "zh": titles.get(mutant.id, mutant.title),
            "caught_by": list(mutant.caught_by),
            "exposed_by": list(mutant.exposed_by),
            "style": mutant.style,
        }
        for mutant in MUTANTS.values()
    ]


LISTS: Mapping[str, Callable[[], list[Row]]] = {
    "stories": stories,
    "rules": rules,
    "acts": acts,
    "faults": faults,
    "methods": methods,
    "profiles": profiles,
    "settings": settings,
    "mutants": mutants,
}


def _first_line(thing: object) -> str:
    return (type(thing).__doc__ or "").strip().partition("\n")[0]
