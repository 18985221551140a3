"""The platform's errors as rows: code, msg, sub_code, sub_msg, in the words of the wire where those are known.

Codes up to 43 (except 15, 40, 41) come from the gateway's own checks. 15 with `isv.*` is the caller's fault and
will not pass unchanged; `isp.*` is the platform's, and may be tried again.
"""

from typing import Any

import msgspec


class TopError(msgspec.Struct, frozen=True):
    """One error of the platform. Empty sub texts are left out of the answer, as the gateway does."""

    code: int
    msg: str
    sub_code: str = ""
    sub_msg: str = ""

    def as_answer(self) -> dict[str, Any]:
        """Return what stands in `error_response`, request_id aside."""
        found: dict[str, Any] = {"code": self.code, "msg": self.msg}
        if self.sub_code:
            found["sub_code"] = self.sub_code
        if self.sub_msg:
            found["sub_msg"] = self.sub_msg
        return found


class Refused(Exception):
    """A call is answered with *error*; raised by checks and handlers, caught by the gateway."""

    def __init__(self, error: TopError) -> None:
        """Keep the row."""
        self.error = error
        super().__init__(f"{error.code} {error.sub_code or error.msg}")


UPLOAD_FAIL = TopError(3, "Upload fail")
ACTION_NOT_ALLOWED = TopError(9, "Http action not allowed")
MISSING_METHOD = TopError(21, "Missing method")
NOT_PERMITTED = TopError(11, "Insufficient isv permissions", "isv.permission-api-package-not-allowed")
NO_PACKAGE = TopError(11, "Insufficient isv permissions", "isv.permission-api-package-empty")
PACKAGE_LIMIT = TopError(11, "Insufficient isv permissions", "isv.permission-api-package-limit")
WIDGET_ONLY = TopError(11, "Insufficient isv permissions", "isv.permission-api-widget-only-limit")
FOREIGN_ADDRESS = TopError(11, "Insufficient isv permissions", "isv.permission-ip-whitelist-limit")
USER_NOT_PERMITTED = TopError(12, "Insufficient user permissions")
INVALID_METHOD = TopError(22, "Invalid method")
INVALID_FORMAT = TopError(23, "Invalid format")
MISSING_SIGNATURE = TopError(24, "Missing signature")
INVALID_SIGNATURE = TopError(25, "Invalid signature")
MISSING_SESSION = TopError(26, "Missing session")
INVALID_SESSION = TopError(27, "Invalid session", "invalid-sessionkey", "SessionKey非法")
EXPIRED_SESSION = TopError(27, "Invalid session", "session-expired", "SessionKey已过期")
NO_SESSION = TopError(27, "Invalid session", "session-not-exist", "SessionKey不存在")
REVOKED_SESSION = TopError(
    27, "Invalid session", "invalid-sessionkey", "非法或过期的SessionKey参数，请使用有效的SessionKey参数"
)
MISSING_APP_KEY = TopError(28, "Missing app Key")
INVALID_APP_KEY = TopError(29, "Invalid app Key", "isv.appkey-not-exists")
MISSING_TIMESTAMP = TopError(30, "Missing timestamp")
INVALID_TIMESTAMP = TopError(31, "Invalid timestamp")
REPLAYED = TopError(31, "Invalid timestamp", "isv.request-replay-error")
MISSING_VERSION = TopError(32, "Missing version")
INVALID_VERSION = TopError(33, "Invalid version")
UNSUPPORTED_VERSION = TopError(34, "Unsupported version")

FORBIDDEN_REQUEST = TopError(42, "Forbidden request")
PARAMETER_ERROR = TopError(43, "Parameter error")
SECURITY_LEVEL = TopError(53, "Insufficient session security level")


def foreign_session(app_key: str) -> TopError:
    """Return the error for a session that was given to another app than *app_key*."""
    text = f"RealSession don't create by top ! appKey is : {app_key}"
    return TopError(27, "Invalid session", "sessionkey-not-generated-by-server", text)


