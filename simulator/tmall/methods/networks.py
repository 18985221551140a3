"""Small methods about apps and networks, which official SDKs call by themselves."""

from base64 import b64encode
from urllib.parse import urlsplit

import msgspec

from simulator.chance import token
from simulator.exchange import Answer
from simulator.tmall.context import Context

_PUBLIC_HOSTS = ("gw.api.taobao.com", "eco.taobao.com", "api.taobao.com")
_REFRESH_MINUTES = "15"
_SECRET_LASTS, _SECRET_LASTS_AT_MOST = 3_600, 86_400
"""Seconds until an SDK asks for the secret again, and for which it may go on without an answer; assumed."""

_UPLOAD_INTERVAL = 86_400
"""Seconds until an SDK may report about itself again; the platform's own figure is not public."""


def take_feedback(_: Context) -> Answer:
    """Answer `taobao.top.sdk.feedback.upload`: what an SDK reports about itself is in the ledger, and no more."""
    data = {"upload_interval": _UPLOAD_INTERVAL}
    return Answer(data=data, body=data)


def get_app_ip(context: Context) -> Answer:
    """Answer `taobao.appip.get`: the address that the call came from."""
    data = {"ip": context.client}
    return Answer(data=data, body=data)


def get_http_dns(context: Context) -> Answer:
    """Answer `taobao.httpdns.get`: host names, and the addresses (with weights) to call in their place."""
    gateway = urlsplit(context.world.tmall_url)
    own = gateway.hostname or ""
    # An SDK puts the address where the host name stands, and leaves the port: its own name keeps that.
    hosts = dict.fromkeys(_PUBLIC_HOSTS, gateway.netloc) | {own: own}
    names = {name: {"proto": gateway.scheme, "vip": [f"{address}|100"]} for name, address in hosts.items() if address}
    config = {"interval": _REFRESH_MINUTES, "version": "1", "def_env": "sandbox"}
    found = {"config": config, "env": {"sandbox": names}, "api": {}, "user": {}, "modle": {}}
    data = {"result": msgspec.json.encode(found).decode()}
    return Answer(data=data, body=data)


def get_ip_out(context: Context) -> Answer:
    """Answer `taobao.top.ipout.get`."""
    data = {"ip_list": urlsplit(context.world.tmall_url).hostname or ""}
    return Answer(data=data, body=data)


def get_secret(context: Context) -> Answer:
    """Answer `taobao.top.secret.get`: a secret that follows from the app and whom it is for."""
    world, args = context.world, context.args
    raw = token(world.seed, "secret", context.call.app, args.get("customer_user_id", ""), length=32)
    secret = b64encode(bytes.fromhex(raw)).decode()
    times = {"interval": _SECRET_LASTS, "max_interval": _SECRET_LASTS_AT_MOST, "secret_version": 1}
    return Answer(data=times | {"secret": secret}, body=times | {"secret": world.vault.token(secret)})
