"""The engine plays many stories at once, waits for what it sees, and settles by what the integration does."""

import threading

import msgspec

from scenarios.engine import Engine, Progress
from scenarios.miniature import Miniature
from scenarios.play import PlayResult
from scenarios.reading import read_text
from scenarios.story import Story
from simulator.erp import registry
from simulator.ledger.declaration import Declaration, Tempo
from simulator.ledger.entry import Mark

DECLARED = Declaration(tempo=Tempo.for_poll(0.5))


def _story(steps: str, *, ident: str = "S90", head: str = "") -> Story:
    given = "given: {trade: {orders: [{price: 10.00}]}}"
    return read_text(f"id: {ident}\ntitle: A test\njudges: [MNY-01]\n{head}\n{given}\nsteps:\n{steps}")


APPROVED = """
  - buyer.apply: {refund: r, amount: 6.00}
  - wait: {document: r, amount: 6.00, status: pending}
  - reviewer.approve: r
  - wait: {refund: r, status: SUCCESS}
  - wait: {document: r, status: refunded}
"""


def _engine(small: Miniature, declared: Declaration = DECLARED, shops: tuple[str, ...] = ("a", "b")) -> Engine:
    return Engine(small, declared, shops, clock=small.clock, pace=0)


def _play(small: Miniature, *stories: Story, declared: Declaration = DECLARED) -> list[PlayResult]:
    return _engine(small, declared).play(stories)


def test_a_story_is_played_to_its_end_and_its_marks_say_so() -> None:
    small = Miniature()

    [result] = _play(small, _story(APPROVED))

    assert (result.outcome, result.settled, result.play) == ("passed", "rest", "S90#1")
    assert [mark["play"] for mark in small.marks("started")] == ["S90#1"]
    assert small.marks("started")[0]["judges"] == ["MNY-01"]
    assert small.marks("ended")[0]["outcome"] == "passed"
    assert result.refunds == ("318000000000000000",)


def test_many_plays_are_open_at_once_and_finish_in_the_time_of_one() -> None:
    alone, many = Miniature(), Miniature()

    [one] = _play(alone, _story(APPROVED))
    results = _play(many, *[_story(APPROVED)] * 20)

    assert [result.outcome for result in results] == ["passed"] * 20
    assert len({result.play for result in results}) == 20
    assert max(result.seconds for result in results) < 2 * one.seconds


def test_a_missed_wait_ends_the_play_as_inconclusive_and_says_what_was_last_seen() -> None:
    small = Miniature()
    small.updates = False
    story = _story("""
  - buyer.apply: {refund: r, amount: 6.00}
  - wait: {document: r, amount: 6.00}
  - buyer.modify: {refund: r, amount: 4.00}
  - wait: {document: r, amount: 4.00, status: pending}
  - reviewer.approve: r
""")

    [result] = _play(small, story)

    assert result.outcome == "inconclusive"
    assert "for document of r with amount 4.00 and status pending; last seen: 6.00 pending" in result.reason
    assert result.settled == "limit"


def test_steps_after_a_missed_wait_are_not_played_but_the_play_settles() -> None:
    small = Miniature()
    small.polls_at_all = False

    [result] = _play(small, _story(APPROVED))

    assert "last seen: no document" in result.reason
    assert [mark["play"] for mark in small.marks("settling")] == ["S90#1"]
    assert result.seconds >= DECLARED.tempo.sla + DECLARED.tempo.backoff


def test_an_act_that_is_refused_makes_the_play_inconclusive_unless_it_may_be() -> None:
    small = Miniature()
    small.refuses = {"buyer.withdraw"}
    withdrawn = "\n  - buyer.apply: {refund: r}\n  - buyer.withdraw: r\n"

    strict, lenient = _play(small, _story(withdrawn), _story(f"{withdrawn}    may_refuse: true\n"))

    assert (strict.outcome, strict.reason) == ("inconclusive", "buyer.withdraw was refused: it is too late")
    assert lenient.outcome == "passed"


