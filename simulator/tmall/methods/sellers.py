"""`taobao.user.seller.get`: who the seller is; for a sub-account's session too, the main account."""

from simulator.exchange import Answer
from simulator.tmall.context import Context


def get_seller(context: Context) -> Answer:
    """Answer `taobao.user.seller.get`."""
    shop = context.shop
    row = {
        "user_id": shop.user_id,
        "nick": shop.nick,
        "type": shop.type,
        "status": "normal",
        "has_shop": True,
        "seller_credit": {"level": 1, "score": 0, "total_num": 0, "good_num": 0},
    }
    asked = {name.partition(".")[0] for name in context.args["fields"]}
    return Answer(data={"user": {name: value for name, value in row.items() if name in asked}})
