"""A form of Jiandaoyun in process, and calls of its API."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from simulator.erp.caller import Got, Wanted
from simulator.erp.side import Side
from simulator.ledger.declaration import Declaration
from simulator.world import World

APP = {"app_id": "5f0000000000000000000001", "entry_id": "5f0000000000000000000002"}


@pytest.fixture
def erp(tmp_path: Path) -> Side:
    return Side(World.open(tmp_path, declaration=Declaration(profile="jiandaoyun")))


def ask(erp: Side, call: str, **body: Any) -> Got:
    """Make a call of the data API by its last word, or any by its whole path."""
    headers = [(b"authorization", f"Bearer {erp.world.erp_key}".encode())]
    path = f"/api/v5/app/entry/data/{call}" if "/" not in call else f"/api/{call}"
    return erp.ask(Wanted("POST", path, msgspec.json.encode(APP | body), headers))


def create(erp: Side, **data: Any) -> dict[str, Any]:
    """Create a row and return it."""
    answer = ask(erp, "create", data={name: {"value": value} for name, value in data.items()})
    assert answer.status == 200, answer.content
    found: dict[str, Any] = answer.json()["data"]
    return found


def started(erp: Side, creator: str | None = None, **apply: Any) -> tuple[str, str]:
    """Bring a refund into the ERP with its flow started; return its number and the row's id."""
    content = erp.refund()
    body = msgspec.json.decode(erp.caller.create(content | apply).body)
    if creator:
        body["data_creator"] = creator
    row = ask(erp, "create", **body | {"is_start_workflow": True}).json()["data"]
    return content["refund_id"], row["_id"]
