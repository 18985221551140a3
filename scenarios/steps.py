"""Reads the steps of a story: what somebody does, what is waited for, what goes wrong."""

from typing import Any, NoReturn

from scenarios import reactions, spans
from scenarios.acts import FORMS, KINDS, ActForm, unknown_act
from scenarios.circumstances import CIRCUMSTANCES
from scenarios.forms import (
    DOCUMENT_KINDS,
    DOCUMENT_STATUSES,
    EXCHANGE_STATUSES,
    HOOK_MOMENTS,
    MOMENTS,
    REPAIR_STATUSES,
    RESHIP_STATUSES,
    WAITS,
    yuan,
    yuan_text,
)
from scenarios.located import Located, key_of
from scenarios.names import Names
from scenarios.story import Arm, Crash, Do, Lift, Moment, Settle, Step, Together, TradeSpec, Wait
from scenarios.words import say
from simulator.errors import unknown_name
from simulator.faults.plan import CALLS, FAULTS, OF_A_SHOP
from simulator.tmall.refund import OPEN, TERMINAL

_SMALL_PAGE = 5
"""Rows that a page of any integration's list is taken to have at least."""
REFUND_STATUSES = tuple(sorted(OPEN | TERMINAL))
STATUSES_OF = {"document": DOCUMENT_STATUSES, "exchange": EXCHANGE_STATUSES, "reship": RESHIP_STATUSES}
STATUSES_OF |= {"repair": REPAIR_STATUSES}
"""The states that a wait may name, by what it looks at; those of refunds else."""
_WORDS = ("wait", "fault", "lift", "together", "setting", "shop_setting", "clock", "crash", "settle")
_BESIDES = frozenset({"at", "may_refuse", "reacts"})
"""Keys of a step that say when or how its act is done."""
_BARE = ("settle", "lift", "crash")
"""Steps that may stand as a single word."""
_LOST = {"answer": "lost-answer", "request": "lost-request"}


