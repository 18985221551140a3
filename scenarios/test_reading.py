"""A story that is wrong is refused with file and line, and with what would have been right."""

from pathlib import Path

import pytest

from scenarios.reading import library, read_story, read_text
from scenarios.story import Arm, Do, Together, Wait
from simulator.errors import UserError

GIVEN = "id: S90\ntitle: A test\ngiven: {trade: {orders: [{price: 10.00}]}}\nsteps:\n"


def _error(steps: str, head: str = GIVEN) -> str:
    with pytest.raises(UserError) as caught:
        read_text(f"{head}{steps}", "S90.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        pytest.param(
            "  - buyer.aply: {refund: r}\n",
            "S90.yaml:5: buyer.aply is not an act. Did you mean buyer.apply? Acts of buyer: apply, modify, withdraw, "
            "ship_back, correct_waybill, message, call_staff, complain, withdraw_complaint, "
            "accept_offer, decline_offer, ask_advance, apply_exchange, modify_exchange, w"
            "ithdraw_exchange, ship_back_exchange, confirm_exchange, message_exchange, apply_reship, modify_reship,"
            " withdraw_reship, confirm_reship, message_reship, apply_repair, modify_repair, withdraw_repair,"
            " ship_back_repair, confirm_repair, message_repair.",
            id="unknown-act",
        ),
        pytest.param(
            "  - sailor.approve: r\n",
            "S90.yaml:5: sailor.approve is not an act. Did you mean reviewer.approve? "
            "Actors: agent, buyer, platform, reviewer, staff, stranger, warehouse.",
            id="unknown-actor",
        ),
        pytest.param("  - setle\n", "S90.yaml:5: setle is not a known step. Did you mean settle?", id="unknown-step"),
        pytest.param(
            "  - buyer.apply: {refund: r, amout: 3.00}\n",
            "S90.yaml:5: amout is not a known key of buyer.apply. Did you mean amount?",
            id="unknown-key",
        ),
        pytest.param(
            "  - buyer.apply: {refund: r, amount: 3.005}\n",
            "S90.yaml:5: amount is '3.005'. It is an amount of yuan with at most two decimals",
            id="bad-amount",
        ),
        pytest.param(
            "  - buyer.apply: {refund: r, amount: [3]}\n",
            "S90.yaml:5: amount is a list. It is a text.",
            id="wrong-type",
        ),
        pytest.param(
            "  - buyer.apply: {refund: r, received: perhaps}\n",
            "S90.yaml:5: received is 'perhaps'. It is true or false.",
            id="wrong-flag",
        ),
        pytest.param(
            "  - buyer.apply: {refund: r, kind: refund_onyl}\n",
            "S90.yaml:5: refund_onyl is not a known kind of refund. Did you mean refund_only?",
            id="unknown-kind",
        ),
        pytest.param(
            "  - buyer.apply: {refund: refund1}\n  - buyer.withdraw: refund2\n",
            "S90.yaml:6: refund2 is not a known refund of this story. Did you mean refund1?",
            id="unknown-refund",
        ),
        pytest.param(
            "  - buyer.withdraw: r\n  - buyer.apply: {refund: r}\n",
            "S90.yaml:5: refund r does not exist yet. A later step creates it",
            id="refund-of-a-later-step",
        ),
        pytest.param(
            "  - buyer.apply: {refund: r}\n  - buyer.withdraw: r.2\n",
            "S90.yaml:6: there is no r.2. r has 1, counted from 1.",
            id="outside-the-group",
        ),
        pytest.param(
            "  - buyer.apply: {refund: r}\n  - buyer.apply: {refund: r}\n",
            "S90.yaml:6: there is a refund r already.",
            id="name-given-twice",
        ),
        pytest.param(
            "  - buyer.apply_exchange: {refund: x, wanted: L}\n  - platform.timer: {refund: x, becomes: x}\n",
            "S90.yaml:6: there is a refund x already.",
            id="a-turn-with-a-name-in-use",
        ),
        pytest.param(
            "  - buyer.apply_exchange: {refund: x, wanted: L}\n"
            "  - wait: {document: r}\n  - platform.timer: {refund: x, becomes: r}\n",
            "S90.yaml:6: refund r does not exist yet. A later step creates it",
            id="refund-of-a-later-turn",
        ),
        pytest.param(
            "  - buyer.apply_exchange: {refund: x, wanted: L}\n"
            "  - at: {call: tmall.exchange_agree, refund: x, moment: before effect}\n"
            "    platform.timer: {refund: x, becomes: r}\n",
            "S90.yaml:7: an act that hangs on a call names no refund.",
            id="a-turn-at-a-call",
        ),
        pytest.param(
            "  - buyer.apply: {refund: r}\n  - reviewer.refuse: {refund: r}\n",
            "S90.yaml:6: reviewer.refuse lacks text.",
            id="lacking-argument",
        ),
        pytest.param(
            "  - buyer.apply: {refund: r}\n  - wait: {documnt: r}\n",
            "S90.yaml:6: documnt is not a known wait. Did you mean document?",
            id="unknown-wait",
        ),
        pytest.param(
            "  - buyer.apply: {refund: r}\n  - wait: {document: r, status: SUCCESS}\n",
            "S90.yaml:6: SUCCESS is not a known status of a document.",
            id="status-of-the-other-side",
        ),
        pytest.param(
            "  - buyer.apply: {refund: r}\n  - fault: {fault: lost-anser, call: erp.create}\n",
            "S90.yaml:6: lost-anser is not a known fault. Did you mean lost-answer?",
            id="unknown-fault",
        ),
        pytest.param(
            "  - buyer.apply: {refund: r}\n  - fault: {erp.create: r, lose: answer, before: effect}\n",
            "S90.yaml:6: before says 'effect'. before: effect goes with lose: request.",
            id="contradicting-fault",
        ),
        pytest.param(
            "  - fault: {fault: page-error, page: 2}\n",
            "S90.yaml:5: page-error on tmall.list strikes every play of the shop. Add exclusive: true to the story.",
            id="shared-shop",
        ),
        pytest.param(
            "  - fault: {fault: tmc-silent}\n",
            "S90.yaml:5: tmc-silent on tmc.connect strikes every play of the shop. Add exclusive: true to the story.",
            id="shared-channel",
        ),
        pytest.param(
            "  - wait: {fault: page, struck: 1}\n",
            "S90.yaml:5: page is not a known fault of an earlier step.",
            id="fault-not-armed",
        ),
        pytest.param(
            "  - buyer.apply: {refund: r}\n  - at: {call: tmall.agre, refund: r, moment: before effect}\n"
            "    buyer.withdraw: r\n",
            "S90.yaml:6: tmall.agre is not a known call. Did you mean tmall.agree?",
            id="unknown-call",
        ),
        pytest.param(
            "  - buyer.apply: {refund: r}\n    reviewer.approve: r\n",
            "S90.yaml:5: this step says buyer.apply, reviewer.approve. A step is one act",
            id="two-acts-in-a-step",
        ),
        pytest.param(
            "  - buyer.apply: {refund: r}\n  - wait: &w\n      document: *w\n",
            "contains itself. A cyclic reference",
            id="cyclic-alias",
        ),
        pytest.param(
            "  - setting: {list_lag: 1}\n",
            "S90.yaml:5: setting concerns every play of the run. Add exclusive: true to the story.",
            id="shared-setting",
        ),
        pytest.param(
            "  - clock: {by: 25h}\n",
            "S90.yaml:5: clock concerns every play of the run. Add exclusive: true to the story.",
            id="shared-clock",
        ),
        pytest.param(
            "  - crash\n",
            "S90.yaml:5: crash concerns every play of the run. Add exclusive: true to the story.",
            id="shared-crash",
        ),
        pytest.param(
            "  - buyer.apply: {refund: r}\n  - at: {call: tmall.list, page: 2, moment: before effect}\n"
            "    buyer.withdraw: r\n",
            "S90.yaml:6: a page of the list is every play's of the shop. Add exclusive: true to the story.",
            id="shared-page",
        ),
        pytest.param("  - {a: [}\n", "S90.yaml:5: is no YAML:", id="no-yaml"),
        pytest.param("\t- settle\n", "Indent with blanks: YAML takes no tabs.", id="a-tab"),
        pytest.param("---\n- settle\n", "expected a single document in the stream, but found another", id="two"),
        pytest.param(
            "  - buyer.apply: {refund: r, amount: '${amuont}'}\n",
            "S90.yaml:5: ${amuont} is not a known value.",
            id="unknown-value",
        ),
    ],
)
def test_a_wrong_step_is_refused_where_it_stands(steps: str, expected: str) -> None:
    assert expected in _error(steps)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("id: S90\n", "the story has no title."),
        (GIVEN.replace("title", "titel"), "S90.yaml:2: titel is not a known key of a story. Did you mean title?"),
        (f"judges: [MNY-99]\n{GIVEN}", "S90.yaml:1: MNY-99 is not a known rule. Did you mean MNY-0"),
        (GIVEN.replace("S90", "my story"), "S90.yaml:1: id is 'my story'."),
        (GIVEN.replace("10.00", "0"), "S90.yaml:3: price is 0."),
        (GIVEN.replace("[{price: 10.00}]", "[]"), "S90.yaml:3: trade trade has no orders."),
        (f"with: {{a: [1, 2], b: [1]}}\n{GIVEN}", "the columns of with differ: a has 2, b has 1."),
        (f"with: {{a: ['${{b}}'], b: ['${{a}}']}}\n{GIVEN}", "a → b → a is a cyclic reference."),
        (f"{GIVEN.replace('S90', 'S91')}  - settle\nid: S90\n", "S90.yaml:6: id stands twice in the story."),
        ("", "S90.yaml: the story is empty."),
    ],
)
def test_a_wrong_head_is_refused_where_it_stands(head: str, expected: str) -> None:
    assert expected in _error("  - settle\n" if head.endswith("steps:\n") else "", head)


