"""The sequence diagram of a refund: who said what, in order, with the violating step marked."""

from xml.etree import ElementTree

import pytest

from rehearsal.conftest import REFUND
from rehearsal.diagram import draw
from rehearsal.steps import BUYER, ERP, INTEGRATION, REVIEWER, TMALL, Step, steps
from simulator.ledger.entry import Answered, AnyEntry, Asked, Changed
from simulator.ledger.values import Row, Told

PROOF = (8, 10, 21)


def _drawn(entries: list[AnyEntry], proof: tuple[int, ...] = PROOF) -> list[Step]:
    return steps(entries, REFUND, proof)


def test_the_steps_tell_the_refunds_story_in_order(entries: list[AnyEntry]) -> None:
    told = [(step.source, step.target, step.words["en"]) for step in _drawn(entries)]

    assert told == [
        (BUYER, TMALL, "apply 8.35 元"),
        (TMALL, INTEGRATION, "told: 8.35 元 WAIT_SELLER_AGREE"),
        (INTEGRATION, ERP, "create document 8.35 pending"),
        (REVIEWER, ERP, "approve 8.35 元"),
        (ERP, INTEGRATION, "told: decision approve"),
        (INTEGRATION, TMALL, "review"),
        (INTEGRATION, TMALL, "agree 1999 fen"),
    ]


def test_the_last_entry_of_the_proof_is_the_violating_step(entries: list[AnyEntry]) -> None:
    marked = [step.seq for step in _drawn(entries) if step.breaks]

    assert marked == [21]
    assert [step.seq for step in _drawn(entries) if step.proof] == list(PROOF)


def test_a_read_that_tells_nothing_new_is_no_step(entries: list[AnyEntry]) -> None:
    again = Answered(seq=11, side="tmall", method="taobao.refund.get", told=(Told(REFUND, 1),), refunds=(REFUND,))

    assert len(_drawn([*entries[:10], again, *entries[11:]])) == len(_drawn(entries))


def test_a_lost_answer_is_trouble(entries: list[AnyEntry]) -> None:
    lost = Answered(seq=23, side="tmall", method="taobao.rp.refunds.agree", call=21, lost=True, refunds=(REFUND,))

    last = _drawn([*entries[:22], lost])[-1]

    assert (last.trouble, last.back, last.words["en"]) == (True, True, "answer lost")


def test_a_long_story_leaves_out_the_middle_but_never_the_proof(entries: list[AnyEntry]) -> None:
    many: list[AnyEntry] = [
        Asked(seq=100 + n, side="erp", method="erp.update", params={"body": {"amount": str(n)}}, refunds=(REFUND,))
        for n in range(90)
    ]

    drawn = steps([*entries[:20], *many, *entries[20:]], REFUND, PROOF)

    assert len(drawn) <= 25
    assert set(PROOF) <= {step.seq for step in drawn}
    assert sum(step.elided for step in drawn) + sum(not step.elided for step in drawn) == 7 + 90


@pytest.mark.parametrize("count", [1, 22])
def test_the_picture_is_well_formed_and_marks_one_step(entries: list[AnyEntry], count: int) -> None:
    picture = ElementTree.fromstring(draw(_drawn(entries)[-count:]))

    assert len([g for g in picture.iter("{http://www.w3.org/2000/svg}g") if "breaks" in str(g.get("class"))]) == 1


def test_labels_stay_inside_the_picture_and_are_escaped() -> None:
    step = Step(seq=1, words={"en": "<" * 80, "zh": "长" * 40}, source=BUYER, target=TMALL)

    picture = draw([step])

    assert "<<" not in picture
    for text in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text"):
        assert 0 <= float(str(text.get("x"))) <= 420


def test_nothing_to_draw_is_no_picture() -> None:
    assert draw([]) == ""


def test_a_wrong_effect_is_drawn_as_the_call_that_had_it(entries: list[AnyEntry]) -> None:
    [step] = [step for step in _drawn(entries, (8, 13)) if step.breaks]

    assert (step.seq, step.source, step.target) == (13, INTEGRATION, ERP)
    assert step.words["en"] == "create document → 8.35 元"


def test_a_decision_is_drawn_once(entries: list[AnyEntry]) -> None:
    row = Row("document", "D000001", {"refund_id": REFUND, "amount": 835, "revision": 2})
    changed = Changed(seq=15, side="erp", actor="reviewer", action="approve", rows=(row,), refunds=(REFUND,))

    drawn = _drawn([*entries[:14], changed, *entries[15:]])

    assert [step.words["en"] for step in drawn if step.source == REVIEWER] == ["approve 8.35 元"]