def titled(msg: str) -> str:
    """Return *msg* as the documents write it: `Missing app Key` is `Missing App Key`, names after a colon stay."""
    words, colon, name = msg.partition(":")
    titles = " ".join(word if word.isupper() else word.capitalize() for word in words.split(" "))
    return f"{titles.replace('Isv', 'ISV')}{colon}{name}"


def missing(name: str) -> TopError:
    """Return the error for the required parameter *name* that is absent (or empty)."""
    return TopError(40, f"Missing required arguments:{name}", f"isv.missing-parameter:{name}")


def invalid(name: str) -> TopError:
    """Return the error for parameter *name* of a wrong type, range or length."""
    return TopError(41, f"Invalid arguments:{name}", f"isv.invalid-parameter:{name}")


def business(sub_code: str, sub_msg: str) -> TopError:
    """Return a business error (15). Sub codes of the refund methods are assumed: the platform's are not public."""
    return TopError(15, "Remote service error", sub_code, sub_msg)


NO_SUCH_REFUND = business("isv.invalid-parameter:refund_id", "退款单不存在")
WRONG_PHASE = business("isv.invalid-parameter:refund_phase", "退款阶段错误")
STALE_VERSION = business("isv.invalid-parameter:refund_version", "退款单已变更，请刷新后重试")
WRONG_STATE = business("isv.refund-status-error", "当前退款状态不允许该操作")
ON_WEB_ONLY = business("isv.refund-status-error", "该退款只能在网页上操作")
STAFF_HAVE_IT = business("isv.refund-status-error", "客服已介入，暂不能操作")
CANNOT_REFUSE = business("isv.refund-status-error", "该退款不允许拒绝")
UNSHIPPED = business("isv.refund-status-error", "未发货的退款不能拒绝")
NO_REASON = business("isv.refund-status-error", "7天无理由退货不能拒绝")
TMALL_ONLY_REVIEW = business("isv.invalid-parameter", "审核仅支持天猫订单")
TMALL_ONLY_RETURN = business("isv.invalid-parameter", "仅支持天猫退货")
WRONG_INFOS = business("isv.invalid-parameter:refund_infos", "退款信息格式错误")
TOO_MANY = business("isv.invalid-parameter:refund_infos", "批量退款笔数超过上限")
TOO_MUCH = business("isv.invalid-parameter:refund_infos", "批量退款金额超过上限")
BAD_PROOF = business("isv.invalid-parameter:refuse_proof", "凭证图片不合法")
BAD_REASON = business("isv.invalid-parameter:refuse_reason_id", "拒绝原因不存在")
BAD_ADDRESS = business("isv.invalid-parameter:seller_address_id", "收货地址不存在")
WRONG_AMOUNT = business("isv.invalid-parameter:refund_fee", "退款金额不正确")
WRONG_PARCEL = business("isv.invalid-parameter:logistics_waybill_no", "物流信息不正确")
SECOND_CHECK = business("A-AUDIT-00-16-003-01", "发送二次验证短信成功")
"""The sub code was seen when agreeing needed a second verification; that it is this one's is assumed."""
NO_SUCH_TRADE = business("isv.trade-not-exist", "交易订单不存在")

_NEEDED = {
    "refuse_proof": "天猫退款凭证必填",
    "seller_address_id": "收货地址编号必填",
    "refund_phase": "退款阶段错误",
    "refund_version": "退款版本号必填",
    "remark": "天猫退货备注必填",
}


def needed(name: str) -> TopError:
    """Return the error for a parameter that this type of shop must send although the method marks it optional."""
    return business(f"isv.invalid-parameter:{name}", _NEEDED.get(name, f"参数{name}必填"))


def not_built(method: str) -> TopError:
    """Return the error for a method that the platform has and this sandbox has not."""
    return business("isv.sandbox-method-not-built", f"{method} is a known method that this sandbox has not built yet")