def test_a_story_that_cannot_be_opened_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"S77.yaml: cannot be read: No such file"):
        read_story(tmp_path / "S77.yaml")


def test_two_stories_with_one_id_are_refused(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(f"{GIVEN}  - settle\n", encoding="utf-8")

    with pytest.raises(UserError, match=r"b.yaml:1: S90 is also the id of .*a.yaml:1"):
        library(tmp_path)


def test_each_row_of_values_is_a_variant() -> None:
    head = f"with: {{amount: [0.29, 8.35], want: ['${{amount}}', '${{amount}}']}}\n{GIVEN}"

    story = read_text(f"{head}  - buyer.apply: {{refund: r, amount: '${{want}}'}}\n")

    acts = [variant.steps[0] for variant in story.variants]
    assert [act.args for act in acts if isinstance(act, Do)] == [{"amount": "0.29"}, {"amount": "8.35"}]
    assert story.variants[1].values == {"amount": "8.35", "want": "8.35"}


def test_an_amount_keeps_its_two_decimals_and_never_becomes_a_float() -> None:
    story = read_text(
        f"{GIVEN}  - buyer.apply: {{refund: r, amount: 100}}\n  - wait: {{document: r, amount: 145.05}}\n"
    )

    apply, wait = story.variants[0].steps
    assert isinstance(apply, Do)
    assert isinstance(wait, Wait)
    assert (apply.args["amount"], wait.wants["amount"]) == ("100.00", 14505)


def test_the_short_and_the_general_form_of_a_fault_say_the_same() -> None:
    apply = "  - buyer.apply: {refund: r}\n"
    short = read_text(f"{GIVEN}{apply}  - fault: {{erp.create: r, lose: answer, after: effect, times: 1}}\n")
    general = read_text(f"{GIVEN}{apply}  - fault: {{fault: lost-answer, call: erp.create, refund: r}}\n")

    assert short.variants[0].steps[1] == general.variants[0].steps[1]


def test_a_fault_may_be_armed_before_its_refund_exists_and_is_then_the_plays() -> None:
    story = read_text(f"{GIVEN}  - fault: {{erp.create: r, lose: answer}}\n  - buyer.apply: {{refund: r}}\n")

    arm = story.variants[0].steps[0]
    assert isinstance(arm, Arm)
    assert (arm.fault, arm.call, arm.refund) == ("lost-answer", "erp.create", "")


def test_acts_done_together_are_one_step() -> None:
    story = read_text(f"{GIVEN}  - together: [{{buyer.apply: {{refund: r}}}}, {{buyer.withdraw: r}}]\n")

    step = story.variants[0].steps[0]
    assert isinstance(step, Together)
    assert [act.act for act in step.acts] == ["buyer.apply", "buyer.withdraw"]


@pytest.mark.parametrize(
    ("step", "wrong"),
    [
        ("clock: {}", "clock says neither by how much nor to when, or both. Write clock: {by: 25h}"),
        ("clock: {by: 1h, to: '12:00:00'}", "clock says neither by how much nor to when, or both."),
        ("clock: {by: soon}", "by is 'soon'. It is a duration with its unit"),
        ("clock: {to: noon}", "'noon' is no moment. Write 23:59:58"),
        ("setting: {list_leg: 1}", "list_leg is not a known setting. Did you mean list_lag?"),
        ("setting: {list_lag: soon}", "list_lag is 'soon'. It is what list_lag takes, such as 0, 90."),
        ("setting: {list_order: up}", "list_order is 'up'. It is what list_order takes, such as modified_desc"),
        ("setting: {refuse_unshipped: 1}", "refuse_unshipped is '1'. It is what refuse_unshipped takes, such as False"),
        ("crash: {down: soon}", "down is 'soon'. It is a span of time, such as 20s"),
        ("crash: {for: 2s}", "for is not a known key of crash"),
        ("setting: {}", "setting is empty. Write setting: {list_lag: 1}."),
        ("shop_setting: {}", "shop_setting is empty. Write shop_setting: {list_lag: 1}."),
        ("shop_setting: {list_leg: 1}", "list_leg is not a known setting. Did you mean list_lag?"),
        (
            "shop_setting: {list_order: newest}",
            "list_order is 'newest'. It is what list_order takes, such as modified_desc,",
        ),
        ("shop_setting: {time_scale: 2}", "time_scale is about the whole run, not about one shop. Shops can have "),
    ],
)
def test_circumstances_that_make_no_sense_are_refused_where_they_stand(step: str, wrong: str) -> None:
    text = f"id: S90\ntitle: x\nexclusive: true\ngiven: {{trade: {{orders: [{{price: 1}}]}}}}\nsteps:\n  - {step}\n"

    with pytest.raises(UserError) as caught:
        read_text(text, "S90.yaml")

    assert str(caught.value).startswith(f"S90.yaml:6: {wrong}")


@pytest.mark.parametrize("trade", ["pages: 0", "pages: 2, count: 5", "pages: 1, more: one"])
def test_how_many_there_are_is_said_in_one_way(trade: str) -> None:
    with pytest.raises(UserError):
        read_text(f"id: S90\ntitle: x\ngiven: {{trade: {{{trade}, orders: [{{price: 1}}]}}}}\nsteps: [settle]\n")


def test_circumstances_are_kept_as_they_are_meant() -> None:
    story = read_text("""id: S90
title: x
exclusive: true
with: {order: [modified_asc]}
given: {trade: {pages: 2, more: -1, orders: [{price: 1}]}}
steps:
  - setting: {list_lag: declared, list_order: '${order}', refuse_unshipped: true, time_scale: 20000}
  - clock: {by: 25h}
  - clock: {to: "02-29 23:59:58"}
""")

    [variant] = story.variants
    assert variant.steps[0].values == {  # type: ignore[union-attr]
        "list_lag": "declared", "list_order": "modified_asc", "refuse_unshipped": True, "time_scale": 20000,
    }  # fmt: skip
    assert [(step.by, step.to) for step in variant.steps[1:]] == [(90000.0, ""), (0.0, "02-29 23:59:58")]  # type: ignore[union-attr]
    assert [variant.trades[0].many(size) for size in (20, 100)] == [39, 199]
    assert story.alone
    assert story.moves_time


def test_a_story_that_shuts_the_erp_or_bans_the_app_is_played_alone() -> None:
    assert library()["S42"].alone
    assert library()["S52"].alone
    assert library()["S35"].alone
    assert not library()["S44"].alone
