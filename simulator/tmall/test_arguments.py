"""Business parameters: what is missing (40), wrong (41), or demanded of one type of shop (15)."""

from typing import Any

import pytest

from simulator.clock import from_text
from simulator.tmall.arguments import read_arguments, read_fields, read_time
from simulator.tmall.errors import Refused
from simulator.tmall.method import surface
from simulator.tmall.parameters import File

LIST = surface().methods["taobao.refunds.receive.get"]
REFUSE = surface().methods["taobao.refund.refuse"]
RETURN = surface().methods["taobao.rp.returngoods.agree"]
REVIEW = surface().methods["taobao.rp.refund.review"]
REFUSE_RETURN = surface().methods["taobao.rp.returngoods.refuse"]
PICTURE = {"refuse_proof": File("a", b"")}


def _refusal(method: Any, values: dict[str, str], shop: str = "B", files: dict[str, File] | None = None) -> Any:
    with pytest.raises(Refused) as caught:
        read_arguments(method, values, files or {}, shop)
    error = caught.value.error
    return error.code, error.msg, error.sub_code


def test_values_are_typed_and_defaults_filled_in() -> None:
    values = {
        "fields": "refund_id, tid,,tid , nonsense",
        "use_has_next": "True",
        "start_modified": "2024-01-05 00:00:00",
        "page_no": "2",
        "status": "",
        "buyer_nick": " ",
        "partner_id": "unknown ones are ignored",
    }

    assert read_arguments(LIST, values, {}, "B") == {
        "fields": ("refund_id", "tid", "nonsense"),
        "use_has_next": True,
        "start_modified": 1704384000,
        "page_no": 2,
        "page_size": 40,
        "type": "guarantee_trade,auto_delivery",
    }


@pytest.mark.parametrize("values", [{}, {"fields": ""}, {"fields": "  "}])
def test_a_required_parameter_that_is_absent_or_empty_is_40(values: dict[str, str]) -> None:
    assert _refusal(LIST, values) == (40, "Missing required arguments:fields", "isv.missing-parameter:fields")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("page_size", "101"),
        ("page_size", "0"),
        ("page_size", "ten"),
        ("page_size", "1e2"),
        ("page_size", "４０"),
        ("page_size", "1_0"),
        ("page_no", "0"),
        ("page_no", "-1"),
        ("page_no", "9" * 30),
        ("page_no", "9999999999999999999"),
        ("status", "PAID"),
        ("use_has_next", "1"),
        ("start_modified", "2024-01-05"),
        ("start_modified", "2024-01-05T00:00:00"),
        ("start_modified", "2024-13-05 00:00:00"),
        ("end_modified", "1704384000"),
        ("fields", ",".join(f"f{i}" for i in range(101))),
    ],
)
def test_a_wrong_parameter_is_41(name: str, value: str) -> None:
    expected = (41, f"Invalid arguments:{name}", f"isv.invalid-parameter:{name}")

    assert _refusal(LIST, {"fields": "tid", name: value}) == expected


def test_missing_comes_before_wrong() -> None:
    assert _refusal(LIST, {"page_size": "101"})[0] == 40


def test_a_message_has_2_to_200_characters() -> None:
    values = {"refund_id": "1", "refund_phase": "onsale", "refund_version": "1"}

    assert _refusal(REFUSE, values | {"refuse_message": "不"}, files=PICTURE)[0] == 41
    assert _refusal(REFUSE, values | {"refuse_message": "不" * 201}, files=PICTURE)[0] == 41
    assert read_arguments(REFUSE, values | {"refuse_message": "不" * 200}, PICTURE, "B")["refuse_message"] == "不" * 200


@pytest.mark.parametrize("name", ["refund_phase", "refund_version", "refuse_proof"])
def test_a_tmall_shop_must_send_what_the_method_calls_optional(name: str) -> None:
    values = {"refund_id": "1", "refuse_message": "不同意", "refund_phase": "onsale", "refund_version": "1"}
    values.pop(name, None)
    files = {} if name == "refuse_proof" else PICTURE

    assert _refusal(REFUSE, values, files=files) == (15, "Remote service error", f"isv.invalid-parameter:{name}")
    assert name not in read_arguments(REFUSE, values, files, "C")


@pytest.mark.parametrize(("shop", "name"), [("B", "refund_phase"), ("C", "seller_address_id")])
def test_both_types_of_shop_have_duties_of_their_own_when_agreeing_to_a_return(shop: str, name: str) -> None:
    assert _refusal(RETURN, {"refund_id": "1"}, shop)[2] == f"isv.invalid-parameter:{name}"


def test_result_may_be_false_in_any_case_and_must_not_be_missing() -> None:
    values = {"operator": "a", "refund_id": "1", "refund_phase": "onsale", "refund_version": "1", "message": "m"}

    assert read_arguments(REVIEW, values | {"result": "False"}, {}, "B")["result"] is False
    assert _refusal(REVIEW, values)[0] == 40


def test_a_file_sent_as_text_is_no_file() -> None:
    values = {"refund_id": "1", "refund_phase": "onsale", "refund_version": "1", "refuse_proof": "@/tmp/a.png"}

    assert _refusal(REFUSE_RETURN, values)[:2] == (41, "Invalid arguments:refuse_proof")


def test_times_are_those_of_gmt8() -> None:
    for text in ("2024-02-29 23:59:59", "1970-01-01 08:00:00"):
        assert read_time(text) == from_text(text)


def test_a_list_of_fields_too_long_to_remember_is_read_all_the_same() -> None:
    long = ",".join(["tid"] * 2000 + ["x" * 200, "oid"])

    assert read_fields(long) == ("tid", "oid")


def test_a_text_that_comes_as_a_file_is_missing() -> None:
    with pytest.raises(Refused) as refused:
        read_arguments(LIST, {}, {"fields": File("fields", b"refund_id")}, "B")

    assert refused.value.error.code == 40
