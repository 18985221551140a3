"""The errors of the API: all are HTTP 400 with `code` and `msg`, but for those of the workflow, which say `message`.

What stands before the API (too many connections, a proxy that breaks down) answers in HTML.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from simulator.erp.dialect_app import Json
from simulator.erp.profile import noted

TEXTS: Mapping[int, str] = {
    1: "请求无效",
    1005: "邮箱已存在",
    1010: "成员不存在",
    1017: "用户名格式不正确",
    1018: "邮箱格式不正确",
    1019: "成员昵称格式不正确",
    3000: "表单不存在",
    3005: "请求参数不合法",
    4000: "数据提交失败",
    4001: "数据不存在",
    6002: "部门不存在",
    6014: "部门列表为空或不合法",
    8301: "API Key 无效",
    8302: "没有权限",
    8303: "超出请求频率限制",
    17025: "文件不存在",
}
"""Codes of the help pages (11261) and of clients in public repositories; the texts of those without one are ours."""

FLOW_TEXTS: Mapping[int, str] = {
    1010: "User Not Found",
    4001: "Data Not Found",
    4008: "操作失败，流程已经关闭",
    4009: "操作失败，无权限",
    5003: "流程节点不存在",
    5004: "未提交流程审批意见",
    5006: "无法将数据流转到抄送节点",
    5008: "找不到对应的负责人",
    5009: "找不到回退后的负责人",
    5011: "找不到流转节点",
    5012: "未提交流程手写签名",
    5024: "当前用户对该节点无提交权限",
    5025: "当前节点已经流转完成",
    5026: "流程节点批量审批失败",
    5044: "子流程配置错误或找不到发起人",
    5045: "发起子流程数据超过上限 200",
    5049: "当前流程节点未开启转交",
    5053: "流入多级主管审批节点失败，未指定发起部门",
    5056: "不能对非流程表单进行流程操作",
    50004: "待办任务不存在",
    50013: "负责人调整前后数目必须一致",
    50015: "负责人调整前后无实际变化",
    50016: "流程实例不存在",
    50024: "调整后负责人不能为空",
    50025: "单次批量审批数量超出限制",
    50040: "当前节点禁止回退",
    50041: "回退节点为当前节点",
    50046: "历史待办（子流程）过多，不允许激活",
    50049: "不允许回退到没有创建者的发起节点",
    50052: "节点不支持该加签行为",
    50053: "加签候选人列表不能为空",
    50054: "不支持嵌套加签",
    50057: "加签配置未开启",
    50059: "加签候选人不能选择节点负责人",
    50060: "加签候选人非法",
    50061: "不支持多人加签",
    50062: "待被加签人处理中",
    50063: "被加签待办不可批量提交",
    50064: "异步子流程成环，请调整流程配置",
    50070: "不允许回退到插件节点",
    50071: "版本不支持插件节点",
    50073: "禁止回退到进行中节点",
}
"""Codes of the workflow's calls (hc.jiandaoyun.com/zh_cn/open/12344; 1010 also on page 16055, 4001 in the C# demo)."""

CHECKS = {
    "order_unknown": "订单尚未导入",
    "goods_unknown": "商品编码不存在",
    "period_closed": "所属账期已关闭",
    "stale": "数据已被他人修改，请重新获取",
    "duplicate": "编号已存在，不允许重复",
}
"""Texts of the bundled form's submit checks (校验提示); who makes the form writes them."""

JSON_TYPE = b"application/json; charset=utf-8"
TOO_MANY, UPLOAD_FAILED = 429, 579
"""HTTP statuses that the help page knows besides 400 and 502: too many calls at once, and a file that did not go."""


class Refusal(Exception):
    """The API refuses a request."""

    def __init__(self, code: int, detail: str = "", *, status: int = 400) -> None:
        """Keep *code*, what is wrong, and the HTTP *status*."""
        text = TEXTS[code]
        super().__init__(f"{text}: {detail}" if detail else text)
        self.code = code
        self.status = status

    def answer(self) -> Json:
        """Return it as the API does, and note it."""
        body = {"code": self.code, "msg": str(self)}
        noted().error = {**body, "passing": True} if self.code == 8303 else body
        return as_json(body, self.status)


class Crowded(Exception):
    """More calls at once than the gateway lets in."""

    def answer(self) -> Json:
        """Return the gateway's page, and note it."""
        noted().error = {"code": TOO_MANY, "msg": "超出请求并发限制", "passing": True}
        content, kind = page(TOO_MANY)
        return Json(content, TOO_MANY, kind)


def page(status: int) -> tuple[bytes, bytes]:
    """Return content and content type of what a proxy says."""
    known = {found.value for found in HTTPStatus}
    title = f"{status} {HTTPStatus(status).phrase}" if status in known else str(status)
    text = f"<html><head><title>{title}</title></head><body><center><h1>{title}</h1></center></body></html>"
    return text.encode(), b"text/html"


def failed(code: int) -> dict[str, Any]:
    """Return the answer of a workflow call that fails."""
    return {"status": "failure", "code": code, "message": FLOW_TEXTS[code]}


def as_json(values: Any, status: int = 200) -> Json:
    """Return *values* as an answer."""
    return Json(msgspec.json.encode(values), status, JSON_TYPE)
