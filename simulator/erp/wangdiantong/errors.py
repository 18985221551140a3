"""What both dialects refuse: HTTP 200 with a number, and a text that says what the number does not."""

from collections.abc import Mapping
from typing import Any

import msgspec

from simulator.erp.dialect_app import Json
from simulator.erp.profile import noted
from simulator.erp.refusals import refused

PARAMETER, UNKNOWN_FIELD, ADDRESS, TIME, VERSION, APPLICATION = 1, 2, 6, 7, 8, 100
"""Wrong parameter, key or sign; unknown field; an address, a time, a version that is none; and everything else."""

CODES: Mapping[int, str] = {
    PARAMETER: "参数错误",
    UNKNOWN_FIELD: "不是有效参数",
    3: "已开启动态密码",
    4: "数据库连接失败",
    5: "数据库执行错误",
    ADDRESS: "IP不在白名单内",
    TIME: "时间戳与服务器时间相差过大",
    VERSION: "版本号错误",
    99: "其他错误",
    APPLICATION: "应用错误",
}
"""Every number and what it is about (page cwmsm of 旗舰版; that 企业版 has the same ones is assumed). Those that
nothing in the sandbox brings about (3, 4, 5, 99) the fault `erp-error` answers, if its `code` says so."""

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

    def told(self, code: str) -> dict[str, Any]:
        """Return it as a dialect says it that calls the number *code*, and note it."""
        noted().error = {"code": self.number, "message": str(self)}
        if self.why:
            noted().error = refused(self.why, self.number, message=str(self))
        elif str(self) == TOO_OFTEN:
            noted().error["passing"] = True
        return {code: self.number, "message": str(self)}


def as_json(values: object) -> Json:
    """Return *values* as an answer; every answer is HTTP 200."""
    return Json(msgspec.json.encode(values), 200, b"application/json;charset=utf-8")
