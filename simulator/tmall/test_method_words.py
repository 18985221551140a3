"""Every method can be read about in Chinese."""

from simulator.phrase import zh
from simulator.tmall.method import surface
from simulator.tmall.method_words import about, because, say


def test_every_method_and_every_reason_has_its_chinese_and_none_is_left_over() -> None:
    found = surface()
    reasons = {method.missing for method in found.methods.values() if method.missing} | set(found.known.values())

    assert say.texts.keys() == {f"about.{name}" for name in found.methods} | {f"why.{reason}" for reason in reasons}
    assert zh(about(found.methods["taobao.rp.refunds.agree"])) == "同意退款"
    assert zh(because("The platform keeps it up no more, and the shape of its answer is not public.")).endswith(
        "未公开。"
    )
