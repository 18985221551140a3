"""The seller's message with a picture."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from simulator.exchange import Answer
from simulator.tmall import platform
from simulator.tmall.caller import Caller
from simulator.tmall.refund import Refund

ADD = "taobao.refund.message.add"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def _add(caller: Caller, refund: Refund, content: str = "已收到，正在质检", image: bytes = PNG) -> Answer:
    return caller.answer(ADD, {"image": image}, refund_id=refund.refund_id, content=content)


def test_a_message_is_stored_with_its_picture_and_read_back(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund()

    answer = _add(caller, refund)

    (said,) = caller.world.state.messages[refund.refund_id]
    assert answer.data["refund_message"].keys() == {"id", "created"}
    assert (answer.data["refund_message"]["id"], said.owner_role, said.content) == (said.id, "2", "已收到，正在质检")
    read = caller.call(
        "taobao.refund.messages.get", refund_id=refund.refund_id, refund_phase="onsale", fields="content,pic_urls"
    )
    (row,) = read["refund_messages"]["refund_message"]
    assert row["pic_urls"]["pic_url"][0]["url"].endswith(said.pictures[0])
    assert caller.now(refund).version == refund.version


def test_the_text_is_counted_in_bytes(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund()

    assert _add(caller, refund, "字" * 133).error == {}
    assert _add(caller, refund, "字" * 134).error["sub_code"] == "isv.invalid-parameter:content"


@pytest.mark.parametrize(
    ("image", "message"), [(PNG + b"\0" * 512_000, "图片大小超过限制"), (b"no picture", "图片格式不支持")]
)
def test_a_picture_that_is_none_or_too_large_is_refused(tmp_path: Path, image: bytes, message: str) -> None:
    caller = Caller.open(tmp_path)
    refund = caller.refund()

    assert _add(caller, refund, image=image).error["sub_msg"] == message
    assert refund.refund_id not in caller.world.state.messages


def test_the_picture_is_required(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)

    assert caller.answer(ADD, refund_id=caller.refund().refund_id, content="在吗").error["code"] == 40


def test_nothing_is_said_about_a_refund_that_is_over_or_for_the_web_pages_only(tmp_path: Path) -> None:
    caller = Caller.open(tmp_path)
    over = platform.withdraw(caller.world, caller.refund())
    web = replace(caller.refund(), constraint="refund_onweb")
    caller.world.change([("refund", web.refund_id, web)], actor="platform", action="constrain")

    assert _add(caller, over).error["sub_msg"] == "当前退款状态不允许该操作"
    assert _add(caller, web).error["sub_msg"] == "该退款只能在网页上操作"
