"""The stand-in's AG, exchanges and re-sends: enough of the platform for the connector's own tests."""

import json
from dataclasses import dataclass, field
from typing import Any

from connectors.clock import seconds

JSON = dict[str, Any]

_NEXT = {
    "tmall.exchange.agree": ("1", "2"),
    "tmall.exchange.refuse": ("1", "6"),
    "tmall.exchange.returngoods.agree": ("3", "12"),
    "tmall.exchange.returngoods.refuse": ("3", "6"),
    "tmall.exchange.consigngoods": ("12", "13"),
}


@dataclass
class Goods:
    """What AG was told, and the shop's exchanges."""

    ag: bool = False
    told: list[tuple[str, str]] = field(default_factory=list)
    """(refund, status) of each parcel's report, in order."""
    exchanges: dict[str, JSON] = field(default_factory=dict)

    def add(self, dispute_id: str, **fields: Any) -> JSON:
        """Let a buyer ask for other goods."""
        base: JSON = {"dispute_id": dispute_id, "biz_order_id": "2500071234567890012", "status": "1", "num": 1}
        base |= {"refund_version": 1795313707201, "modified": "2026-11-22 10:00:04", "exchange_sku": "颜色:蓝"}
        self.exchanges[dispute_id] = base | fields
        return self.exchanges[dispute_id]

    def top(self, method: str, params: JSON, refunds: dict[str, JSON]) -> JSON:
        """Do what TOP is asked to."""
        if method == "taobao.rdc.aligenius.account.validate":
            return {"result": {"success": True, "result_data": {"ag_account": int(self.ag)}}}
        if method == "taobao.rdc.aligenius.sendgoods.cancel":
            about = json.loads(params["param"])
            self.told.append((str(about["refund_id"]), about["status"]))
            if about["status"] == "SUCCESS":
                _pay(refunds[str(about["refund_id"])])
        if method == "taobao.nextone.logistics.warehouse.update":
            _pay(refunds[params["refund_id"]])
            return {"succeed": True}
        if method.startswith("taobao.rdc.aligenius.warehouse.resend."):
            return _resent(method, json.loads(params["param0"]), refunds)
        if method == "tmall.exchange.receive.get":
            window = (seconds(params["start_gmt_modified_time"]), seconds(params["end_gmt_modifed_time"]))
            rows = [row for row in self.exchanges.values() if window[0] <= seconds(row["modified"]) <= window[1]]
            return {"results": {"exchange": rows}, "total_results": len(rows)}
        if method == "tmall.exchange.refusereason.get":
            return {"result": {"results": {"reason": [{"reason_id": 90201}, {"reason_id": 90202}]}}}
        return {"result": {"success": True, **self._exchange(method, params)}}

    def _exchange(self, method: str, params: JSON) -> JSON:
        exchange = self.exchanges.get(str(params.get("dispute_id")))
        if exchange is None:
            return {}
        if method in _NEXT:
            before, after = _NEXT[method]
            if exchange["status"] != before:
                return {"success": False, "message": "当前换货状态不允许该操作"}
            exchange |= {"status": after, "refund_version": exchange["refund_version"] + 1}
        return {"exchange": dict(exchange)}


def _resent(method: str, told: JSON, refunds: dict[str, JSON]) -> JSON:
    """Do what is reported of goods sent again, as often as that is possible."""
    reship, to = refunds[told["source_id"]], "WAIT_BUYER_CONFIRM_REDO_SEND_GOODS"
    if method.endswith("resend.update"):
        to = "SELLER_REFUSE_BUYER"
    if reship["status"] not in ("WAIT_SELLER_AGREE", "WAIT_SELLER_CONSIGN_GOODS"):
        return {"result": {"success_flag": False, "fail_info": "补寄当前状态不允许该操作"}}
    reship |= {"status": to, "refund_version": reship["refund_version"] + 1}
    return {"result": {"success_flag": True}}


def _pay(refund: JSON) -> None:
    refund |= {"status": "SUCCESS", "refund_version": refund["refund_version"] + 1000}
