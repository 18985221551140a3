"""A first refund integration: reads refunds from Tmall, writes them to the ERP, and carries its decisions out.

For docs/first-integration.md: plain Python, no SDK, no library. It is right about what is calm, and not about crashes,
lost answers, holds or exchanges; connectors/ has one that is.
"""

import hashlib
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request

TOP, KEY, SECRET = (os.environ[name] for name in ("TOP_URL", "TOP_APP_KEY", "TOP_APP_SECRET"))
ERP, ERP_KEY, SHOPS = os.environ["ERP_URL"], os.environ["ERP_KEY"], json.loads(os.environ["SHOPS"])
FIELDS = "refund_id,tid,oid,refund_fee,status,has_good_return,refund_version,refund_phase,sid,company_name,num"
STATUS = {
    "WAIT_SELLER_AGREE": "pending",
    "SELLER_REFUSE_BUYER": "refused",
    "WAIT_BUYER_RETURN_GOODS": "waiting_buyer",
    "WAIT_SELLER_CONFIRM_GOODS": "waiting_receipt",
    "SUCCESS": "refunded",
    "CLOSED": "closed",
}


def top(method, session, picture=b"", **more):
    """Call the platform and return what its answer holds."""
    now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 8 * 3600))
    sent = {"method": method, "app_key": KEY, "session": session, "timestamp": now, "format": "json", "v": "2.0"}
    sent |= {"sign_method": "md5", **{name: str(value) for name, value in more.items()}}
    text = SECRET + "".join(name + sent[name] for name in sorted(sent)) + SECRET
    sent["sign"] = hashlib.md5(text.encode()).hexdigest().upper()
    kind, body = ("application/x-www-form-urlencoded", urllib.parse.urlencode(sent).encode())
    if picture:  # a picture is sent beside the form, and is not signed
        part = '--cut\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
        parts = [part.format(name, "").encode() + value.encode() + b"\r\n" for name, value in sent.items()]
        named = '; filename="proof.png"\r\nContent-Type: image/png'
        parts.append(part.format("refuse_proof", named).encode() + picture + b"\r\n--cut--\r\n")
        kind, body = "multipart/form-data; boundary=cut", b"".join(parts)
    with urllib.request.urlopen(urllib.request.Request(TOP, body, {"Content-Type": kind}), timeout=20) as answer:
        found = json.load(answer)
    if "error_response" in found:
        raise RuntimeError(f"{method}: {found['error_response']}")
    return next(iter(found.values()))


def erp(verb, path, body=None):
    """Call the ERP and return its answer."""
    headers = {"Authorization": f"Bearer {ERP_KEY}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    url = urllib.parse.urljoin(ERP, path) if path.startswith("/generic") else ERP + path
    with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=verb), timeout=20) as answer:
        return json.load(answer) if "json" in answer.headers["Content-Type"] else answer.read()


def bring(shop, refund_id):
    """Bring one refund to the ERP as it is now, and return it."""
    refund = top("taobao.refund.get", shop["session"], fields=FIELDS, refund_id=refund_id)["refund"]
    document = {name: str(refund[name]) for name in ("refund_id", "tid", "oid")}
    document |= {"shop": shop["nick"], "amount": refund["refund_fee"], "status": STATUS[refund["status"]]}
    document |= {"type": "return_refund" if refund["has_good_return"] else "refund_only", "quantity": refund["num"]}
    document |= {"version": refund["refund_version"], "waybill": refund.get("sid", "")}
    document |= {"company": refund.get("company_name", "")}
    erp("PUT", f"/documents/{refund_id}", document)
    return refund


def carry_out(shop, decision, refund_id):
    """Do on the platform what the ERP decided, on what is asked for now."""
    refund = bring(shop, refund_id)
    phase, version, session = refund["refund_phase"], refund["refund_version"], shop["sub_session"]
    if refund["status"] == "WAIT_SELLER_AGREE" and decision["kind"] == "refuse":
        proof = decision["proof"]
        picture = erp("GET", proof["url"]) if proof else b""
        top("taobao.refund.refuse", session, picture, refund_id=refund_id, refuse_message=decision["text"],
            refund_phase=phase, refund_version=version)  # fmt: skip
    elif refund["status"] == "WAIT_SELLER_AGREE" and decision["kind"] == "approve_return":
        top("taobao.rp.returngoods.agree", session, refund_id=refund_id, refund_phase=phase, refund_version=version,
            seller_address_id=decision["address"], remark="同意退货")  # fmt: skip
    elif decision["kind"] in ("approve", "receive") and STATUS[refund["status"]] in ("pending", "waiting_receipt"):
        fen = int(refund["refund_fee"].replace(".", ""))  # 8.35 yuan are 835 fen; no float touches money
        top("taobao.rp.refund.review", session, refund_id=refund_id, operator="erp", refund_phase=phase,
            refund_version=version, result="true", message="ok")  # fmt: skip
        top("taobao.rp.refunds.agree", session, refund_infos=f"{refund_id}|{fen}|{version}|{phase}")
    bring(shop, refund_id)


def attempt(work, *about):
    """Do *work*, and tell whether it went well: one refund's trouble is not the others'."""
    try:
        work(*about)
    except (OSError, RuntimeError) as error:
        print(about[-1], error, flush=True)
        return False
    return True


def poll(cursor, since, todo):
    """Bring what changed, carry out what was decided, and return the ERP's new cursor."""
    shops = {shop["nick"]: shop for shop in SHOPS}
    for shop in SHOPS:
        start = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(since - 60 + 8 * 3600))
        page, more = 1, True
        while more:
            found = top("taobao.refunds.receive.get", shop["session"], fields="refund_id", start_modified=start,
                        use_has_next="true", page_no=page, page_size=40)  # fmt: skip
            for row in found.get("refunds", {}).get("refund", []):
                attempt(bring, shop, row["refund_id"])  # it stands in the window of the next minute, too
            page, more = page + 1, found.get("has_next", False)
    found = erp("GET", f"/documents?after={cursor}")
    todo.update({document["refund_id"]: document for document in found["documents"]})
    for refund_id, document in list(todo.items()):
        over = not document["decision"] or document["status"] in ("refunded", "refused", "closed")
        if over or attempt(carry_out, shops[document["shop"]], document["decision"], refund_id):
            del todo[refund_id]  # what failed stays, and is tried again
    return found["next"]


if __name__ == "__main__":
    known, waiting = 0, {}
    while True:
        began = time.time()
        try:
            known = poll(known, began, waiting)
        except (OSError, RuntimeError) as error:
            print(error, flush=True)
        time.sleep(1)
