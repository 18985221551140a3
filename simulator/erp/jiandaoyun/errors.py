"""The errors of the API: all are HTTP 400 with `code` and `msg`, but for those of the workflow, which say `message`."""

from typing import Any

import msgspec
from flask import Response

from simulator.erp.profile import noted

TEXTS = {
    1: "请求无效",
    1010: "成员不存在",
    3000: "表单不存在",
    3005: "请求参数不合法",
    4000: "数据提交失败",
    4001: "数据不存在",
    8301: "API Key 无效",
    8302: "没有权限",
    8303: "超出请求频率限制",
    17025: "文件不存在",
}
"""Codes of the help pages (11261) and of clients in public repositories; the texts of those without one are ours."""


CHECKS = {
    "order_unknown": "订单尚未导入",
    "goods_unknown": "商品编码不存在",
    "period_closed": "所属账期已关闭",
    "stale": "数据已被他人修改，请重新获取",
    "duplicate": "编号已存在，不允许重复",
}
"""Texts of the bundled form's submit checks (校验提示); who makes the form writes them."""


class Refusal(Exception):
    """The API refuses a request."""

    def __init__(self, code: int, detail: str = "", *, status: int = 400) -> None:
        """Keep *code*, what is wrong, and the HTTP *status*."""
        text = TEXTS[code]
        super().__init__(f"{text}: {detail}" if detail else text)
        self.code = code
        self.status = status

    def answer(self) -> Response:
        """Return it as the API does, and note it."""
        body = {"code": self.code, "msg": str(self)}
        noted().error = {**body, "passing": True} if self.code == 8303 else body
        return as_json(body, self.status)


def as_json(values: Any, status: int = 200) -> Response:
    """Return *values* as an answer."""
    return Response(msgspec.json.encode(values), status, content_type="application/json; charset=utf-8")