def test_an_act_that_hangs_on_a_call_is_held_to_the_same() -> None:
    small = Miniature()
    small.refuses = {"buyer.modify"}
    story = _story("""
  - buyer.apply: {refund: r, amount: 6.00}
  - wait: {document: r, amount: 6.00}
  - at: {call: tmall.agree, refund: r, moment: before effect}
    buyer.modify: {refund: r, amount: 8.00}
  - reviewer.approve: r
  - wait: {refund: r, status: SUCCESS}
""")

    [result] = _play(small, story)

    assert result.reason == "buyer.modify was refused: it is too late"


def test_a_slower_integration_gets_the_same_outcomes() -> None:
    quick, slow = Miniature(), Miniature(poll=3.5)

    [before] = _play(quick, _story(APPROVED))
    [after] = _play(slow, _story(APPROVED))

    assert (before.outcome, before.settled) == (after.outcome, after.settled) == ("passed", "rest")
    assert after.seconds > 3 * before.seconds


def test_exclusive_plays_have_the_spare_shop_to_themselves_one_at_a_time() -> None:
    small = Miniature()
    exclusive = _story(APPROVED, ident="S91", head="exclusive: true")

    results = _play(small, exclusive, exclusive, _story(APPROVED), _story(APPROVED))

    shops = {mark["play"]: mark["shop"] for mark in small.marks("started")}
    assert shops == {"S91#1": "b", "S91#2": "b", "S90#1": "a", "S90#2": "a"}
    assert [result.outcome for result in results] == ["passed"] * 4
    order = [(mark["event"], mark["play"]) for event in ("started", "ended") for mark in small.marks(event)]
    assert order.index(("started", "S91#1")) < order.index(("started", "S91#2"))


def test_exclusive_plays_take_the_other_shops_once_nobody_else_is_there() -> None:
    small = Miniature()
    exclusive = _story(f"{APPROVED}  - wait: {{polls: r, times: 9}}", ident="S91", head="exclusive: true")

    results = _play(small, *[exclusive] * 4, _story(APPROVED))

    shops = [mark["shop"] for mark in small.marks("started") if mark["story"] == "S91"]
    assert shops == ["b", "a", "b", "a"]
    assert [result.outcome for result in results] == ["passed"] * 5
    assert small.open_at_once == 1


def test_exclusive_plays_among_each_other_have_a_shop_together_and_no_other_play_with_them() -> None:
    small = Miniature()
    among = _story(APPROVED, ident="S91", head="exclusive: true\namong: ag")
    other = _story(APPROVED, ident="S92", head="exclusive: true")

    _play(small, among, among, other, _story(f"{APPROVED}  - wait: {{polls: r, times: 9}}"))

    marks = [entry.detail for entry in small.entries if isinstance(entry, Mark)]
    order = [(mark["event"], mark["play"]) for mark in marks]
    assert {mark["shop"] for mark in small.marks("started") if mark["story"] != "S90"} == {"b"}
    assert order.index(("started", "S91#2")) < order.index(("ended", "S91#1"))
    assert order.index(("started", "S92#1")) > max(order.index(("ended", play)) for play in ("S91#1", "S91#2"))


def test_a_story_about_several_shops_is_played_in_two_though_the_second_is_a_spare_one() -> None:
    small = Miniature()
    exclusive = _story(APPROVED, ident="S91", head="exclusive: true")
    several = _story(APPROVED, ident="S92", head="requires: [shops]")

    _play(small, exclusive, _story(APPROVED), several, several)

    shops = {mark["play"]: mark["shop"] for mark in small.marks("started")}
    assert {shops["S92#1"], shops["S92#2"]} == {"a", "b"}
    order = [(entry.detail["event"], entry.detail["play"]) for entry in small.entries if isinstance(entry, Mark)]
    alone = next(play for play, shop in shops.items() if shop == "b" and play != "S91#1")
    assert order.index(("started", "S91#1")) > order.index(("ended", alone))


