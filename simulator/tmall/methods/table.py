"""Which handler answers which method: the gateway's index."""

from collections.abc import Callable, Mapping

from simulator.exchange import Answer
from simulator.tmall.context import Context
from simulator.tmall.methods import (
    accounts,
    agree,
    applications,
    clock,
    disputes,
    exchange_writes,
    exchanges,
    messages,
    operations,
    parcels,
    refunds,
    refuse,
    returns,
    sellers,
    shipments,
    trade_lists,
    trades,
)

Handler = Callable[[Context], Answer]

HANDLERS: Mapping[str, Handler] = {
    "taobao.refunds.receive.get": refunds.list_refunds,
    "taobao.refund.get": refunds.get_refund,
    "taobao.refunds.apply.get": applications.list_applications,
    "taobao.refund.status.get": applications.get_status,
    "taobao.refund.detail.get": operations.get_detail,
    "taobao.refund.message.add": messages.add_message,
    "taobao.rp.returngoods.refill": parcels.refill,
    "tmall.dispute.receive.get": disputes.list_disputes,
    "taobao.refund.messages.get": refunds.get_messages,
    "taobao.refund.refusereason.get": refunds.get_reasons,
    "taobao.rp.refunds.agree": agree.agree,
    "taobao.refund.refuse": refuse.refuse,
    "taobao.rp.refund.review": agree.review,
    "taobao.rp.returngoods.agree": returns.agree_return,
    "taobao.rp.returngoods.refuse": refuse.refuse_return,
    "taobao.logistics.address.search": returns.search_addresses,
    "taobao.trade.fullinfo.get": trades.get_trade,
    "taobao.trade.get": trades.get_basic,
    "taobao.trades.sold.get": trade_lists.list_sold,
    "taobao.trades.sold.increment.get": trade_lists.list_changed,
    "taobao.trades.sold.incrementv.get": trade_lists.list_stored,
    "taobao.logistics.orders.get": shipments.list_shipments,
    "taobao.user.seller.get": sellers.get_seller,
    "tmall.exchange.receive.get": exchanges.list_exchanges,
    "tmall.exchange.get": exchanges.get_exchange,
    "tmall.exchange.agree": exchange_writes.agree,
    "tmall.exchange.refuse": exchange_writes.refuse,
    "tmall.exchange.refusereason.get": exchanges.get_reasons,
    "tmall.exchange.returngoods.agree": exchange_writes.receive,
    "tmall.exchange.returngoods.refuse": exchange_writes.refuse_return,
    "tmall.exchange.consigngoods": exchange_writes.ship,
    "tmall.exchange.confirm.consign": exchange_writes.receive_and_ship,
    "tmall.exchange.message.add": exchange_writes.add_message,
    "tmall.exchange.messages.get": exchanges.get_messages,
    "taobao.time.get": clock.get_time,
    "taobao.top.auth.token.create": accounts.create_token,
    "taobao.top.auth.token.refresh": accounts.refresh_token,
}
