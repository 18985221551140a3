"""npm `jushuitan`, unmodified, against 聚水潭's older gateway: shops, an upload, a look for it, and a wrong key."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from simulator.ledger.entry import Asked
from simulator.real_clients.sandbox import Sandbox

pytestmark = pytest.mark.node
FOLDER = Path(__file__).parent


class JushuitanSdk:
    """The SDK in a process of its own."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Start it with the keys of *sandbox*'s ERP."""
        ends = sandbox.endpoints
        host = "{0.scheme}://{0.netloc}".format(urlsplit(ends["erp"]))
        keys = {"partnerid": ends["erp_keys"]["app_key"], "token": ends["erp_keys"]["access_token"]}
        self.config = {"url": f"{host}/api/open/query.aspx", "partnerkey": ends["erp_key"], **keys}
        self._process = subprocess.Popen(
            ["node", "erp.js"], cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def query(self, method: str, form: Any, **config: str) -> Any:
        """Return the answer to a call, with *config* in place of what is right."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        call = {"config": self.config | config, "method": method, "form": form}
        self._process.stdin.write(f"{json.dumps(call)}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())["answer"]

    def end(self) -> None:
        """Stop it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox"), "--profile", "jushuitan")
    yield sandbox
    sandbox.end()


@pytest.fixture
def sdk(running: Sandbox) -> Iterator[JushuitanSdk]:
    found = JushuitanSdk(running)
    yield found
    found.end()


def _row(refund_id: str, tid: str, shop: int) -> dict[str, Any]:
    item = {"outer_oi_id": tid, "sku_id": "MUG-蓝", "qty": 1, "amount": 8.35, "type": "退货"}
    return {
        "shop_id": shop,
        "outer_as_id": refund_id,
        "so_id": tid,
        "type": "仅退款",
        "shop_status": "WAIT_SELLER_AGREE",
        "question_type": "不想要了",
        "total_amount": 8.35,
        "refund": 8.35,
        "payment": 0,
        "items": [item],
    }


def test_the_sdk_reads_shops_uploads_a_refund_and_finds_it(running: Sandbox, sdk: JushuitanSdk) -> None:
    refund = running.refund()
    shops = sdk.query("shops.query", {"page_index": 1, "page_size": 100})
    (shop,) = [row for row in shops["datas"] if row["nick"] == running.shop["nick"]]
    uploaded = sdk.query("aftersale.upload", [_row(refund.refund_id, refund.tid, shop["shop_id"])])
    found = sdk.query("refund.single.query", {"so_ids": [refund.tid], "page_index": 1, "page_size": 50})

    assert (shops["issuccess"], shops["code"]) == (True, 0)
    assert [row["issuccess"] for row in uploaded["datas"]] == [True]
    ((row,),) = (found["datas"],)
    assert (row["outer_as_id"], row["items"][0]["sku_id"]) == (refund.refund_id, "MUG-蓝")
    assert row["as_id"] > 2**31  # ids that 32 bits do not hold

    asked = [entry for entry in running.control.ledger(after=0) if isinstance(entry, Asked) and entry.side == "erp"]
    assert [entry.method for entry in asked if refund.refund_id in entry.refunds] == ["erp.create"]


def test_the_code_of_its_page_lists_the_shops(running: Sandbox, sdk: JushuitanSdk) -> None:
    page = FOLDER.parents[1] / "docs" / "clients" / "npm-jushuitan.md"
    found = re.search(r"```js\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    assert found is not None
    config = sdk.config
    keys = {"ERP_APP_KEY": config["partnerid"], "ERP_KEY": config["partnerkey"], "ERP_ACCESS_TOKEN": config["token"]}
    places = {"ERP_URL": config["url"].removesuffix("/api/open/query.aspx")}

    done = subprocess.run(
        ["node", "-e", found[1]],
        cwd=FOLDER,
        env={**os.environ, **keys, **places},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )

    assert f"10001 {running.shop['nick']}\n" in done.stdout, done.stderr


def test_a_wrong_key_is_told_in_the_answer(sdk: JushuitanSdk) -> None:
    answer = sdk.query("shops.query", {}, partnerkey="wrong")

    assert (answer["issuccess"], answer["code"]) == (False, 10)
