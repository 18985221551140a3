"""The ERP's faults over real connections: a door that is shut, and a clear no in the profile's words."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import urllib3

from simulator.client import Control
from simulator.erp import registry
from simulator.erp.jushuitan.client import UPLOAD, Client
from simulator.erp.side import SHOP, Side
from simulator.erp.wangdiantong.flagship_client import UPLOAD as UPLOAD2
from simulator.erp.wangdiantong.flagship_client import FlagshipClient
from simulator.errors import UserError
from simulator.exchange import Answer
from simulator.faults.plan import FaultPlan
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import Answered
from simulator.ledger.values import RowResult
from simulator.request import RawRequest
from simulator.test_client import Served
from simulator.world import World


@pytest.fixture(name="served")
def _served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path / "run")
    yield served
    served.stop()


def _control(served: Served) -> Control:
    return Control(served.endpoints["control"], served.endpoints["token"])


def _write(served: Served, *, patience: float | None = None) -> urllib3.BaseHTTPResponse:
    shop = served.endpoints["shops"][0]["nick"]
    body = {"shop": shop, "refund_id": "1", "type": "refund_only", "amount": "8.35"}
    key = {"Authorization": f"Bearer {served.endpoints['erp_key']}"}
    fresh = urllib3.PoolManager()  # a kept connection is closed, and only a new one is refused
    return fresh.request(
        "PUT", f"{served.endpoints['erp']}/documents/TM-1", json=body, headers=key, retries=False, timeout=patience
    )


def _comes_to_be_refused(served: Served) -> None:
    """See that nothing is answered, and that connections are refused once the door, which resets some, is shut."""
    for _ in range(100):
        with pytest.raises(urllib3.exceptions.HTTPError) as failed:
            _write(served)
        if isinstance(failed.value, urllib3.exceptions.NewConnectionError):
            return
    pytest.fail("the door never shut")


def test_an_erp_that_is_down_refuses_connections_until_the_fault_is_lifted(served: Served) -> None:
    control = _control(served)
    assert _write(served).status == 201

    fault = control.fault({"fault": "erp-down"})
    _comes_to_be_refused(served)
    control.lift(fault)

    assert _write(served).status == 200


def test_the_platform_goes_on_while_the_erp_is_down(served: Served) -> None:
    _control(served).fault({"fault": "erp-down"})

    answer = urllib3.request("POST", served.endpoints["tmall"], fields={"method": "taobao.time.get"}, retries=False)

    assert answer.status == 200


def test_an_erp_that_was_down_is_so_after_a_restart(tmp_path: Path) -> None:
    first = Served(tmp_path / "run")
    _control(first).fault({"fault": "erp-down"})
    first.stop()

    second = Served(tmp_path / "run")

    with pytest.raises(urllib3.exceptions.NewConnectionError):
        _write(second)
    second.stop()


@pytest.mark.parametrize(
    ("spec", "status", "code"),
    [
        ({}, 422, "goods_unknown"),
        ({"says": "order_unknown"}, 422, "order_unknown"),
        ({"says": "stale"}, 409, "stale"),
        ({"says": "period_closed", "status": 200}, 200, "period_closed"),
    ],
)
def test_the_erp_refuses_a_write_and_nothing_has_happened(
    served: Served, spec: dict[str, object], status: int, code: str
) -> None:
    _control(served).fault({"fault": "erp-refusal", "times": 1, **spec})

    refused = _write(served)

    assert (refused.status, refused.json()["error"]["code"]) == (status, code)
    assert _write(served).status == 201


def test_a_creation_that_nobody_waits_for_any_more_is_done_all_the_same(served: Served) -> None:
    control = _control(served)
    control.fault({"fault": "slow", "call": "erp.create", "effect": "after", "seconds": 0.5, "times": 1})

    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        _write(served, patience=0.1)
    before = list(control.state("document"))
    entries = control.ledger(0)
    while entries and not any(isinstance(entry, Answered) and entry.effect for entry in entries):
        entries = control.ledger(entries[-1].seq, wait=5)

    assert before == []
    assert len(control.state("document")) == 1


def test_what_no_erp_says_is_told_with_what_it_could(tmp_path: Path) -> None:
    plan = FaultPlan(World.open(tmp_path))

    with pytest.raises(UserError, match=r"does not refuse by 'no mood'.*goods_unknown, period_closed"):
        plan.arm({"fault": "erp-refusal", "says": "no mood"})
    for wrong in ("teapot", 99, ""):
        with pytest.raises(UserError, match="status of fault erp-refusal is"):
            plan.arm({"fault": "erp-refusal", "status": wrong})
    for wrong in (0, "two", True):
        with pytest.raises(UserError, match=r"fail of fault erp-refusal is .* a whole number from 1 to 100"):
            plan.arm({"fault": "erp-refusal", "fail": wrong})


@pytest.mark.parametrize("profile", ["jushuitan", "wangdiantong"])
def test_one_bad_document_of_an_upload_fails_alone_where_each_stands_for_itself(tmp_path: Path, profile: str) -> None:
    side = Side(World.open(tmp_path, declaration=Declaration(profile=profile)))
    contents = [side.refund() for _ in range(3)]
    bad = contents[1]["refund_id"]

    answer = _struck(side, _upload(side, contents), {"fault": "erp-refusal", "refund": bad})

    assert [len(side.documents(content)) for content in contents] == [1, 0, 1]
    text = "商品编码不存在" if profile == "jushuitan" else "商家编码不存在"
    assert text in answer.content.decode()
    assert answer.error == {}
    assert answer.results[1] == RowResult(bad, False, text, code="goods_unknown")
    assert [row.succ for row in answer.results] == [True, False, True]


def test_what_may_go_well_later_is_marked_in_the_row(tmp_path: Path) -> None:
    side = Side(World.open(tmp_path, declaration=Declaration(profile="jushuitan")))
    contents = [side.refund() for _ in range(2)]

    answer = _struck(side, _upload(side, contents), {"fault": "erp-refusal", "says": "order_unknown", "fail": 2})

    assert [(row.code, row.passing) for row in answer.results] == [("order_unknown", True)] * 2
    assert answer.error["code"] == "issuccess"


def test_an_upload_of_which_some_was_taken_keeps_its_status(tmp_path: Path) -> None:
    side = Side(World.open(tmp_path, declaration=Declaration(profile="jushuitan")))
    contents = [side.refund() for _ in range(2)]

    some = _struck(side, _upload(side, contents), {"fault": "erp-refusal", "status": 422})
    every = _struck(side, _upload(side, contents), {"fault": "erp-refusal", "status": 422, "fail": 2})

    assert (some.status, every.status) == (200, 422)


def test_an_upload_in_which_all_went_well_says_nothing_by_row(tmp_path: Path) -> None:
    side = Side(World.open(tmp_path, declaration=Declaration(profile="wangdiantong")))

    received = side.endpoint.receive(_upload(side, [side.refund(), side.refund()]))

    assert received.effect is not None
    assert received.effect().results == []


SAYS_DUPLICATE = {
    "generic": (409, "there is a document with that number already"),
    "jiandaoyun": (400, "编号已存在，不允许重复"),
    "jushuitan": (200, "售后单已存在"),
    "wangdiantong": (200, "退换单已存在"),
    "wangdiantong-enterprise": (200, "退换单已存在"),
}


@pytest.mark.parametrize("profile", registry.names())
@pytest.mark.parametrize("effect", ["written", "none"])
def test_an_erp_says_duplicate_in_its_own_words_of_what_is_there_or_is_not(
    tmp_path: Path, profile: str, effect: str
) -> None:
    side = Side(World.open(tmp_path, declaration=Declaration(profile=profile)))
    content = side.refund()
    wanted = side.caller.create(content)
    raw = RawRequest(wanted.method, wanted.path, wanted.query, [*wanted.headers], wanted.body, began=1)

    answer = _struck(side, raw, {"fault": "erp-duplicate", "effect": effect})

    status, text = SAYS_DUPLICATE[profile]
    assert (answer.status, text in json.dumps(json.loads(answer.content), ensure_ascii=False)) == (status, True)
    assert answer.effect == bool(side.documents(content)) == (effect == "written")
    assert answer.told == []
    assert answer.error or answer.results


def test_a_duplicate_that_is_neither_there_nor_missing_is_none(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="effect of fault erp-duplicate is 'half'"):
        FaultPlan(World.open(tmp_path)).arm({"fault": "erp-duplicate", "effect": "half"})


def _struck(side: Side, raw: RawRequest, spec: dict[str, Any]) -> Answer:
    """Return the answer to *raw* that the fault of *spec* strikes, as it goes over the wire."""
    plan = FaultPlan(side.world)
    plan.arm({"times": 1, **spec})
    received = side.endpoint.receive(raw)
    call, effect = received.call, received.effect
    assert call is not None
    assert effect is not None

    async def struck() -> Answer:
        async def whole() -> Answer:
            return effect()

        rest = plan.around(call, whole)
        assert rest is not None
        return await rest()

    answer = asyncio.run(struck())
    received.render(answer)
    return answer


def _upload(side: Side, contents: list[dict[str, Any]]) -> RawRequest:
    """Return one request that uploads all of *contents*."""
    if isinstance(side.caller, FlagshipClient):
        shop = side.profile.shop(side.world, SHOP)
        wanted = side.caller.ask(UPLOAD2, [shop, [side.caller.row(content) for content in contents]])
    else:
        assert isinstance(side.caller, Client)
        wanted = side.caller.ask(UPLOAD, [side.caller.row(content) for content in contents])
    return RawRequest(wanted.method, wanted.path, wanted.query, [*wanted.headers], wanted.body, began=1)


@pytest.mark.parametrize("batch", ["create", "update", "delete"])
def test_a_batch_of_jiandaoyun_is_done_in_part_and_only_counts(tmp_path: Path, batch: str) -> None:
    side = Side(World.open(tmp_path, declaration=Declaration(profile="jiandaoyun")))
    contents = [side.refund() for _ in range(3)]
    bad = contents[1]["refund_id"]
    headers = [(b"authorization", f"Bearer {side.world.erp_key}".encode())]
    bodies = [msgspec.json.decode(side.caller.create(content).body) for content in contents]
    form = {name: bodies[0][name] for name in ("app_id", "entry_id")}
    more: dict[str, Any] = {"data_list": [body["data"] for body in bodies]}
    if batch != "create":
        ids = [side.ask(side.caller.create(content)).json()["data"]["_id"] for content in contents]
        more = {"data_ids": ids} | ({"data": {"reason": {"value": "x"}}} if batch == "update" else {})
    path = f"/api/v5/app/entry/data/batch_{batch}"
    raw = RawRequest("POST", path, b"", headers, msgspec.json.encode(form | more), began=1)

    answer = _struck(side, raw, {"fault": "erp-refusal", "refund": bad})

    said = msgspec.json.decode(answer.content)
    assert (said["status"], said["success_count"]) == ("success", 2)
    assert [row.succ for row in answer.results] == [True, False, True]
    assert [row.refund for row in answer.results if not row.succ] == [bad]
    left = [len([row for row in side.documents(content) if not row.deleted]) for content in contents]
    assert left == {"create": [1, 0, 1], "update": [1, 1, 1], "delete": [0, 1, 0]}[batch]
