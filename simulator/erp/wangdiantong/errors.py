"""What both dialects refuse: HTTP 200 with a number, and a text that says what the number does not."""

from collections.abc import Mapping

import msgspec
from flask import Response

PARAMETER, UNKNOWN_FIELD, TIME, APPLICATION = 1, 2, 7, 100
"""Wrong parameter, key or sign; a field nobody knows; a timestamp too far off; and everything else (page cwmsm)."""

TEXTS: Mapping[str, str] = {
    "order_unknown": "未找到符合条件的订单",
    "goods_unknown": "商家编码不存在",
    "period_closed": "单据已结账，不允许操作",
    "stale": "单据已被修改，请刷新后重试",
    "duplicate": "退换单已存在",
}
"""Texts of refused pushes; the first and the last are documented, the others are assumed."""
TOO_OFTEN = "超过每分钟最大调用频率限制，请稍后重试"
"""Assumed: that there are limits is documented, their numbers and words are not."""


class Refusal(Exception):
    """The ERP refuses a whole request."""

    def __init__(self, number: int, text: str, why: str = "") -> None:
        """Keep the *number* and the *text*, and *why* if that is one of `refusals.REFUSALS`."""
        super().__init__(text)
        self.number = number
        self.why = why


def as_json(values: object) -> Response:
    """Return *values* as an answer; every answer is HTTP 200."""
    return Response(msgspec.json.encode(values), 200, content_type="application/json;charset=utf-8")
