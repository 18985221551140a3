"""Every error that the platform is known to answer, as rows: what fault top-error can answer, and a test walks.

Provenance: *captured* in real answers, *documented* by name (the text on the wire then follows the style of the
captured ones), or *assumed*. A sub code with `***` is a family; the words between are the caller's to choose.
"""

import re

import msgspec

from simulator.errors import UserError
from simulator.tmall import errors
from simulator.tmall.errors import TopError
from simulator.tmall.flow import SUB_CODES
from simulator.words import say


class Row(msgspec.Struct, frozen=True):
    """One error, how sure we are of it, and whether trying again can help."""

    error: TopError
    provenance: str
    retry: bool = False

    @property
    def name(self) -> str:
        """Return code and sub code, as a person would name the row."""
        return f"{self.error.code} {self.error.sub_code}".rstrip()


_BAN = "This ban will last for 1 more seconds"
_FOREIGN = TopError(
    27, "Invalid session", "sessionkey-not-generated-by-server", "RealSession don't belong app and user !"
)

_PLATFORM = (
    Row(errors.UPLOAD_FAIL, "documented"),
    Row(TopError(4, "User call limited"), "documented", retry=True),
    Row(TopError(5, "Session call limited"), "documented", retry=True),
    Row(TopError(6, "Partner call limited"), "documented", retry=True),
    *(Row(TopError(7, "App Call Limited", sub_code, _BAN), "captured", retry=True) for sub_code in SUB_CODES),
    Row(TopError(8, "App call exceeds limited frequency"), "documented", retry=True),
    Row(errors.ACTION_NOT_ALLOWED, "documented"),
    Row(TopError(10, "Service currently unavailable"), "documented", retry=True),
    Row(errors.NO_PACKAGE, "documented"),
    Row(errors.NOT_PERMITTED, "documented"),
    Row(errors.PACKAGE_LIMIT, "documented"),
    Row(errors.FOREIGN_ADDRESS, "documented"),
    Row(errors.WIDGET_ONLY, "documented"),
    Row(errors.USER_NOT_PERMITTED, "documented"),
    Row(TopError(13, "Insufficient partner permissions"), "documented"),
    Row(errors.MISSING_METHOD, "documented"),
    Row(errors.INVALID_METHOD, "captured"),
    Row(errors.INVALID_FORMAT, "documented"),
    Row(errors.MISSING_SIGNATURE, "documented"),
    Row(errors.INVALID_SIGNATURE, "captured"),
    Row(errors.MISSING_SESSION, "documented"),
    Row(errors.INVALID_SESSION, "captured"),
    Row(_FOREIGN, "captured"),
    Row(errors.EXPIRED_SESSION, "documented"),
    Row(errors.NO_SESSION, "documented"),
    Row(errors.MISSING_APP_KEY, "documented"),
    Row(errors.INVALID_APP_KEY, "captured"),
    Row(errors.MISSING_TIMESTAMP, "documented"),
    Row(errors.INVALID_TIMESTAMP, "documented"),
    *(
        Row(msgspec.structs.replace(errors.INVALID_TIMESTAMP, sub_code=f"isv.{name}-error"), "assumed")
        for name in ("timestamp-limit", "replayattack-timestamp-invalid")
    ),
    Row(errors.REPLAYED, "assumed"),
    Row(errors.MISSING_VERSION, "documented"),
    Row(errors.INVALID_VERSION, "documented"),
    Row(errors.UNSUPPORTED_VERSION, "documented"),
    Row(errors.missing("***"), "captured"),
    Row(errors.invalid("***"), "captured"),
    Row(errors.FORBIDDEN_REQUEST, "documented"),
    Row(errors.PARAMETER_ERROR, "documented"),
    Row(errors.SECURITY_LEVEL, "assumed"),
)

