"""聚水潭: the signing vectors of the documentation and its clients, error shapes, paging, and the older gateway."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import msgspec
import pytest

from simulator.actors import perform
from simulator.clock import to_text
from simulator.erp.caller import Got
from simulator.erp.jushuitan import rows, signing
from simulator.erp.jushuitan.client import QUERY, UPLOAD, Client
from simulator.erp.side import SHOP, Side
from simulator.ledger.declaration import Declaration
from simulator.ledger.mapping import Mapping
from simulator.world import World

OURS = "0123456789abcdef0123456789abcdef"
JAVA = "e9c5ca33fecb404b8e6cdbd0ef4a6d25"
JAVA_APP = {"app_key": "5b53060f23d84ddf9703056e84fa5a2d", "timestamp": "1639128407", "charset": "utf-8"}
APP = {"app_key": "testapp", "timestamp": "1700000000", "charset": "utf-8"}
CALL = {**APP, "access_token": "tok0001", "version": "2"}


@pytest.mark.parametrize(
    ("secret", "fields", "expected"),
    [
        (
            JAVA,
            {
                **JAVA_APP,
                "access_token": "d7b01bf0842a4742a9450e21ffd95f60",
                "version": "2",
                "biz": '{"page_index":"1","page_size":"100","nicks":["老板"]}',
            },
            "395f5a78b446be465ac03a02491296c7",
        ),
        (
            JAVA,
            {**JAVA_APP, "grant_type": "authorization_code", "code": "123456"},
            "05e3a51e19e0883afd1882ccd309e0b9",
        ),
        (
            OURS,
            {
                **CALL,
                "biz": '{"shop_id":10001,"modified_begin":"2023-11-15 00:00:00","modified_end":"2023-11-15 23:59:59",'
                '"page_index":1,"page_size":50}',
            },
            "e5bda8b5322e22a611e7afe298666e0b",
        ),
        (OURS, {**APP, "grant_type": "authorization_code", "code": "abc123"}, "22b3116ec7d0968e08c4d6ab2b90648c"),
        (
            OURS,
            {**APP, "grant_type": "refresh_token", "scope": "all", "refresh_token": "rt0001"},
            "96a182667443b9483151aeb895b90f80",
        ),
    ],
)
def test_the_sign_of_the_present_gateway_is_that_of_its_clients(
    secret: str, fields: dict[str, str], expected: str
) -> None:
    assert signing.sign(secret, fields) == expected


@pytest.mark.parametrize(
    ("method", "ts", "expected"),
    [
        ("shops.query", "1540370062", "aebf9d0146764d578d9c86e3b7783204"),
        ("refund.single.query", "1700000000", "fcae557a68f9f1eb44d20cbba2ece485"),
    ],
)
def test_the_sign_of_the_older_gateway_is_the_documented_one(method: str, ts: str, expected: str) -> None:
    found = signing.old_sign(
        "ywv5jGT8ge6Pvlq3FZSPol2323", method, "ywv5jGT8ge6Pvlq3FZSPol345asd", "181ee8952a88f5a57db52587472c3798", ts
    )

    assert found == expected


def test_the_sign_is_checked_over_the_text_as_it_came(erp: Side, client: Client) -> None:
    row = client.row(erp.refund("88.80"))
    spaced = msgspec.json.format(msgspec.json.encode([row])).decode().replace("88.8", "88.80")
    escaped = spaced.replace("不想要了", "\\u4e0d\\u60f3\\u8981\\u4e86")

    for text in (spaced, escaped):
        assert _data(erp.ask(client.ask(UPLOAD, text)))["datas"][0]["issuccess"]
    (document,) = erp.world.state.documents.rows.values()
    assert (document.amount, document.reason, document.revision) == (8880, "不想要了", 1)


def test_a_row_can_fail_while_the_call_is_well_and_the_others_are_taken(erp: Side, client: Client) -> None:
    good, bad = client.row(erp.refund()), client.row(erp.refund()) | {"type": "REFUND"}

    answer = erp.ask(client.ask(UPLOAD, [good, bad]))

    assert (answer.status, answer.json()["code"]) == (200, 0)
    assert [row["issuccess"] for row in _data(answer)["datas"]] == [True, False]
    assert "REFUND" in _data(answer)["datas"][1]["msg"]
    assert len(erp.world.state.documents.rows) == 1


def test_an_exchange_is_a_document_of_its_kind_and_ends_done(erp: Side, client: Client) -> None:
    content = erp.refund()
    row = client.row(content) | {"type": "换货"}
    erp.ask(client.ask(UPLOAD, [row]))
    erp.ask(client.ask(UPLOAD, [{**row, "shop_status": "SUCCESS"}]))

    (document,) = erp.documents(content)
    assert (document.kind, document.type, document.status, document.booked) == ("exchange", "exchange", "done", False)


@pytest.mark.parametrize(
    ("kind", "act"),
    [("换货", "reviewer.approve_exchange"), ("补发", "reviewer.approve_reship")],
)
def test_what_is_agreed_about_exchanges_and_resends_is_read_from_the_status(
    erp: Side, client: Client, kind: str, act: str
) -> None:
    content = erp.refund()
    erp.ask(client.ask(UPLOAD, [client.row(content) | {"type": kind}]))

    refused = perform(erp.world, act.replace("approve", "refuse"), {"refund": content["refund_id"], "text": "没货了"})
    agreed = perform(erp.world, act, {"refund": content["refund_id"]})

    assert agreed["accepted"]
    assert "names no field for decision" in refused["reason"]
    (row,) = _data(erp.ask(client.find(content["refund_id"], SHOP)))["datas"]
    assert (row["type"], row["status"]) == (kind, "Confirmed")


def test_numbers_are_larger_than_32_bits(erp: Side, client: Client) -> None:
    content, seen = erp.brought()
    (row,) = _data(erp.ask(client.find(content["refund_id"], SHOP)))["datas"]

    assert int(seen.number) > 2**31 - 1
    assert int(row["ts"]) > 2**31 - 1
    assert row["shop_id"] == 10001


def test_row_versions_page_without_losing_what_moves(erp: Side, client: Client) -> None:
    contents = [erp.brought()[0] for _ in range(3)]
    first = _data(erp.ask(client.ask(QUERY, {"start_ts": 0, "page_size": 2})))["datas"]
    erp.ask(client.create(contents[0] | {"amount": 600}))

    rest = _data(erp.ask(client.ask(QUERY, {"start_ts": first[-1]["ts"], "page_size": 2})))["datas"]

    assert [row["outer_as_id"] for row in rest] == [contents[2]["refund_id"], contents[0]["refund_id"]]


def test_pages_by_time_lose_a_row_that_moves_between_them(erp: Side, client: Client) -> None:
    contents = [erp.brought()[0] for _ in range(3)]
    first = erp.ask(client.page(2, None) or pytest.fail("no page"))
    erp.ask(client.create(contents[0] | {"amount": 600}))
    second = erp.ask(client.page(2, first) or pytest.fail("no page"))

    seen = {row.refund_id for page in (first, second) for row in client.seen(page)}
    assert contents[2]["refund_id"] not in seen


def test_a_window_of_more_than_a_week_is_refused(erp: Side, client: Client) -> None:
    now = erp.world.clock.seconds()

    codes = [
        erp.ask(client.ask(QUERY, {"modified_begin": to_text(now - seconds), "modified_end": to_text(now)})).json()[
            "code"
        ]
        for seconds in (7 * 86400, 7 * 86400 + 1)
    ]

    assert codes == [0, 130]


@pytest.mark.parametrize("asked", [{"date_type": 1}, {"shop_buyer_ids": ["1"]}, {"is_offline_shop": True}])
def test_a_query_by_what_is_not_there_is_refused(erp: Side, client: Client, asked: dict[str, Any]) -> None:
    assert erp.ask(client.ask(QUERY, {"as_ids": [1], **asked})).json()["code"] == 130


def test_confirm_and_unconfirm_tell_what_failed(erp: Side, client: Client) -> None:
    content, seen = erp.brought()
    number = int(seen.number)

    found = [
        _data(erp.ask(client.ask(f"/open/webapi/aftersaleapi/open/{call}", {"as_ids": [number]})))
        for call in ("confirm", "confirm", "unconfirm")
    ]

    assert [(row["success_count"], row["fail_count"]) for row in found] == [(1, 0), (0, 1), (1, 0)]
    assert erp.found(content).decision == ""


def test_confirming_goods_to_send_makes_an_order_of_them(erp: Side, client: Client) -> None:
    plain, exchange = (client.row(erp.refund()) for _ in range(2))
    erp.ask(client.ask(UPLOAD, [plain, {**exchange, "type": "换货"}]))
    numbers = [document.id for document in erp.world.state.documents.rows.values()]
    assert len(numbers) == 2

    asked = {"as_ids": [3_000_000_001, 3_000_000_002], "exchange_force": True, "confirm_refund": False}
    found = _data(erp.ask(client.ask("/open/webapi/aftersaleapi/open/confirm", asked)))["success"]

    assert [bool(row["new_o_id"]) for row in found] == [False, True]
    wrong = client.ask("/open/webapi/aftersaleapi/open/confirm", asked | {"confirm_refund": "yes"})
    assert erp.ask(wrong).json()["code"] == 130


def test_an_exchange_that_ends_without_a_parcel_to_the_buyer_turns_into_a_return(erp: Side, client: Client) -> None:
    sent, unsent = (erp.refund() for _ in range(2))
    for content in (sent, unsent):
        erp.ask(
            client.ask(UPLOAD, [client.row(content) | {"type": "换货", "shop_status": "WAIT_SELLER_CONFIRM_GOODS"}])
        )
    (document,) = erp.documents(sent)
    document.shipped = {"company": "顺丰", "waybill": "SF1"}

    for content in (sent, unsent):
        erp.ask(client.ask(UPLOAD, [client.row(content) | {"type": "换货", "shop_status": "SUCCESS"}]))

    types = [_data(erp.ask(client.find(each["refund_id"], SHOP)))["datas"][0]["type"] for each in (sent, unsent)]
    assert types == ["换货", "普通退货"]
    assert [erp.documents(each)[0].kind for each in (sent, unsent)] == ["exchange", "exchange"]


@pytest.mark.parametrize(("confirmed", "expected"), [(False, "Cancelled"), (True, "Confirmed")])
def test_closing_voids_only_what_is_not_confirmed(erp: Side, client: Client, confirmed: bool, expected: str) -> None:
    content, _ = erp.brought()
    if confirmed:
        perform(erp.world, "reviewer.approve", {"refund": content["refund_id"]})

    erp.ask(client.create(content | {"status": "closed"}))

    (row,) = _data(erp.ask(client.find(content["refund_id"], SHOP)))["datas"]
    assert (row["status"], row["shop_status"]) == (expected, "CLOSED")


def test_the_older_gateway_takes_and_tells_the_same_documents(erp: Side, client: Client) -> None:
    content = erp.refund()

    taken = erp.ask(client.old("aftersale.upload", [client.row(content)])).json()
    told = erp.ask(client.old("refund.single.query", {"so_ids": [content["tid"]]})).json()

    assert (taken["issuccess"], taken["code"], taken["datas"][0]["issuccess"]) == (True, 0, True)
    assert [row["outer_as_id"] for row in told["datas"]] == [content["refund_id"]]


def test_the_token_of_the_older_gateway_stays_out_of_the_ledger(erp: Side, client: Client) -> None:
    erp.ask(client.old("aftersale.upload", [client.row(erp.refund())]))
    erp.world.book.flush()

    assert erp.profile.keys(erp.world)["access_token"].encode() not in erp.world.book.path.read_bytes()


def test_a_recorded_request_of_the_php_client_is_read_as_it_comes(erp: Side, client: Client) -> None:
    """Itroadhd/jushuitan-open-api-sdk escapes every sign that is not ASCII, and sends the sign among the fields."""
    row = msgspec.json.encode([client.row(erp.refund())]).decode()
    biz = row.encode("ascii", "backslashreplace").decode()
    wanted = client.ask(UPLOAD, biz)
    fields = {name: found[0] for name, found in parse_qs(wanted.body.decode()).items()}

    answer = erp.ask(wanted._replace(body=urlencode(dict(sorted(fields.items(), reverse=True))).encode()))

    assert "\\u4ec5" in biz
    assert _data(answer)["datas"][0]["issuccess"]


def test_unmapped_decisions_are_said_to_be_impossible(erp: Side) -> None:
    mapping = erp.profile.mapping()

    found = {kind: bool(erp.profile.cannot(mapping, kind)) for kind in ("approve", "receive", "refuse", "intercept")}

    assert found == {"approve": False, "receive": False, "refuse": True, "intercept": True}


def _data(answer: Got) -> Any:
    assert answer.json()["code"] == 0, answer.content.decode()
    return answer.json()["data"]


def test_a_shop_that_the_mapping_numbers_is_shown_by_its_name(tmp_path: Path) -> None:
    mapping = Mapping(fields=rows.MEANING.fields, shops={SHOP: "77"})
    side = Side(World.open(tmp_path, declaration=Declaration(profile="jushuitan", mapping=mapping)))
    content, _ = side.brought()

    (row,) = side.ask(side.caller.find(content["refund_id"], SHOP)).json()["data"]["datas"]

    assert (row["shop_id"], row["shop_name"]) == (77, SHOP)
