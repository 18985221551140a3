"""Template values of a target: `${tmall.url}`, `${shops}`, `${port.health}` and the like."""

import json
import re
import socket
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scenarios.words import say
from simulator.erp import registry
from simulator.errors import UserError, unknown_name

KNOWN: Mapping[str, str] = {
    "tmall.url": say("known.tmall_url", "the gateway, with /router/rest"),
    "tmall.base": say("known.tmall_base", "the gateway without its path"),
    "tmall.host": say("known.tmall_host", "its host"),
    "tmall.port": say("known.tmall_port", "its port"),
    "tmall.app_key": say("known.tmall_app_key", "the app key (of the first shop)"),
    "tmall.app_secret": say("known.tmall_app_secret", "its secret"),
    "tmall.session": say("known.tmall_session", "the first shop's main session"),
    "tmall.sub_session": say("known.tmall_sub_session", "the first shop's sub-account session"),
    "tmall.refresh_token": say("known.tmall_refresh_token", "with which the main session is renewed"),
    "tmall.sub_refresh_token": say("known.tmall_sub_refresh_token", "with which the sub-account session is renewed"),
    "oauth.url": say("known.oauth_url", "where sessions are granted"),
    "tmc.url": say("known.tmc_url", "the message channel (a websocket)"),
    "erp.url": say("known.erp_url", "the ERP's API"),
    "erp.key": say("known.erp_key", "its key"),
    "erp.callback_secret": say("known.erp_callback_secret", "the secret that signs its callbacks"),
    "alert.url": say("known.alert_url", "where it reports refunds that nobody decides, if escalation names it"),
    "shops": say("known.shops", "every shop with its keys, as JSON"),
    "python": say("known.python", "the Python that runs the harness"),
    "run": say("known.run", "the run folder"),
}
"""Value name to what it is; besides these `port.NAME`, a free port of this machine, the same for the same NAME."""

_VALUE = re.compile(r"\$\{([^}]*)(\}?)")
_PORT = re.compile(r"port\.[A-Za-z][A-Za-z0-9_-]*")


@cache
def _of_profiles() -> frozenset[str]:
    """Return the names of the keys that single ERPs have besides `${erp.key}`."""
    return frozenset(f"erp.{key}" for name in registry.names() for key in registry.profile(name).key_names)


def check(text: str, where: str) -> None:
    """Raise `UserError` at *where* if *text* names a value that does not exist."""
    for name, brace in _VALUE.findall(text):
        if not brace:
            message = say("value.unclosed", "{value} has no closing brace.", value=f"${{{name}")
            raise UserError(message, where=where, expected=say("value.form", "A value is written ${name}."))
        if name not in KNOWN and not _PORT.fullmatch(name) and name not in _of_profiles():
            known = [f"${{{key}}}" for key in (*KNOWN, *_of_profiles(), "port.NAME")]
            raise unknown_name(say("what.template_value", "template value"), f"${{{name}}}", known, where=where)


_OF_THE_SHOP = ("app_key", "app_secret", "session", "sub_session", "refresh_token", "sub_refresh_token")


class Values:
    """The values of one run. Each `${port.NAME}` is a port that was free when it was first asked for."""

    def __init__(self, endpoints: Mapping[str, Any], run: Path) -> None:
        """Take them from *endpoints* (`GET /v1/endpoints`) and the folder *run*."""
        tmall = urlsplit(endpoints["tmall"])
        first = endpoints["shops"][0]
        self._values: dict[str, str] = {
            "tmall.url": endpoints["tmall"],
            "tmall.base": f"{tmall.scheme}://{tmall.netloc}",
            "tmall.host": tmall.hostname or "",
            "tmall.port": str(tmall.port or 80),
            **{f"tmall.{key}": first.get(key, "") for key in _OF_THE_SHOP},
            "oauth.url": endpoints["oauth"],
            "tmc.url": endpoints["tmc"],
            "erp.url": endpoints["erp"],
            "erp.key": endpoints["erp_key"],
            "erp.callback_secret": endpoints["callback_secret"],
            **{f"erp.{name}": value for name, value in endpoints.get("erp_keys", {}).items()},
            "shops": json.dumps(endpoints["shops"], ensure_ascii=False),
            "python": sys.executable,
            "run": str(run.resolve()),
        }
        self.ports: dict[str, int] = {}

    def add(self, name: str, value: str) -> None:
        """Know the value *name* from now on, too."""
        self._values[name] = value

    def fill(self, text: str, where: str = "") -> str:
        """Return *text* with every value in its place.

        Raises:
            UserError: if it names a value that does not exist, or not in this run.
        """
        check(text, where)
        return _VALUE.sub(lambda match: self._value(match[1], where), text)

    def _value(self, name: str, where: str) -> str:
        if name.startswith("port."):
            if name not in self.ports:
                self.ports[name] = _free_port()
            return str(self.ports[name])
        if name not in self._values:
            raise UserError(
                say("value.none", "this run has no {value}.", value=f"${{{name}}}"),
                where=where,
                expected=say("value.means", "It is {meaning}.", meaning=KNOWN[name]) if name in KNOWN else "",
            )
        return self._values[name]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
