"""A local certificate for `--tls`: an authority of the run's own, in its data folder, that clients must trust.

It comes from trustme, an extra dependency (`tls`): most runs speak http.
"""

import contextlib
import importlib
import os
import ssl
from pathlib import Path

from simulator.errors import UserError
from simulator.words import say

AUTHORITY = "tls-ca.pem"
"""What clients trust: public."""
_SERVER = "tls-server.pem"
"""Key and certificate: mode 0600."""

PLATFORM = ("gw.api.taobao.com", "eco.taobao.com", "api.taobao.com", "oauth.taobao.com")
"""Names of the platform, for SDKs whose address is fixed and whose machine maps these names to the sandbox."""


def context(folder: Path, hosts: tuple[str, ...]) -> ssl.SSLContext:
    """Return the server's side of TLS for *hosts* and the platform's names; a restart finds the same certificate.

    Raises:
        UserError: if trustme is not installed.
    """
    server = folder / _SERVER
    if not server.exists():
        _make(folder, hosts)
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.load_cert_chain(server)
    return found


def _make(folder: Path, hosts: tuple[str, ...]) -> None:
    try:
        trustme = importlib.import_module("trustme")
    except ImportError as error:
        raise UserError(
            say("tls.lacking", "--tls needs a package that is not installed."),
            expected=say("tls.install", "Install tmall-refund-sandbox[tls]."),
        ) from error
    authority = trustme.CA(organization_name="tmall-refund-sandbox", organization_unit_name="local test authority")
    names = dict.fromkeys(("localhost", "127.0.0.1", "::1", *(host.strip("[]") for host in hosts if host), *PLATFORM))
    issued = authority.issue_cert(*(name for name in names if name not in ("0.0.0.0", "::")))
    authority.cert_pem.write_to_path(str(folder / AUTHORITY))
    _write(folder / _SERVER, issued.private_key_and_cert_chain_pem.bytes())


def _write(path: Path, content: bytes) -> None:
    """Write *content* so that no one else can read it, whole or not at all."""
    fresh = path.with_suffix(".new")
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    fresh.replace(path)