def test_the_longest_plays_begin_first() -> None:
    small = Miniature()
    longer = _story(f"{APPROVED}  - wait: {{polls: r, times: 9}}", ident="S91")

    _play(small, _story(APPROVED), longer)

    assert [mark["story"] for mark in small.marks("started")] == ["S91", "S90"]


def test_with_one_shop_an_exclusive_play_waits_until_nothing_else_is_open() -> None:
    small = Miniature()
    exclusive = _story(APPROVED, ident="S91", head="exclusive: true")

    results = _engine(small, shops=("a",)).play([exclusive, exclusive, _story(APPROVED)])

    assert [result.play for result in results] == ["S90#1", "S91#1", "S91#2"]
    assert small.open_at_once == 1


def test_a_story_the_target_does_not_declare_is_not_applicable_with_the_reason() -> None:
    returned = _story("\n  - buyer.apply: {refund: r, kind: return_refund}\n")
    declared = Declaration(tempo=DECLARED.tempo, kinds=("refund_only",))
    small = Miniature()

    [result] = _play(small, returned, declared=declared)

    assert (result.outcome, result.reason) == ("not applicable", "the target does not declare return_refund")
    assert not small.marks("started")


def test_a_story_whose_decision_the_erp_cannot_tell_is_not_applicable_with_the_reason() -> None:
    profile = registry.profile("jiandaoyun")
    own = profile.mapping()
    silent = msgspec.structs.replace(
        own,
        form=own.form | {"workflow": False},
        fields={name: field for name, field in own.fields.items() if not name.startswith("decision")},
    )
    declared = Declaration(tempo=DECLARED.tempo, profile="jiandaoyun", mapping=silent)

    [result] = _play(Miniature(), _story(APPROVED), declared=declared)

    assert result.outcome == "not applicable"
    assert result.reason == "the mapping names no field for decision, so the ERP cannot tell approve"


def test_a_story_is_not_applicable_for_lack_of_what_it_requires() -> None:
    declared = Declaration(tempo=DECLARED.tempo, owns_hold=False)

    [result] = _play(Miniature(), _story(APPROVED, head="requires: [hold]"), declared=declared)

    assert result.reason == "the target does not declare hold"


def test_the_faults_of_a_play_are_lifted_before_it_settles() -> None:
    small = Miniature()
    fault = "\n  - fault: {fault: lost-answer, call: erp.create, times: 0}\n    as: lost\n"

    [result] = _play(small, _story(f"{fault}  - wait: {{fault: lost, struck: 2}}\n"))

    assert result.outcome == "passed"
    assert small.faults["f1"] == {"fault": "lost-answer", "call": "erp.create", "play": "S90#1", "times": 0}
    assert "S90#1" in small.lifted


def test_a_fault_on_connections_is_bound_to_the_shop_of_its_play() -> None:
    small = Miniature()
    story = _story("\n  - fault: {fault: tmc-pong, times: 3}\n", head="exclusive: true")

    _play(small, story)

    assert small.faults["f1"] == {"fault": "tmc-pong", "play": "S90#1", "times": 3, "shop": "b"}


def test_a_fault_on_a_list_is_bound_to_the_shop_of_its_play() -> None:
    small = Miniature()
    story = _story("\n  - fault: {fault: page-error, page: 2}\n", head="exclusive: true")

    _play(small, story)

    assert small.faults["f1"] == {"fault": "page-error", "play": "S90#1", "times": 1, "page": 2, "shop": "b"}


def test_a_twin_is_played_disturbed_and_calm() -> None:
    small = Miniature()
    story = _story(f"\n  - fault: {{fault: slow, call: erp.create}}{APPROVED}", head="twin: slow-erp")

    disturbed, calm = sorted(_play(small, story), key=lambda result: result.play)

    assert (disturbed.outcome, calm.outcome) == ("passed", "passed")
    assert [(mark["twin"], mark["calm"]) for mark in small.marks("started")] == [
        ("slow-erp/1", False),
        ("slow-erp/1", True),
    ]
    assert [fault["play"] for fault in small.faults.values()] == ["S90#1"]


