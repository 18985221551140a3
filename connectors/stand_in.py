"""A tiny platform and a tiny ERP in one small server, for the connector's own tests; trouble comes as asked for."""

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from connectors.clock import seconds
from connectors.stand_in_goods import Goods

JSON = dict[str, Any]

PICTURE = b"\x89PNG\r\n\x1a\n a photo"
DIGEST = hashlib.sha256(PICTURE).hexdigest()

LOST_BEFORE = "lost before"
LOST_AFTER = "lost after"
ISP: JSON = {"code": 15, "msg": "Remote service error", "sub_code": "isp.remote-service-timeout"}


@dataclass
class Trouble:
    """What shall happen to the next *times* calls named *call* to which *when* applies."""

    call: str
    what: Any
    times: int
    when: Callable[[JSON], bool]


@dataclass
class Sides:
    """Both sides' state, and every call they got, in order."""

    refunds: dict[str, JSON] = field(default_factory=dict)
    documents: dict[str, JSON] = field(default_factory=dict)
    calls: list[tuple[str, JSON]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    queue: list[JSON] = field(default_factory=list)
    """Messages that nobody has confirmed."""
    cursor: int = 0
    goods: Goods = field(default_factory=Goods)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, refund_id: str, **fields: Any) -> JSON:
        """Let a buyer apply for a refund of 8.35 out of 19.99, unless *fields* say otherwise."""
        base: JSON = {"refund_id": refund_id, "tid": 2500071234567890012, "oid": 2500071234567890013, "num": 2}
        base |= {"status": "WAIT_SELLER_AGREE", "refund_fee": "8.35", "total_fee": "19.99", "payment": "11.64"}
        base |= {"refund_version": 1795313707201, "refund_phase": "onsale", "has_good_return": False, "cs_status": 1}
        base |= {"modified": "2026-11-22 10:00:04", "order_status": "WAIT_SELLER_SEND_GOODS", "outer_id": "MUG"}
        self.refunds[refund_id] = base | {"operation_contraint": "null", "reason": "拍错了"} | fields
        return self.refunds[refund_id]

    def post(
        self, refund_id: str, *, shop: str = "shop", content: str = "", topic: str = "taobao_refund_RefundCreated"
    ) -> str:
        """Put a message about a refund into the queue; return its number."""
        number = str(9007199254740993 + len(self.queue))
        content = content or json.dumps({"refund_id": int(refund_id), "seller_nick": shop})
        row = {"id": int(number), "topic": topic, "content": content, "user_nick": shop}
        self.queue.append(row)
        return number

    def decide(self, refund_id: str, kind: str, **fields: Any) -> None:
        """Let the ERP's people decide about the document as it is."""
        document = self.document(refund_id)
        self.cursor += 1
        document["revision"] += 1
        content = {name: document[name] for name in ("revision", "amount", "type", "quantity")}
        document["decision"] = {"kind": kind, "by": "reviewer", "text": "", **content, **fields}
        document["cursor"] = self.cursor

    def document(self, refund_id: str) -> JSON:
        """Return the document that the reviewers have of a refund or exchange."""
        return self.documents[f"TM-{refund_id}"]

    def report(self, refund_id: str, name: str, **fact: Any) -> None:
        """Let the warehouse say what became of a parcel: *name* is intercept or shipped."""
        document = self.document(refund_id)
        self.cursor += 1
        document["revision"] += 1
        document |= {name: {**fact, "revision": document["revision"]}, "cursor": self.cursor}

    def receive(self, refund_id: str) -> None:
        """Let the warehouse take in the goods, on the notice that announced them."""
        notice, main = self.documents[f"TM-{refund_id}-in"], self.document(refund_id)
        self.cursor += 1
        notice["revision"] += 1
        content = {"revision": notice["revision"], "quantity": notice["quantity"], "type": main["type"]}
        content["amount"] = main.get("amount", "0.00")
        notice["decision"] = {"kind": "receive", "by": "warehouse", "text": "", **content}
        notice |= {"received": notice["quantity"], "cursor": self.cursor}

    def trouble(self, call: str, what: Any, *, times: int = 1, when: Callable[[JSON], bool] = lambda _: True) -> None:
        """Arm trouble: LOST_BEFORE, LOST_AFTER, an HTTP status, or a gateway's error."""
        self.troubles.append(Trouble(call, what, times, when))

    def asked(self, name: str) -> list[JSON]:
        """Return the parameters of all calls *name*."""
        return [params for called, params in self.calls if called == name]

    def strike(self, name: str, params: JSON) -> Any:
        """Return the trouble that meets this call, or None."""
        for trouble in self.troubles:
            if trouble.call == name and trouble.times > 0 and trouble.when(params):
                trouble.times -= 1
                return trouble.what
        return None

    def top(self, params: JSON) -> JSON:
        """Do what TOP is asked to."""
        method, refund = params["method"], self.refunds.get(params.get("refund_id", ""))
        if method.startswith(("taobao.rdc.aligenius.", "taobao.nextone.", "tmall.exchange.")):
            return self.goods.top(method, params, self.refunds)
        if method == "taobao.refunds.receive.get":
            return self._list(params)
        if method == "taobao.tmc.messages.consume":
            waiting = self.queue[: int(params["quantity"])]
            return {"messages": {"tmc_message": waiting}} if waiting else {}
        if method == "taobao.tmc.messages.confirm":
            ids = params["s_message_ids"].split(",")
            self.queue = [row for row in self.queue if str(row["id"]) not in ids]
        if method == "taobao.refund.get":
            return {"refund": dict(refund or {})}
        if method == "taobao.rp.refunds.agree":
            return self._agree(params)
        if method == "taobao.logistics.address.search":
            rows = [{"contact_id": 1, "cancel_def": False}, {"contact_id": 2, "cancel_def": True}]
            return {"addresses": {"address_result": rows}}
        if method == "taobao.refund.refusereason.get":
            return {"reasons": {"reason": [{"reason_id": 90001, "reason_text": "已发货"}, {"reason_id": 90005}]}}
        to = {"taobao.rp.returngoods.agree": "WAIT_BUYER_RETURN_GOODS", "taobao.refund.refuse": "SELLER_REFUSE_BUYER"}
        to["taobao.rp.returngoods.refuse"] = "SELLER_REFUSE_BUYER"
        if refund is not None and method == "taobao.rp.refund.review" and self.strike("review bumps", params):
            refund["refund_version"] += 1
        if refund is not None and method in to:
            refund["status"] = to[method]
        return {"is_success": True, "result": True}

    def _list(self, params: JSON) -> JSON:
        window = (seconds(params["start_modified"]), seconds(params["end_modified"]))
        found = [row for row in self.refunds.values() if window[0] <= seconds(row["modified"]) <= window[1]]
        found.sort(key=lambda row: str(row["modified"]), reverse=True)
        size, number = int(params["page_size"]), int(params["page_no"])
        page = [dict(row) for row in found[(number - 1) * size : number * size]]
        return {"total_results": len(found), **({"refunds": {"refund": page}} if page else {})}

    def _agree(self, params: JSON) -> JSON:
        results = []
        for row in params["refund_infos"].split(","):
            refund_id, amount, version, _ = row.split("|")
            refund, said = self.refunds[refund_id], "succ"
            exact = str(refund["refund_fee"]).replace(".", "").lstrip("0") == amount
            if refund["status"] in ("SUCCESS", "CLOSED") or not exact or version != str(refund["refund_version"]):
                said = "当前退款状态不允许该操作"
            elif (failing := self.strike("row", {"refund_id": refund_id})) is not None:
                said = failing
            else:
                refund |= {"status": "SUCCESS", "refund_version": refund["refund_version"] + 1000}
            results.append({"refund_id": refund_id, "succ": said == "succ", "message": said})
        good = sum(row["succ"] for row in results)
        code = "OP_SUCC" if good == len(results) else "SOME_OP_SUCC" if good else "OP_FAILURE_UE"
        hidden = self.strike("hide", {})
        shown = [row for row in reversed(results) if row["refund_id"] != hidden]
        return {"succ": good == len(results), "msg_code": code, "results": {"refund_mapping_result": shown}}

    def put(self, external: str, body: JSON) -> JSON:
        """Create or update a document."""
        old = self.documents.get(external, {"revision": 0, "decision": None, "external": external})
        new = {**old, **body, "revision": old["revision"] + 1}
        back = new["status"] == "pending" and old.get("status") not in (None, "pending")
        if back or any(old.get(name) != new.get(name) for name in ("amount", "type")):
            new["decision"] = None
        if new.get("intercept") == "requested":
            new["intercept"] = old.get("intercept") or {"result": "requested", "revision": new["revision"]}
        self.cursor += 1
        self.documents[external] = {**new, "cursor": self.cursor}
        return self.documents[external]

    def listed(self, query: JSON) -> JSON:
        """Return the documents after a cursor."""
        shop, after, limit = query["shop"], int(query["after"]), int(query["limit"])
        found = [row for row in self.documents.values() if row["cursor"] > after and row["shop"] == shop]
        found.sort(key=lambda row: int(row["cursor"]))
        reached = found[:limit][-1]["cursor"] if found else after
        return {"documents": found[:limit], "next": reached, "more": len(found) > limit}


