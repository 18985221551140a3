"""`taobao.user.seller.get`: who the seller is; for a sub-account's session too, the main account."""

from simulator.exchange import Answer
from simulator.tmall.context import Context

_USUAL = {
    "sex": "m",
    "has_more_pic": True,
    "item_img_num": 5,
    "item_img_size": 1024,
    "prop_img_num": 20,
    "prop_img_size": 500,
    "auto_repost": "unlimited",
    "promoted_type": "authentication",
    "alipay_bind": "bind",
    "consumer_protection": True,
    "vip_info": "c",
    "magazine_subscribe": False,
    "avatar": "https://img.sandbox.example/avatar.png",
    "online_gaming": False,
    "liangpin": False,
    "sign_food_seller_promise": False,
    "is_lightning_consignment": False,
    "has_sub_stock": True,
    "is_golden_seller": False,
    "is_tjb_seller": False,
}
"""What is the same for every seller here."""


def get_seller(context: Context) -> Answer:
    """Answer `taobao.user.seller.get`."""
    shop = context.shop
    row = _USUAL | {
        "user_id": shop.user_id,
        "nick": shop.nick,
        "type": shop.type,
        "status": "normal",
        "has_shop": True,
        "seller_credit": {"level": 1, "score": 0, "total_num": 0, "good_num": 0},
    }
    asked = {name.partition(".")[0] for name in context.args["fields"]}
    return Answer(data={"user": {name: value for name, value in row.items() if name in asked}})