class Steps:
    """Reads one variant's steps in their order, so that a name is known only after the step that makes it."""

    def __init__(self, trades: tuple[TradeSpec, ...], values: dict[str, str], *, exclusive: bool) -> None:
        """Start with the story's *trades* and the variant's *values*."""
        self._trades = {trade.name: trade for trade in trades}
        self._values = values
        self._exclusive = exclusive
        self._names = Names(values)
        self._faults: dict[str, None] = {}

    def read(self, node: Located) -> tuple[Step, ...]:
        """Return the steps of the list *node*."""
        items = node.items()
        self._names.expect(items)
        return tuple(self._step(item) for item in items)

    def _step(self, node: Located) -> Step:
        if node.kind == "text":
            return self._word(node)
        pairs = node.mapping()
        word, value = next(((key, pairs[key]) for key in _WORDS if key in pairs), ("", node))
        if word == "together":
            self._only(pairs, ("together",))
            acts = tuple(self._do(item.mapping(), item) for item in value.items())
            if any(act.reacts for act in acts):
                value.fail(
                    say("reacts.together", "acts that are done together have no time of their own."),
                    say("reacts.apart", "Leave reacts away, or write each as a step."),
                )
            return Together(acts=acts, line=node.line)
        if word == "wait":
            self._only(pairs, ("wait",))
            return self._wait(value)
        if word == "fault":
            self._only(pairs, ("fault", "as"))
            return self._fault(value, pairs["as"].text() if "as" in pairs else "fault")
        if word == "lift":
            self._only(pairs, ("lift",))
            name = value.text() if value.kind == "text" else ""
            if name and name not in self._faults:
                raise unknown_name(
                    say("what.earlier_fault", "fault of an earlier step"), name, self._faults, where=value.where
                )
            return Lift(name=name, line=node.line)
        if word == "settle":
            return Settle(line=node.line)
        if word in CIRCUMSTANCES:
            self._only(pairs, (word,))
            self._everybody(word, node)
            return CIRCUMSTANCES[word](value, self._values)
        return self._do(pairs, node)

    def _word(self, node: Located) -> Step:
        word = node.text()
        if word not in _BARE:
            self._no_step(word, node)
        if word == "crash":
            self._everybody(word, node)
            return Crash(line=node.line)
        return Settle(line=node.line) if word == "settle" else Lift(line=node.line)

    def _everybody(self, word: str, node: Located) -> None:
        if not self._exclusive:
            whole = say("step.everybody", "{word} concerns every play of the run.", word=word)
            if word == "shop_setting":
                whole = say("step.whole_shop", "{word} concerns every play of the shop.", word=word)
            node.fail(whole, say("fault.exclusive", "Add exclusive: true to the story."))

    def _only(self, pairs: dict[str, Located], known: tuple[str, ...]) -> None:
        for key, value in pairs.items():
            if key not in known:
                raise unknown_name(key_of(known[0]), key, known, where=value.where)

    def _no_step(self, word: str, node: Located) -> NoReturn:
        if "." in word:
            unknown_act(word, node.where)
        raise unknown_name(say("what.step", "step"), word, [*_WORDS, *FORMS], where=node.where)

    def _do(self, pairs: dict[str, Located], node: Located) -> Do:
        names = [key for key in pairs if key not in _BESIDES]
        if len(names) != 1:
            node.fail(
                say(
                    "step.says",
                    "this step says {names}.",
                    names=", ".join(names) or say("step.nothing", "nothing to do"),
                ),
                say("step.is", "A step is one act (actor.verb)."),
            )
        name, value = names[0], pairs[names[0]]
        if name not in FORMS:
            self._no_step(name, value)
        at = self._moment(pairs["at"]) if "at" in pairs else None
        may_refuse = pairs["may_refuse"].flag() if "may_refuse" in pairs else False
        reacts = reactions.read(pairs["reacts"], name, pairs["reacts"].text(self._values)) if "reacts" in pairs else ""
        if at is not None and reacts:
            pairs["reacts"].fail(
                say("reacts.at", "at says when this is done, and so does reacts."),
                say("reacts.one", "Leave one of them away."),
            )
        form = FORMS[name]
        bare = value.kind not in {"mapping", "nothing"}
        if bare and form.about == "shop":
            value.fail(
                say("step.about_shop", "{name} is about the shop of the play, not a refund.", name=name),
                say("step.shop_form", "Write {name}: {{role: main}}.", name=name),
            )
        given = {"refund": value} if bare else {}
        if value.kind == "mapping":
            own = ("refund",) if form.about in {"refund", "apply"} else ()
            placed = ("of", "order") if form.about in {"apply", "order", "trade"} else ()
            turns = ("becomes",) if form.turns else ()
            given = value.keys((*own, *placed, *form.takes, *turns), name)
        for needed in form.needs:
            if needed not in given:
                value.fail(
                    say("step.lacks", "{name} lacks {needed}.", name=name, needed=needed),
                    say("step.needs", "It needs {names}.", names=", ".join(form.needs)),
                )
        args = {key: self._typed(item, form.takes[key]) for key, item in given.items() if key in form.takes}
        refund, trade, order = self._about(name, form, given, value)
        becomes = self._names.new(given["becomes"], 1) if "becomes" in given else ""
        if becomes and at is not None:
            given["becomes"].fail(
                say("step.turns_later", "an act that hangs on a call names no refund."),
                say("step.turns_now", "Let the exchange turn in a step of its own."),
            )
        told: dict[str, Any] = {"args": args, "may_refuse": may_refuse, "at": at, "reacts": reacts, "line": value.line}
        return Do(act=name, refund=refund, trade=trade, order=order, becomes=becomes, **told)

    def _about(self, name: str, form: ActForm, given: dict[str, Located], value: Located) -> tuple[str, str, int]:
        """Return the refund, the trade and the sub-order that an act is about."""
        if form.about == "shop":
            return "", "", 0
        if form.about == "refund":
            if "refund" not in given:
                value.fail(
                    say("step.no_refund", "{name} names no refund.", name=name),
                    say("step.refund_form", "Write {name}: r, or {name}: {{refund: r, …}}.", name=name),
                )
            return self._names.known(given["refund"]), "", 0
        if "refund" in given and form.about != "apply":
            value.fail(
                say("step.about_order", "{name} is about an order, not a refund.", name=name),
                say("step.order_form", "Write {of: TRADE, order: N}."),
            )
        trade = next(iter(self._trades))
        if "of" in given:
            trade = given["of"].one_of(self._trades, say("what.trade", "trade of this story"))
        orders = len(self._trades[trade].orders)
        order = given["order"].whole(least=1) if "order" in given else 0
        if order > orders or (not order and orders > 1 and form.about == "apply"):
            value.fail(
                say("step.which_order", "{name} does not say which of the {orders} orders.", name=name, orders=orders),
                say("step.order_number", "Write order: 1 to {orders}.", orders=orders),
            )
        if form.about != "apply":
            return "", trade, order
        if "refund" not in given:
            value.fail(
                say("step.no_name", "{name} gives the refund no name.", name=name),
                say("step.name_form", "Write {name}: {{refund: r, …}}.", name=name),
            )
        return self._names.new(given["refund"], self._trades[trade].many(_SMALL_PAGE)), trade, order

    def _typed(self, node: Located, kind: str) -> Any:
        """Return an argument of an act as the control API takes it."""
        if kind == "yuan":
            return yuan_text(yuan(node, node.text(self._values)))
        if kind == "kind":
            word = node.text(self._values)
            if word not in KINDS:
                raise unknown_name(say("what.kind", "kind of refund"), word, KINDS, where=node.where)
            return word
        if kind == "document_kind":
            word = node.text(self._values)
            if word not in DOCUMENT_KINDS:
                raise unknown_name(
                    say("what.document_kind", "kind of document"), word, DOCUMENT_KINDS, where=node.where
                )
            return word
        if kind == "span":
            return spans.check(node, node.text(self._values))
        if kind == "flag":
            return node.flag()
        return node.whole() if kind == "whole" else node.text(self._values)

    def _moment(self, node: Located) -> Moment:
        pairs = node.keys(("call", "refund", "page", "moment"), "at")
        listed = "page" in pairs and "refund" not in pairs
        for key in ("call", "page" if listed else "refund", "moment"):
            if key not in pairs:
                node.fail(
                    say("step.lacks", "{name} lacks {needed}.", name="at", needed=key),
                    say("at.form", "It is {call: tmall.agree, refund: r, moment: before effect}."),
                )
        moment = pairs["moment"].text(self._values)
        if moment not in HOOK_MOMENTS:
            raise unknown_name(say("what.moment", "moment"), moment, HOOK_MOMENTS, where=pairs["moment"].where)
        call = self._call(pairs["call"])
        if not listed:
            return Moment(call=call, refund=self._names.known(pairs["refund"]), moment=moment)
        if not self._exclusive:
            node.fail(
                say("at.whole_list", "a page of the list is every play's of the shop."),
                say("fault.exclusive", "Add exclusive: true to the story."),
            )
        return Moment(call=call, refund="", moment=moment, page=pairs["page"].whole(least=1))

    def _call(self, node: Located) -> str:
        call = node.text(self._values)
        if call not in CALLS:
            raise unknown_name(say("what.call", "call"), call, CALLS, where=node.where)
        return call

    def _wait(self, node: Located) -> Wait:
        pairs = node.mapping()
        # `call` and `refund` may stand together: the call is then what is waited for.
        kind = next((kind for kind in ("call", *WAITS) if WAITS[kind].key in pairs), "")
        if not kind:
            known = [form.key for form in WAITS.values()]
            raise unknown_name(say("what.wait", "wait"), next(iter(pairs), "nothing"), known, where=node.where)
        form = WAITS[kind]
        node.keys((form.key, *form.takes), say("name.wait", "wait for {key}", key=form.key))
        subject = pairs[form.key]
        wants = {key: self._wanted(kind, pairs[key], form.takes[key]) for key in form.takes if key in pairs}
        if kind == "fault":
            name = subject.text()
            if name not in self._faults:
                raise unknown_name(
                    say("what.earlier_fault", "fault of an earlier step"), name, self._faults, where=subject.where
                )
            return Wait(kind=kind, of=name, wants=wants, line=node.line)
        if kind == "call":
            if "refund" not in pairs:
                node.fail(
                    say("wait.whose", "this wait does not say whose call."),
                    say("wait.call_form", "Write {call: tmall.agree, refund: r}."),
                )
            refund = wants.pop("refund")
            return Wait(kind=kind, of=refund, wants={"call": self._call(subject), **wants}, line=node.line)
        return Wait(kind=kind, of=self._names.known(subject), wants=wants, line=node.line)

    def _wanted(self, kind: str, node: Located, form: str) -> Any:
        if form == "yuan":
            return yuan(node, node.text(self._values))
        if form == "refund":
            return self._names.known(node)
        if form == "moment":
            return node.one_of(MOMENTS, say("what.call_moment", "moment of a call"))
        if form == "words":
            known = STATUSES_OF.get(kind, REFUND_STATUSES)
            items = [node] if node.kind != "list" else node.items()
            for item in items:
                if item.text(self._values) not in known:
                    what = say("what.status", "status of a {kind}", kind=kind)
                    raise unknown_name(what, item.text(self._values), known, where=item.where)
            return [item.text(self._values) for item in items]
        return self._typed(node, form)

    def _fault(self, node: Located, name: str) -> Arm:
        pairs = node.mapping()
        short = next((key for key in pairs if key in CALLS), "")
        fault, call, refund, used = self._lost(pairs, short, node) if short else self._general(pairs, node)
        kind = FAULTS[fault]
        numbers = {}
        options = {}
        for key, value in pairs.items():
            if key in ("times", "skip", "page"):
                numbers[key] = value.whole(self._values)
            elif key in kind.options:
                options[key] = value.text(self._values)
            elif key not in used:
                known = [*used, "times", "skip", "page", *kind.options]
                raise unknown_name(key_of(say("name.fault", "fault {name}", name=fault)), key, known, where=value.where)
        reached = call or kind.call
        if reached in OF_A_SHOP and not self._exclusive:
            node.fail(
                say(
                    "fault.strikes_all", "{fault} on {call} strikes every play of the shop.", fault=fault, call=reached
                ),
                say("fault.exclusive", "Add exclusive: true to the story."),
            )
        self._faults[name] = None
        return Arm(fault=fault, name=name, call=call, refund=refund, options=options, line=node.line, **numbers)

    def _lost(self, pairs: dict[str, Located], short: str, node: Located) -> tuple[str, str, str, tuple[str, ...]]:
        """Read the short form `{erp.create: r, lose: answer, after: effect}`."""
        if "lose" not in pairs:
            node.fail(
                say("fault.unclear", "the fault on {call} does not say what happens.", call=short),
                say("fault.lose_form", "Write lose: answer, or lose: request."),
            )
        what = pairs["lose"].one_of(("answer", "request"), say("what.lost", "thing to lose"))
        for key, right in (("after", "answer"), ("before", "request")):
            if key in pairs and (pairs[key].text() != "effect" or what != right):
                pairs[key].fail(
                    say("fault.says", "{key} says {text}.", key=key, text=repr(pairs[key].text())),
                    say("fault.goes_with", "{key}: effect goes with lose: {right}.", key=key, right=right),
                )
        subject = pairs[short]
        refund = self._names.known(subject, later=True) if subject.kind != "nothing" else ""
        if refund not in self._names.count and "." not in refund:
            # The refund gets its number later. Until then the fault is this play's, which must have no other.
            if len(set(self._names.later)) > 1:
                subject.fail(
                    say("step.too_early", "refund {name} does not exist yet.", name=refund),
                    say("fault.arm_later", "Among several refunds, arm it after buyer.apply."),
                )
            refund = ""
        return _LOST[what], short, refund, (short, "lose", "after", "before")

    def _general(self, pairs: dict[str, Located], node: Located) -> tuple[str, str, str, tuple[str, ...]]:
        """Read the general form `{fault: isp-error, call: tmall.detail, refund: r, times: 3}`."""
        if "fault" not in pairs:
            first = next(iter(pairs.values()), node)
            first.fail(
                say("fault.neither", "this names neither a fault nor a call."),
                say("fault.known", "Faults: {names}.", names=", ".join(sorted(FAULTS))),
            )
        fault = pairs["fault"].text(self._values)
        if fault not in FAULTS:
            raise unknown_name(say("what.fault", "fault"), fault, FAULTS, where=pairs["fault"].where)
        call = self._call(pairs["call"]) if "call" in pairs else ""
        refund = self._names.known(pairs["refund"]) if "refund" in pairs else ""
        return fault, call, refund, ("fault", "call", "refund")