_BUSINESS = (
    ("isv.***-not-exist:***", "对象不存在", False),
    ("isv.***-not-exist", "对象不存在", False),
    ("isv.missing-parameter:***", "缺少必选参数", False),
    ("isv.invalid-parameter:***", "参数错误", False),
    ("isv.invalid-parameter", "非法参数", False),
    ("isv.invalid-permission", "没有权限操作该数据", False),
    ("isv.parameters-mismatch:***-and-***", "参数之间不匹配", False),
    ("isv.***-service-error:***", "业务处理失败", False),
    ("isv.***-service-error", "业务处理失败", False),
    ("isp.***-service-error:***", "系统异常", True),
    ("isp.invalid-parameters", "参数错误", False),
    ("isp.***-service-unavailable", "服务不可用", True),
    ("isp.remote-service-error", "远程服务调用失败", True),
    ("isp.remote-service-timeout", "远程服务调用超时", True),
    ("isp.remote-connection-error", "远程连接失败", True),
    ("isp.top-remote-connection-timeout", "平台连接远程服务超时", True),
    ("isp.top-remote-connection-error", "平台连接远程服务失败", True),
    ("isp.top-remote-service-unavailable", "远程服务不可用", True),
    ("isp.top-remote-unknown-error", "远程服务未知错误", True),
    ("isp.top-remote-unknown-error-tmall", "远程服务未知错误", True),
    ("isp.unknown-error", "未知错误", True),
    ("isp.system-busy", "系统繁忙", True),
    ("isp.runtime-max-limit", "返回结果过大", False),
    ("isp.null-pointer-exception", "空指针异常", False),
    ("isp.top-parse-error", "解析错误", False),
    ("isp.top-mapping-parse-error", "映射解析错误", False),
    ("A-AUDIT-00-16-003-01", "需要二次验证", False),
)
"""Sub codes under 15, in the words of the documents' table and of public clients; their texts are ours."""

_OURS = (
    ("isv.refund-status-error", "当前退款状态不允许该操作", False),
    ("isv.permission-denied:***", "没有权限", False),
)
"""Sub codes under 15 that this sandbox chose, since the platform's own for refunds are not public."""

_OLD = (
    (50, "Remote service error", "isv.invalid-parameter", "非法参数", False),
    (530, "Remote service error", "isp.system-busy", "系统繁忙", True),
    (550, "User service unavailable", "", "", True),
    (551, "Item service unavailable", "", "", True),
    (560, "Trade service unavailable", "", "", True),
    (562, "Trade not exists", "", "", False),
    (563, "Trade invalid", "", "", False),
    (570, "Shipping service unavailable", "", "", True),
)
"""Codes of old lists and of the samples on the documents' pages, in place of which 15 is answered today."""

ROWS: tuple[Row, ...] = (
    *_PLATFORM,
    *(Row(errors.business(sub_code, text), "documented", retry=retry) for sub_code, text, retry in _BUSINESS),
    *(Row(errors.business(sub_code, text), "assumed", retry=retry) for sub_code, text, retry in _OURS),
    *(
        Row(TopError(code, msg, sub_code, sub_msg), "documented", retry=retry)
        for code, msg, sub_code, sub_msg, retry in _OLD
    ),
)


def find(code: int, sub_code: str = "") -> TopError:
    """Return the error of *code* with *sub_code*, of a family with the words given; without one, the code's first row.

    Raises:
        UserError: if the platform is not known to answer that.
    """
    rows = [row.error for row in ROWS if row.error.code == code]
    if not rows:
        known = ", ".join(map(str, dict.fromkeys(row.error.code for row in ROWS)))
        raise UserError(
            say("error.none", "the platform has no error {code}.", code=code),
            expected=say("unknown.known", "Known: {names}.", names=known),
        )
    if not sub_code and "***" not in rows[0].sub_code:
        return rows[0]
    for error in sorted(rows, key=lambda error: "***" in error.sub_code):  # a family comes after what is named
        if _matches(error.sub_code, sub_code):
            name = sub_code.partition(":")[2]
            msg = error.msg.replace("***", name)
            return msgspec.structs.replace(error, msg=msg, sub_code=sub_code)
    if code == 15 and (sub_code.isdigit() or sub_code.startswith("A-AUDIT-")):
        return errors.business(sub_code, "")  # purely numeric ones and audit codes are seen, and no list has them all
    known = ", ".join(error.sub_code for error in rows if error.sub_code) or "none"
    message = f"error {code} has no sub code {sub_code}." if sub_code else f"error {code} needs a sub code."
    raise UserError(message, expected=f"Known: {known}.")


def _matches(family: str, sub_code: str) -> bool:
    pattern = re.escape(family).replace(re.escape("***"), "[^:]+")
    return re.fullmatch(pattern, sub_code) is not None
