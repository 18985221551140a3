"""`taobao.time.get`: the platform's clock."""

from simulator.clock import to_text
from simulator.exchange import Answer
from simulator.tmall.context import Context


def get_time(context: Context) -> Answer:
    """Answer `taobao.time.get`."""
    data = {"time": to_text(context.world.clock.seconds())}
    return Answer(data=data, body=data)
