"""`taobao.trade.fullinfo.get` and `taobao.trade.get`: one trade with its sub-orders, personal data masked."""

from simulator.exchange import Answer
from simulator.tmall.context import Context
from simulator.tmall.errors import NO_SUCH_TRADE, Refused
from simulator.tmall.trade_projection import projection

_DAY = 86_400


def get_trade(context: Context) -> Answer:
    """Answer `taobao.trade.fullinfo.get`, or `taobao.trade.get`, which knows fewer fields, none of the receiver."""
    world = context.world
    trade = world.state.trades.get(context.args["tid"])
    if trade is None or trade.shop != context.shop.nick or trade.created < oldest(context):
        raise Refused(NO_SUCH_TRADE)
    fields = projection(context.args["fields"], context.method.answer["trade"].only)
    row = fields.row(world, context.shop, trade)
    return Answer(data={"trade": row}, body={"trade": row})


def oldest(context: Context) -> int:
    """Return when (s) the oldest trades were created that the platform still shows: three months ago."""
    return int(context.world.clock.seconds() - context.settings["kept_days"] * _DAY)