def serve(sides: Sides) -> ThreadingHTTPServer:
    """Serve *sides* on a free port: `/router/rest` and `/generic/v1/…`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65_536  # one packet an answer

        def do_POST(self) -> None:
            params = _form(self.headers.get("Content-Type", ""), self._body())
            self._exchange(params["method"], params, lambda: _wrapped(params["method"], sides.top(params)))

        def do_PUT(self) -> None:
            external, body = unquote(self.path.rsplit("/", 1)[-1]), json.loads(self._body())
            self._exchange("erp.put", {"external": external, **body}, lambda: sides.put(external, body))

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            if "/proofs/" in url.path:
                self._send(200, PICTURE)
            elif url.path.endswith("/documents"):
                query = dict(parse_qsl(url.query))
                self._exchange("erp.list", query, lambda: sides.listed(query))
            else:
                external = unquote(url.path.rsplit("/", 1)[-1])
                gone: JSON = {"error": {"code": "not_found", "message": external}}
                self._exchange("erp.get", {"external": external}, lambda: sides.documents.get(external, gone))

        def _exchange(self, name: str, params: JSON, effect: Callable[[], JSON]) -> None:
            with sides.lock:
                sides.calls.append((name, params))
                what = sides.strike(name, params)
                answer = effect() if what in (None, LOST_AFTER) else {}
                content = json.dumps({"error_response": what} if isinstance(what, dict) else answer).encode()
            if what in (LOST_BEFORE, LOST_AFTER):
                self.close_connection = True
            elif isinstance(what, int):
                self._send(what, b"<html>out of order</html>")
            else:
                self._send(404 if "error" in answer else 200, content)

        def _body(self) -> bytes:
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))

        def _send(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the interface's name)
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server


def _wrapped(method: str, answer: JSON) -> JSON:
    return {method.removeprefix("taobao.").replace(".", "_") + "_response": {**answer, "request_id": "r1"}}


def _form(content_type: str, body: bytes) -> JSON:
    if not content_type.startswith("multipart/"):
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    boundary = content_type.split("boundary=")[1].encode()
    form: JSON = {}
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, value = part.strip(b"\r\n").partition(b"\r\n\r\n")
        message = EmailMessage()
        message["Content-Disposition"] = head.decode().split("Content-Disposition: ")[1].split("\r\n")[0]
        name = str(message["Content-Disposition"].params["name"])
        form[name] = value if "filename" in message["Content-Disposition"].params else value.decode()
    return form
