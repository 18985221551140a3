"""Who may use the control API: a bearer token always, and a Host header that is the listener's own name.

The Host header keeps a web page in the user's browser from reaching the API through a name that it controls.
"""

import hmac
import ipaddress

from simulator.world import World

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def own_hosts(advertised: str) -> frozenset[str]:
    """Return the host names under which the listener is known, *advertised* being the one in its URLs."""
    return LOOPBACK | {advertised.strip("[]").lower()}


def refusal(world: World, host: str, authorization: str) -> tuple[int, str] | None:
    """Return HTTP status and message if the request with these two headers is not admitted."""
    foreign = foreign_host(world, host)
    if foreign is not None:
        return 403, foreign
    if not hmac.compare_digest(authorization.encode(), f"Bearer {world.control_token}".encode()):
        return 401, "the Authorization header needs the control token: Bearer TOKEN"
    return None


def foreign_host(world: World, host: str) -> str | None:
    """Return the message about a Host header that is none of the listener's names."""
    if _is_own(_name_of(host), world.control_hosts):
        return None
    return f"{host or 'no host'} is not a name of this listener"


def _name_of(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


def _is_own(name: str, hosts: frozenset[str]) -> bool:
    if name in hosts:
        return True
    if hosts.isdisjoint({"0.0.0.0", "::"}):
        return False
    try:  # bound to every address: any of them is ours, and no web page's name is an address
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
