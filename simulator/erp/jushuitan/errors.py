"""The errors of the platform: HTTP 200, and a code in the body, where 200 is an error too."""

from typing import Any

import msgspec

from simulator.erp.dialect_app import Json
from simulator.erp.profile import noted

TEXTS = {
    10: "无效的签名",
    100: "access_token无效或已过期",
    110: "调用方IP不在白名单内",
    130: "请求参数不合法",
    140: "timestamp无效，与服务器时间相差不能超过15分钟",
    150: "服务商应用不支持刷新token，请商家重新授权",
    190: "应用没有该接口的权限",
    199: "每秒调用次数超过5次",
    200: "每分钟调用次数超过100次",
}
"""Codes as JstErrorCode of github.com/ieu/jst-java copies them from the documentation; 130 and the wording are ours."""
PASSING = frozenset({199, 200})


ROW_TEXTS = {
    "order_unknown": "未找到对应的订单",
    "goods_unknown": "商品编码不存在",
    "period_closed": "已结账，不允许操作",
    "stale": "售后单已被修改，请重试",
    "duplicate": "售后单已存在",
}
"""Texts of rows that fail (assumed: the documentation shows that there is one, not its words)."""


class Refusal(Exception):
    """The platform refuses a whole request."""

    def __init__(self, code: int, detail: str = "") -> None:
        """Keep *code* and what is wrong."""
        super().__init__(f"{TEXTS[code]}: {detail}" if detail else TEXTS[code])
        self.code = code

    def body(self) -> dict[str, Any]:
        """Return it as the platform says it, and note it."""
        found = {"code": self.code, "msg": str(self)}
        noted().error = {**found, "passing": True} if self.code in PASSING else found
        return found


class RowRefusal(Exception):
    """One row of a call is refused, while the others and the call itself go well."""

    def __init__(self, text: str, why: str = "") -> None:
        """Keep the *text*, and *why* if that is one of `refusals.REFUSALS`."""
        super().__init__(text)
        self.why = why


def as_json(values: Any) -> Json:
    """Return *values* as an answer; every answer is HTTP 200."""
    return Json(msgspec.json.encode(values), 200, b"application/json; charset=utf-8")
