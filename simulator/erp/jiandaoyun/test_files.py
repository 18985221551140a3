"""Files: uploaded under a token, kept byte for byte, and read at the URL that a field shows."""

from collections.abc import Callable
from typing import Any

import pytest

from simulator.erp.caller import Wanted
from simulator.erp.jiandaoyun.client import upload
from simulator.erp.jiandaoyun.conftest import ask
from simulator.erp.side import Side


def _tokens(erp: Side, transaction: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = ask(erp, "v5/app/entry/file/get_upload_token", transaction_id=transaction).json()[
        "token_and_url_list"
    ]
    return found


def test_a_file_is_kept_byte_for_byte_and_read_at_its_url(erp: Side) -> None:
    content = bytes(range(256)) * 40
    key = erp.ask(upload(_tokens(erp, "t-1")[0]["token"], content, name="证据.bin", mime="application/x-proof")).json()[
        "key"
    ]

    row = ask(erp, "create", data={"files": {"value": [key]}}, transaction_id="t-1").json()["data"]

    (file,) = row["files"]
    got = erp.ask(Wanted("GET", file["url"].partition("127.0.0.1")[2]))
    assert (file["name"], file["size"], file["mime"]) == ("证据.bin", len(content), "application/x-proof")
    assert got.content == content
    assert got.headers["content-type"] == "application/x-proof"
    assert erp.ask(Wanted("GET", "/api/files/nothing")).status == 404
    assert content not in erp.world.book.path.read_bytes()


@pytest.mark.parametrize(
    ("spoil", "content"),
    [
        pytest.param(lambda token: token, b"", id="an empty file"),
        pytest.param(lambda token: token, b"x" * 101, id="a file that is too large"),
        pytest.param(lambda token: token[:-1] + "x", b"x", id="a token that is not ours"),
        pytest.param(lambda _: "", b"x", id="no token"),
    ],
)
def test_a_file_that_does_not_go_is_answered_with_579(erp: Side, spoil: Callable[[str], str], content: bytes) -> None:
    erp.world.set("jdy_upload_bytes", 100, origin="test")

    answer = erp.ask(upload(spoil(_tokens(erp, "t-1")[0]["token"]), content))

    assert answer.status == 579
    assert "erp_record" not in erp.world.state.plain


def test_a_token_is_good_for_one_file(erp: Side) -> None:
    first, second = (each["token"] for each in _tokens(erp, "t-1")[:2])

    answers = [erp.ask(upload(token, b"x")) for token in (first, second, first)]

    assert [answer.status for answer in answers] == [200, 200, 579]
    assert answers[0].json() != answers[1].json()


@pytest.mark.parametrize("transaction", ["", None, 7, "a${b}", "$(x)"])
def test_a_transaction_without_a_proper_id_gets_no_tokens(erp: Side, transaction: Any) -> None:
    answer = ask(erp, "v5/app/entry/file/get_upload_token", transaction_id=transaction)

    assert (answer.status, answer.json()["code"]) == (400, 3005)
