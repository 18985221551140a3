"""A dialect's calls are answered without Flask around them, and nobody can tell."""

from pathlib import Path

import pytest

from simulator.erp import registry
from simulator.erp.caller import Got, Wanted
from simulator.erp.dialect_app import DialectApp
from simulator.erp.side import SHOP, Side
from simulator.ledger.declaration import Declaration
from simulator.world import World


@pytest.fixture(params=registry.names())
def side(request: pytest.FixtureRequest, tmp_path: Path) -> Side:
    return Side(World.open(tmp_path, declaration=Declaration(profile=request.param)))


def _asked(side: Side) -> list[Wanted]:
    """Return reads, and requests that are refused: none changes anything."""
    content, _ = side.brought()
    page = side.caller.page(10, None)
    assert page is not None
    stranger = side.profile.caller(side.world, "wrong key")
    refused = [*(wanted for wanted, _ in side.caller.wrong()), stranger.find(content["refund_id"], SHOP)]
    paths = [
        page._replace(path=path) for path in ("/" + page.path, "/" + page.path[1:].replace("/", "//"), page.path + "/x")
    ]
    return [side.caller.find(content["refund_id"], SHOP), page, *refused, *paths]


def _answers(side: Side, asked: list[Wanted]) -> list[Got]:
    return [side.ask(wanted) for wanted in asked]


def test_a_call_answered_directly_says_what_it_says_through_flask(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _asked(side)
    directly = _answers(side, asked)
    monkeypatch.setattr(DialectApp, "answer", lambda *_: None)

    assert _answers(side, asked) == directly


def test_integrations_are_answered_directly(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    content = side.refund()
    asked = [side.caller.create(content), side.caller.find(content["refund_id"], SHOP), side.caller.page(10, None)]
    monkeypatch.setattr(DialectApp, "wsgi_app", None)

    assert [side.ask(wanted).status for wanted in asked if wanted is not None] != []
