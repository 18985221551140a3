"""What the simulator's tests share: an API held to its own OpenAPI document while it is used."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

VERBS = ("get", "put", "post", "patch", "delete")


class Described:
    """A client of *app* that checks each request it sends, and each answer, against the app's own description."""

    def __init__(self, app: Flask, headers: Mapping[str, str], at: str) -> None:
        """Read the description *at* its path."""
        self.app = app
        self.headers = dict(headers)
        self._client = app.test_client()
        self.document: dict[str, Any] = self._client.get(at, headers=self.headers).get_json()
        self.asked: set[tuple[str, str]] = set()
        """Path templates and verbs of the requests sent so far."""

    def __call__(
        self, verb: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> TestResponse:
        """Send a request, check it and its answer, and return the answer. *headers* replace the usual ones."""
        every = self.headers if headers is None else headers
        if body is not None:
            more["json"] = body
        answer = self._client.open(path, method=verb.upper(), headers=every, **more)
        template, operation = self._operation(verb.lower(), path.partition("?")[0])
        self.asked.add((template, verb.lower()))
        if body is not None and answer.status_code < 400:
            self._conforms(body, operation["requestBody"]["content"]["application/json"]["schema"])
        described = self._resolved(operation["responses"][str(answer.status_code)])
        kind = next(iter(described["content"]))
        assert answer.mimetype == kind
        if kind == "application/json":
            self._conforms(answer.get_json(), described["content"][kind]["schema"])
        return answer

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield path template, verb and description of every operation."""
        for template, item in self.document["paths"].items():
            for verb in VERBS:
                if verb in item:
                    shared = item.get("parameters", [])
                    yield template, verb, {**item[verb], "parameters": [*shared, *item[verb].get("parameters", [])]}

    def routes(self) -> set[tuple[str, str]]:
        """Return path templates and verbs of the app's routes, in OpenAPI's notation."""
        return {
            (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), verb.lower())
            for rule in self.app.url_map.iter_rules()
            for verb in rule.methods or ()
            if verb.lower() in VERBS
        }

    def flaws(self) -> Iterator[str]:
        """Yield what keeps the document from being a valid description."""
        if not self.document["openapi"].startswith("3.1.") or not {"title", "version"} <= self.document["info"].keys():
            yield "it does not say what it is"
        names = [operation["operationId"] for _, _, operation in self.operations()]
        if len(names) != len(set(names)):
            yield "two operations have one name"
        for template, verb, operation in self.operations():
            declared = {found["name"] for found in operation["parameters"] if found["in"] == "path"}
            if declared != set(re.findall(r"\{(\w+)\}", template)):
                yield f"{verb} {template}: declares {declared}"
            if any("description" not in self._resolved(found) for found in operation["responses"].values()):
                yield f"{verb} {template}: an answer has no description"
        for schema in _schemas(self.document):
            Draft202012Validator.check_schema(schema)
            for target in _references(schema):
                self._resolved({"$ref": target})

    def _operation(self, verb: str, path: str) -> tuple[str, dict[str, Any]]:
        for template, found, operation in self.operations():
            if found == verb and re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)), path):
                return template, operation
        raise AssertionError(f"{verb} {path} is not described")

    def _resolved(self, found: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in found:
            part: Any = self.document
            for name in found["$ref"].removeprefix("#/").split("/"):
                part = part[name]
            found = part
        return found

    def _conforms(self, value: Any, schema: dict[str, Any]) -> None:
        whole = {"allOf": [schema], "components": self.document["components"]}
        Draft202012Validator(whole).validate(value)


def _schemas(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every schema in a part of a document."""
    if isinstance(part, dict):
        if isinstance(part.get("schema"), dict):
            yield part["schema"]
        yield from part.get("schemas", {}).values() if isinstance(part.get("schemas"), dict) else ()
        part = list(part.values())
    if isinstance(part, list):
        for found in part:
            yield from _schemas(found)


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for found in part:
            yield from _references(found)
