"""The integration of docs/first-integration.md does what the page says: it is a GO for what is calm."""

from pathlib import Path

import msgspec
import pytest

from rehearsal import cli

FIRST = Path(__file__).parents[1] / "docs" / "first"


@pytest.mark.slow
def test_the_first_integration_is_a_go_for_what_is_calm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target, out = str(FIRST / "refund-sandbox.yaml"), str(tmp_path / "out")

    status = cli.run(["run", "S01", "S03", "S04", "S05", "S11", "S12", "--target", target, "--out", out, "--json"])

    told = msgspec.json.decode(capsys.readouterr().out)
    assert (status, told["verdict"]) == (0, "GO"), told["because"]
    assert {story["outcome"] for story in told["stories"]} == {"passed"}


def test_it_is_as_short_as_the_page_says() -> None:
    lines = (FIRST / "connector.py").read_text(encoding="utf-8").count("\n")

    assert 120 <= lines <= 130
