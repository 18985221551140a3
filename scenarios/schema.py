"""The JSON Schema of stories, made from the registries that read them: an editor knows what the reader knows."""

import json
import sys
from collections.abc import Iterable
from typing import Any

from scenarios.acts import FORMS, KINDS, ActForm
from scenarios.forms import DOCUMENT_KINDS, HOOK_MOMENTS, MOMENTS, WAITS
from scenarios.reactions import PEOPLE
from scenarios.reading import KEYS, NEEDS, RULES
from scenarios.steps import REFUND_STATUSES, STATUSES_OF
from simulator.every_setting import SETTINGS
from simulator.faults.plan import CALLS, FAULTS

_TEXT: dict[str, Any] = {"type": "string"}
_FILLED: dict[str, Any] = {"type": "string", "pattern": r"\$\{"}
"""A text with `${name}` in it, whatever its type will be."""
_NUMBER: dict[str, Any] = {"anyOf": [{"type": "integer", "minimum": 0}, _FILLED]}
_YUAN: dict[str, Any] = {
    "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^(\d+(\.\d{1,2})?|.*\$\{.*)$"}]
}
_SHOPS_OWN = [name for name, setting in SETTINGS.items() if setting.per_shop]
_TYPES: dict[str, dict[str, Any]] = {
    "yuan": _YUAN,
    "text": _TEXT,
    "kind": {"anyOf": [{"enum": list(KINDS)}, _FILLED]},
    "document_kind": {"anyOf": [{"enum": list(DOCUMENT_KINDS)}, _FILLED]},
    "flag": {"type": "boolean"},
    "whole": {"type": "integer", "minimum": 0},
    "refund": _TEXT,
    "span": _TEXT,
    "moment": {"enum": list(MOMENTS)},
}


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a story file."""
    texts = {"anyOf": [_TEXT, _object({"en": _TEXT, "zh": _TEXT})]}
    properties: dict[str, Any] = {
        "id": {"type": "string", "pattern": "^[A-Z][A-Z0-9]*[a-z]?$"},
        "title": texts,
        "tells": texts,
        "judges": _list({"enum": sorted(RULES)}),
        "requires": _list({"enum": list(NEEDS)}),
        "exclusive": {"type": "boolean"},
        "among": _TEXT,
        "twin": _TEXT,
        "with": {"type": "object", "additionalProperties": {"type": "array", "minItems": 1}},
        "given": {"oneOf": [_object({"trade": _trade()}, ["trade"]), _object({"trades": _trades()}, ["trades"])]},
        "steps": {"type": "array", "items": _step()},
    }
    assert set(properties) == set(KEYS)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A story of the refund sandbox",
        **_object(properties, ["id", "title", "given", "steps"]),
    }


def _object(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    plain: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    return plain | ({"required": required} if required else {})


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [items, {"type": "array", "items": items}]}


def _trade() -> dict[str, Any]:
    order = {"price": _YUAN, "paid": _YUAN, "num": {"type": "integer", "minimum": 1}, "sku": _TEXT, "title": _TEXT}
    return _object(
        {
            "orders": {"type": "array", "minItems": 1, "items": _object(order, ["price"])},
            "shipped": {"type": "boolean"},
            "finished": {"type": "boolean"},
            "post_fee": _YUAN,
            "count": {"type": "integer", "minimum": 1},
            "pages": {"anyOf": [{"type": "integer", "minimum": 1}, _FILLED]},
            "more": {"anyOf": [{"type": "integer"}, _FILLED]},
        },
        ["orders"],
    )


def _trades() -> dict[str, Any]:
    return {"type": "object", "minProperties": 1, "additionalProperties": _trade()}


def _step() -> dict[str, Any]:
    acts = [_act(name, form) for name, form in FORMS.items()]
    fault = _object({"fault": {"anyOf": [_general_fault(), _lost_fault()]}, "as": _TEXT}, ["fault"])
    return {
        "anyOf": [
            {"enum": ["settle", "lift", "crash"]},
            *acts,
            _object({"together": {"type": "array", "items": {"anyOf": acts}}}, ["together"]),
            _object({"wait": {"anyOf": [_wait(kind) for kind in WAITS]}}, ["wait"]),
            fault,
            _object({"lift": {"type": ["string", "null"]}}, ["lift"]),
            _object({"setting": {"minProperties": 1, **_object({key: {} for key in SETTINGS})}}, ["setting"]),
            _object(
                {"shop_setting": {"minProperties": 1, **_object({key: {} for key in _SHOPS_OWN})}}, ["shop_setting"]
            ),
            _object({"clock": {"oneOf": [_object({key: _TEXT}, [key]) for key in ("by", "to")]}}, ["clock"]),
            _object({"crash": _object({"down": _TEXT})}, ["crash"]),
        ]
    }


def _settings(word: str, known: Iterable[str]) -> dict[str, Any]:
    return _object({word: {"minProperties": 1, **_object({key: {} for key in known})}}, [word])


def _act(name: str, form: ActForm) -> dict[str, Any]:
    own: dict[str, Any] = {"refund": _TEXT} if form.about in {"refund", "apply"} else {}
    if form.about in {"apply", "order", "trade"}:
        own |= {"of": _TEXT, "order": {"type": "integer", "minimum": 1}}
    own |= {key: _TYPES[kind] for key, kind in form.takes.items()}
    own |= {"becomes": _TEXT} if form.turns else {}
    required = [*(["refund"] if form.about in {"refund", "apply"} else []), *form.needs]
    value = {"anyOf": [_TEXT, {"type": "null"}, _object(own, required)]}
    called = {"call": {"anyOf": [{"enum": list(CALLS)}, _FILLED]}, "moment": _moment()}
    page = {"type": "integer", "minimum": 1}
    about = [("refund", _TEXT), ("page", page)]
    at = {"oneOf": [_object(called | {key: what}, ["call", key, "moment"]) for key, what in about]}
    reacts: dict[str, Any] = {"reacts": _TEXT} if name.partition(".")[0] in PEOPLE else {}
    return _object({name: value, "at": at, "may_refuse": {"type": "boolean"}} | reacts, [name])


def _moment() -> dict[str, Any]:
    return {"anyOf": [{"enum": list(HOOK_MOMENTS)}, _FILLED]}


def _wait(kind: str) -> dict[str, Any]:
    form = WAITS[kind]
    statuses = STATUSES_OF.get(kind, REFUND_STATUSES)
    words = _list({"anyOf": [{"enum": list(statuses)}, _FILLED]})
    takes = {key: words if name == "words" else _TYPES[name] for key, name in form.takes.items()}
    subject = {"anyOf": [{"enum": list(CALLS)}, _FILLED]} if kind == "call" else _TEXT
    required = [form.key, "refund"] if kind == "call" else [form.key]
    return _object({form.key: subject, **takes}, required) | {"description": form.text}


def _general_fault() -> dict[str, Any]:
    options = {key for kind in FAULTS.values() for key in kind.options}
    return _object(
        {
            "fault": {"anyOf": [{"enum": list(FAULTS)}, _FILLED]},
            "call": {"anyOf": [{"enum": list(CALLS)}, _FILLED]},
            "refund": _TEXT,
            **dict.fromkeys(("times", "skip", "page"), _NUMBER),
            **{key: {} for key in sorted(options)},
        },
        ["fault"],
    )


def _lost_fault() -> dict[str, Any]:
    lost: dict[str, Any] = {
        "lose": {"enum": ["answer", "request"]},
        "after": {"const": "effect"},
        "before": {"const": "effect"},
        "how": {},
        **dict.fromkeys(("times", "skip", "page"), _NUMBER),
    }
    return _object(lost | {call: {"type": ["string", "null"]} for call in CALLS}, ["lose"])


if __name__ == "__main__":
    text = json.dumps(schema(), ensure_ascii=False, indent=1, sort_keys=True)
    sys.stdout.buffer.write(text.encode() + b"\n")  # UTF-8 wherever it is redirected to
