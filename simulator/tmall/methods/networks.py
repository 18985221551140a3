"""Small methods about apps and networks, which official SDKs call by themselves."""

from simulator.exchange import Answer
from simulator.tmall.context import Context

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
