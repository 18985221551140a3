"""What every profile must do, ours or not: `uv run pytest --pyargs simulator.erp.test_conformance -k NAME`.

A profile is found by its entry point; its `caller` writes the requests and reads the answers.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from simulator.actors import perform
from simulator.erp import registry
from simulator.erp.caller import Got
from simulator.erp.refusals import PASSING, REFUSALS
from simulator.erp.side import Side
from simulator.errors import UserError
from simulator.exchange import Answer
from simulator.ledger.declaration import Declaration
from simulator.ledger.entry import Callback, Decision
from simulator.ledger.replay import read
from simulator.ledger.values import Told
from simulator.request import RawRequest
from simulator.serving import Options, Simulator
from simulator.world import World


@pytest.fixture(params=registry.names())
def erp(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Side]:
    side = Side(World.open(tmp_path, declaration=Declaration(profile=request.param)))
    yield side
    if not side.world.book.closed:
        side.world.book.close()


def test_create_makes_one_canonical_document(erp: Side) -> None:
    content = erp.refund()

    answer = erp.ask(erp.caller.create(content))

    (document,) = erp.documents(content)
    said = {name: getattr(document, name) for name in content}
    assert (erp.operation, erp.caller.error(answer)) == ("erp.create", "")
    assert said == content
    assert (document.booked, document.cancelled, document.decision) == (False, False, {})
    assert erp.asked.refunds == (content["refund_id"],)
    assert erp.answer.effect


def test_creating_again_is_one_document_or_the_dialect_is_known_to_make_two(erp: Side) -> None:
    content = erp.refund()

    for _ in range(2):
        answer = erp.ask(erp.caller.create(content))
        assert not erp.caller.error(answer)

    assert len(erp.documents(content)) == (1 if erp.caller.repeats else 2)


def test_update_changes_the_document_and_raises_its_revision(erp: Side) -> None:
    content, seen = erp.brought("88.80")

    answer = erp.ask(erp.caller.update(seen, content | {"amount": 1999, "version": content["version"] + 1}))

    (document,) = erp.documents(content)
    assert (erp.operation, erp.caller.error(answer)) == ("erp.update", "")
    assert (document.amount, document.version, document.revision) == (1999, content["version"] + 1, 2)
    assert erp.found(content).amount == 1999


def test_a_stale_update_is_refused_or_the_last_writer_is_known_to_win(erp: Side) -> None:
    content, seen = erp.brought()
    erp.ask(erp.caller.update(seen, content | {"amount": 1999}))

    stale = erp.caller.stale(seen, content | {"amount": 2000})

    answer = erp.ask(stale or erp.caller.update(seen, content | {"amount": 2000}))
    (document,) = erp.documents(content)
    assert bool(erp.caller.error(answer)) == (stale is not None)
    assert document.amount == (1999 if stale else 2000)


def test_pages_show_every_record_once(erp: Side) -> None:
    wanted = [erp.brought()[0]["refund_id"] for _ in range(7)]

    pages: list[list[str]] = []
    before: Got | None = None
    while (request := erp.caller.page(3, before)) is not None and len(pages) < 5:
        before = erp.ask(request)
        assert not erp.caller.error(before)
        assert erp.operation == "erp.list"
        pages.append([seen.refund_id for seen in erp.caller.seen(before)])
        assert [told.refund for told in erp.answer.told] == pages[-1]

    assert [len(page) for page in pages if page] == [3, 3, 1]
    assert sorted(refund for page in pages for refund in page) == sorted(wanted)


def test_a_decision_is_one_entry_and_can_be_read_from_its_revision_on(erp: Side) -> None:
    content, seen = erp.brought()
    if reason := erp.profile.cannot(registry.mapping_of(erp.world), "approve"):
        pytest.fail(f"a profile must be able to tell an approval: {reason}")

    assert seen.decision == ""
    assert perform(erp.world, "reviewer.approve", {"refund": content["refund_id"], "text": "同意"})["accepted"]

    (decision,) = (entry for entry in read(erp.world.book.path) if isinstance(entry, Decision))
    (document,) = erp.documents(content)
    assert (decision.decision, decision.revision, decision.document) == ("approve", document.revision, document.id)
    assert (decision.amount, decision.refunds) == (835, (content["refund_id"],))
    assert erp.found(content).decision == "approve"
    assert erp.answer.told == [Told(content["refund_id"], document.revision, document=document.id)]


def test_every_decision_is_told_or_said_to_be_impossible(erp: Side) -> None:
    content, _ = erp.brought()
    answered = perform(erp.world, "reviewer.refuse", {"refund": content["refund_id"], "text": "请提供照片"})

    reason = erp.profile.cannot(registry.mapping_of(erp.world), "refuse")
    assert answered["accepted"] == (not reason)
    assert erp.found(content).decision == ("" if reason else "refuse")


def test_new_content_takes_the_decision_back_in_the_canonical_document(erp: Side) -> None:
    content, seen = erp.brought()
    perform(erp.world, "reviewer.approve", {"refund": content["refund_id"]})

    erp.ask(erp.caller.update(seen, content | {"amount": 600}))

    (document,) = erp.documents(content)
    assert (document.amount, document.decision) == (600, {})


def test_a_decision_is_pushed_and_counts_as_told_once_it_is_accepted(erp: Side) -> None:
    content, _ = erp.brought()

    heard = erp.heard(("reviewer.approve", {"refund": content["refund_id"]}))

    entries = [entry for entry in read(erp.world.book.path) if isinstance(entry, Callback)]
    (document,) = erp.documents(content)
    pushes = erp.profile.push(erp.world, document, "decision", "cb1") is not None
    assert [entry.event for entry in entries] == (["sent", "answered"] if pushes else [])
    assert len(heard) == pushes
    for push in heard:
        assert erp.caller.genuine(push, erp.world.callback_secret)
        assert not erp.caller.genuine(push._replace(content=push.content + b" "), erp.world.callback_secret)
        assert entries[-1].revision == document.revision


def test_a_wrong_key_is_refused_in_the_dialects_words(erp: Side) -> None:
    content = erp.refund()

    answer = erp.ask(erp.profile.caller(erp.world, "wrong").create(content))

    assert erp.caller.error(answer) == erp.caller.denied() != ""
    assert erp.documents(content) == []
    assert not erp.answer.effect


def test_what_the_erp_refuses_it_refuses_in_its_own_words(erp: Side) -> None:
    wrong = erp.caller.wrong()
    assert len(wrong) >= 3

    found = [(erp.caller.error(erp.ask(wanted)), erp.answer.effect, bool(erp.answer.error)) for wanted, _ in wrong]

    assert found == [(code, False, True) for _, code in wrong]
    assert erp.world.state.documents.rows == {}


def test_whatever_comes_is_answered_and_can_be_written_into_the_ledger(erp: Side) -> None:
    whole = erp.caller.create(erp.refund())
    for body in (b"\x00\xff", b"[]", b"null", b'{"a": [1]}', b"1e999", b"[" * 5000):
        erp.ask(whole._replace(body=body))
        assert erp.answer.effect is False

    assert erp.world.state.documents.rows == {}


def test_an_error_that_a_fault_made_up_has_the_dialects_shape(erp: Side) -> None:
    content, kind = erp.profile.failure(Answer(status=503))

    assert content
    assert b"/" in kind


def test_the_key_never_reaches_the_ledger(erp: Side) -> None:
    erp.ask(erp.caller.create(erp.refund()))
    erp.world.book.flush()

    text = erp.world.book.path.read_bytes()
    secrets = [erp.world.erp_key, *erp.profile.keys(erp.world).values()]
    assert not [secret for secret in secrets if len(secret) > 15 and secret.encode() in text]


def test_replay_equals_what_was_live(erp: Side, tmp_path: Path) -> None:
    content, seen = erp.brought()
    perform(erp.world, "reviewer.approve", {"refund": content["refund_id"], "text": "同意"})
    erp.ask(erp.caller.update(seen, content | {"status": "refunded"}))
    live = msgspec.json.encode(erp.world.state.dump())
    erp.world.book.close()

    recovered = World.open(tmp_path)

    assert msgspec.json.encode(recovered.state.dump()) == live
    assert recovered.declaration.profile == erp.profile.name
    recovered.book.close()


def test_a_data_folder_keeps_its_profile(erp: Side, tmp_path: Path) -> None:
    erp.world.book.close()
    other = next((name for name in registry.names() if name != erp.profile.name), "")

    with pytest.raises(UserError, match="of this data folder speaks"):
        Simulator(Options(data=tmp_path, port=0, profile=other))
    assert Simulator(Options(data=tmp_path, port=0)).endpoints()["erp"].endswith(erp.profile.base)


@pytest.mark.parametrize("why", REFUSALS)
def test_the_dialect_has_words_for_every_refusal(erp: Side, why: str) -> None:
    answer = erp.profile.refusal(why, ("1",))

    erp.endpoint.dress(answer)

    assert erp.caller.error(Got(answer.status, answer.content))
    assert bool(answer.error.get("passing")) == (why in PASSING)
    assert not answer.effect


def test_a_row_that_is_refused_by_itself_is_named_with_its_reason(erp: Side) -> None:
    content = erp.refund()
    wanted = erp.caller.create(content)
    received = erp.endpoint.receive(
        RawRequest(wanted.method, wanted.path, wanted.query, [*wanted.headers], wanted.body, began=1)
    )
    assert received.call is not None
    assert received.effect is not None
    received.call.failing, received.call.failing_for = frozenset({content["refund_id"]}), "order_unknown"

    answer = received.effect()

    said = [(row.refund, row.succ, row.code, row.passing) for row in answer.results]
    assert said == ([(content["refund_id"], False, "order_unknown", True)] if erp.profile.rows_apart else [])
    assert bool(erp.documents(content)) != erp.profile.rows_apart
