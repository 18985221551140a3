"""The bundled reference connector as a target: one of its styles, with one of the ERPs that it speaks to."""

from importlib.util import find_spec
from pathlib import Path

import msgspec

from scenarios.target import Target, read_target

POLLING, MESSAGES = "polling", "messages"
_FILES = {POLLING: "reference.yaml", MESSAGES: "messages.yaml"}
"""The target file of each style with the generic ERP; every other ERP has a file of its name, in style polling."""


def bundled(style: str = POLLING, erp: str = "") -> Target:
    """Return the target of the connector of that *style* that speaks to *erp*; empty: the generic one."""
    if erp in ("", "generic"):
        return read_target(bundled_file(_FILES[style]))
    target = read_target(bundled_file(f"{erp}.yaml"))
    return target if style == POLLING else _listening(target)


def bundled_file(name: str) -> Path:
    """Return the path of a file beside the bundled connectors."""
    spec = find_spec("connectors")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the bundled connectors are not installed")
    return Path(spec.origin).with_name(name)


def _listening(polling: Target) -> Target:
    """Return the target of the connector that does what that of *polling* does, but listens to messages.

    What listening takes stands in one file, that of the generic ERP: the program, how often it reads the list, and
    what it declares of that.
    """
    heard = read_target(bundled_file(_FILES[MESSAGES]))
    if polling.start is None or heard.start is None:
        raise ValueError("a bundled target has no start command")
    env = {**polling.start.env, "RECONCILE": heard.start.env["RECONCILE"]}
    declaration = msgspec.structs.replace(
        polling.declaration,
        name=polling.name.replace(POLLING, MESSAGES),
        messages=heard.declaration.messages,
        reconcile=heard.declaration.reconcile,
    )
    start = msgspec.structs.replace(polling.start, command=heard.start.command, env=env)
    return msgspec.structs.replace(polling, declaration=declaration, start=start)