def test_a_bulk_fills_the_pages_that_the_integration_asks_for() -> None:
    small = Miniature()
    given = "given: {trade: {pages: 1, more: 1, orders: [{price: 10.00}]}}"
    steps = "  - buyer.apply: {refund: r}\n  - buyer.withdraw: r.last"
    story = read_text(f"id: S90\ntitle: A test\n{given}\nsteps:\n{steps}")

    [result] = _play(small, story)

    assert len(result.refunds) == 41
    assert [ident for ident, refund in small.refunds.items() if refund.status == "CLOSED"] == [result.refunds[-1]]


def test_an_act_can_hang_on_a_page_of_the_list() -> None:
    small = Miniature()
    steps = """
  - buyer.apply: {refund: r}
  - at: {call: tmall.list, page: 2, moment: before effect}
    buyer.withdraw: r
"""

    _play(small, _story(steps, head="exclusive: true"))

    assert small.hung == [("tmall.list", 2, "b", "buyer.withdraw")]


def test_a_bulk_is_one_name_for_many_refunds() -> None:
    small = Miniature()
    story = read_text("""
id: S92
title: Five
given: {trade: {count: 5, orders: [{price: 10.00}]}}
steps:
  - buyer.apply: {refund: r, amount: 6.00}
  - wait: {document: r, amount: 6.00}
  - reviewer.approve: r
  - buyer.withdraw: r.3
    may_refuse: true
  - wait: {document: r.1, status: refunded}
""")

    [result] = _play(small, story)

    assert result.outcome == "passed"
    assert len(result.refunds) == 5


def test_stopping_ends_open_plays_as_inconclusive_and_starts_no_more() -> None:
    small = Miniature()
    small.polls_at_all = False
    engine = Engine(small, DECLARED, ["a"], lambda _: engine.stop(), clock=small.clock, pace=0, at_once=1)

    results = engine.play([_story(APPROVED), _story(APPROVED)])

    assert [result.reason for result in results] == ["the run was stopped", "not started: the run was stopped"]
    assert len(small.marks("ended")) == 2


def test_an_engine_can_be_stopped_from_another_thread() -> None:
    small = Miniature()
    small.polls_at_all = False
    engine = Engine(small, Declaration(), ["a"], clock=small.clock, pace=0.01)

    threading.Timer(0.05, engine.stop).start()

    assert engine.play([_story(APPROVED)])[0].reason == "the run was stopped"


def test_the_time_limit_ends_what_is_open() -> None:
    small = Miniature()
    small.polls_at_all = False
    until = small.clock.mono() / 1e6 + 2

    [result] = _engine(small).play([_story(APPROVED)], until=until)

    assert (result.outcome, result.reason) == ("inconclusive", "the time was up")


def test_whoever_watches_is_told_of_beginnings_and_ends() -> None:
    small = Miniature()
    told: list[Progress] = []

    Engine(small, DECLARED, ["a"], told.append, clock=small.clock, pace=0).play([_story(APPROVED)])

    assert [(progress.event, progress.done, progress.total) for progress in told] == [
        ("started", 0, 1),
        ("settling", 0, 1),
        ("ended", 1, 1),
    ]
    assert told[-1].result is not None


TURNED = """
  - buyer.apply: {refund: x}
  - platform.timer: {refund: x, becomes: r}
  - wait: {document: r, status: pending}
  - reviewer.approve: r
  - wait: {refund: r, status: SUCCESS}
"""


def test_the_refund_into_which_something_turned_has_a_name_from_then_on() -> None:
    [result] = _play(Miniature(), _story(TURNED))

    assert result.outcome == "passed"
    assert len(result.refunds) == 2


def test_a_turn_that_does_not_come_ends_the_play_as_inconclusive() -> None:
    [result] = _play(
        Miniature(), _story(TURNED.replace("platform.timer", "staff.rule").replace("x, b", "x, for: buyer, b"))
    )

    assert (result.outcome, result.reason) == (
        "inconclusive",
        "staff.rule was refused: the exchange did not turn into a refund by it",
    )
