"""The acts of stories: `actor.verb`, what each is about, and the types of its arguments.

What they do is told by `simulator.actors`; a test holds the two lists together.
"""

from collections.abc import Mapping
from typing import NoReturn

import msgspec

from scenarios.words import say
from simulator.errors import UserError, with_nearest
from simulator.tmall.refund import SPECIAL

KINDS = ("refund_only", "return_refund")
HANDLED = (*KINDS, "exchange", "reship", *SPECIAL)
"""What a target can declare to handle."""


class ActForm(msgspec.Struct, frozen=True):
    """How an act is written in a story."""

    about: str
    """`apply` (creates a refund on a sub-order), `refund`, `order`, `trade` or `shop` (that of the play)."""
    takes: Mapping[str, str] = {}
    """Argument name to its type: yuan, text, kind, whole, flag, span."""
    needs: tuple[str, ...] = ()
    named: str = "refund"
    """What the control API calls the number that a story names; those of exchanges and re-sends are refund numbers."""
    turns: bool = False
    """Whether an exchange may become a refund by it, which `becomes` names."""


_TEXT = {"text": "text"}


def _exchange(takes: Mapping[str, str] | None = None, needs: tuple[str, ...] = ()) -> ActForm:
    return ActForm("refund", takes or {}, needs, "exchange")


def _repair(takes: Mapping[str, str] | None = None, needs: tuple[str, ...] = ()) -> ActForm:
    return ActForm("refund", takes or {}, needs, "repair")


def _reship(takes: Mapping[str, str] | None = None, needs: tuple[str, ...] = ()) -> ActForm:
    return ActForm("refund", takes or {}, needs, "reship")


FORMS: Mapping[str, ActForm] = {
    "buyer.apply": ActForm(
        "apply",
        {
            "kind": "kind",
            "amount": "yuan",
            "num": "whole",
            "reason": "text",
            "desc": "text",
            "received": "flag",
            "purpose": "text",
            "constraint": "text",
            "instant": "flag",
        },
    ),
    "buyer.modify": ActForm("refund", {"amount": "yuan", "kind": "kind", "reason": "text", "desc": "text"}),
    "buyer.withdraw": ActForm("refund"),
    "buyer.ship_back": ActForm("refund", {"company": "text", "waybill": "text"}, ("company", "waybill")),
    "buyer.correct_waybill": ActForm("refund", {"company": "text", "waybill": "text"}),
    "buyer.message": ActForm("refund", {"content": "text", "pictures": "whole"}, ("content",)),
    "buyer.call_staff": ActForm("refund", _TEXT),
    "buyer.complain": ActForm("refund", _TEXT),
    "buyer.withdraw_complaint": ActForm("refund"),
    "buyer.accept_offer": ActForm("refund"),
    "buyer.decline_offer": ActForm("refund", _TEXT),
    "buyer.ask_advance": ActForm("refund"),
    "agent.agree": ActForm("refund", _TEXT),
    "agent.agree_return": ActForm("refund", _TEXT),
    "agent.refuse": ActForm("refund", _TEXT),
    "agent.change_address": ActForm("refund", {"address": "text", "text": "text"}),
    "agent.call_staff": ActForm("refund", _TEXT),
    "agent.withdraw_complaint": ActForm("refund"),
    "agent.ship": ActForm("order"),
    "agent.switch_ag": ActForm("trade", {"on": "flag"}),
    "staff.step_in": ActForm("refund", _TEXT),
    "staff.ask_proof": ActForm("refund", _TEXT),
    "staff.review": ActForm("refund", {"passed": "flag"}),
    "staff.rule": ActForm("refund", {"for": "text", "return": "flag", "text": "text"}, ("for",), turns=True),
    "staff.reverse": ActForm("refund", _TEXT),
    "platform.timer": ActForm("refund", turns=True),
    "platform.extend": ActForm("refund", {"hours": "whole"}, ("hours",)),
    "platform.set_deadline": ActForm("refund", {"left": "span"}, ("left",)),
    "platform.remind": ActForm("refund"),
    "platform.constrain": ActForm("refund", {"constraint": "text"}, ("constraint",)),
    "platform.advance": ActForm("apply", {"amount": "yuan", "reason": "text"}),
    "platform.end_advance": ActForm("refund", {"outcome": "text"}),
    "platform.intercept": ActForm("refund", {"outcome": "text"}),
    "platform.finish": ActForm("trade"),
    "platform.receive": ActForm("trade"),
    "platform.expire_session": ActForm("shop", {"role": "text"}),
    "agent.revoke_session": ActForm("shop", {"role": "text"}),
    "buyer.apply_exchange": ActForm("apply", {"wanted": "text", "reason": "text", "desc": "text"}, ("wanted",)),
    "buyer.modify_exchange": _exchange({"wanted": "text", "reason": "text", "desc": "text"}),
    "buyer.withdraw_exchange": _exchange(),
    "buyer.ship_back_exchange": _exchange({"company": "text", "waybill": "text"}, ("company", "waybill")),
    "buyer.confirm_exchange": _exchange(),
    "buyer.message_exchange": _exchange({"content": "text"}, ("content",)),
    "agent.agree_exchange": _exchange(_TEXT),
    "agent.refuse_exchange": _exchange(_TEXT),
    "agent.receive_exchange": _exchange(),
    "agent.ship_exchange": _exchange({"company": "text", "waybill": "text"}, ("company", "waybill")),
    "buyer.apply_reship": ActForm("apply", {"num": "whole", "reason": "text", "desc": "text"}),
    "buyer.modify_reship": _reship({"num": "whole", "reason": "text", "desc": "text"}),
    "buyer.withdraw_reship": _reship(),
    "buyer.confirm_reship": _reship(),
    "buyer.message_reship": _reship({"content": "text"}, ("content",)),
    "agent.agree_reship": _reship(_TEXT),
    "agent.refuse_reship": _reship(_TEXT),
    "agent.ship_reship": _reship({"company": "text", "waybill": "text"}, ("company", "waybill")),
    "buyer.apply_repair": ActForm("apply", {"reason": "text", "desc": "text"}),
    "buyer.modify_repair": _repair({"reason": "text", "desc": "text"}),
    "buyer.withdraw_repair": _repair(),
    "buyer.ship_back_repair": _repair({"company": "text", "waybill": "text"}, ("company", "waybill")),
    "buyer.confirm_repair": _repair(),
    "buyer.message_repair": _repair({"content": "text"}, ("content",)),
    "agent.agree_repair": _repair(_TEXT),
    "agent.refuse_repair": _repair(_TEXT),
    "agent.ship_repair": _repair({"company": "text", "waybill": "text"}, ("company", "waybill")),
    "reviewer.approve": ActForm("refund", _TEXT),
    "reviewer.refuse": ActForm("refund", {"text": "text", "proof": "text", "reason": "text"}, ("text",)),
    "reviewer.approve_return": ActForm("refund", {"address": "text"}),
    "reviewer.edit": ActForm("refund", {"note": "text"}, ("note",)),
    "reviewer.recover": ActForm("refund"),
    "reviewer.relabel": ActForm("shop", {"field": "text", "label": "text"}, ("field", "label")),
    "reviewer.approve_exchange": ActForm("refund", {"address": "text", "text": "text"}),
    "reviewer.refuse_exchange": ActForm("refund", {"text": "text", "proof": "text", "reason": "text"}, ("text",)),
    "reviewer.approve_reship": ActForm("refund", _TEXT),
    "reviewer.refuse_reship": ActForm("refund", {"text": "text", "proof": "text", "reason": "text"}, ("text",)),
    "stranger.callback": ActForm("refund", {"defect": "text"}, ("defect",)),
    "warehouse.receive": ActForm("refund", {"quantity": "whole", "receipt": "text", "text": "text"}),
    "warehouse.refuse": ActForm("refund", {"text": "text", "proof": "text", "reason": "text"}, ("text",)),
    "warehouse.intercept": ActForm("refund", {"result": "text"}, ("result",)),
    "warehouse.ship": ActForm("order", {"company": "text", "waybill": "text"}),
    "warehouse.ship_exchange": ActForm("refund", {"company": "text", "waybill": "text"}, ("company", "waybill")),
    "warehouse.ship_reship": ActForm("refund", {"company": "text", "waybill": "text"}, ("company", "waybill")),
}


def unknown_act(name: str, where: str) -> NoReturn:
    """Raise the error for *name*, which is no act: the nearest one, and the acts of that actor or the actors.

    Raises:
        UserError: always.
    """
    actor = name.partition(".")[0]
    own = [known for known in FORMS if known.startswith(f"{actor}.")]
    if own:
        verbs = ", ".join(act.partition(".")[2] for act in own)
        listed = say("act.verbs", "Acts of {actor}: {verbs}.", actor=actor, verbs=verbs)
    else:
        listed = say(
            "act.actors", "Actors: {names}.", names=", ".join(sorted({act.partition(".")[0] for act in FORMS}))
        )
    message = say("act.unknown", "{name} is not an act.", name=name)
    raise UserError(message, where=where, expected=with_nearest(name, FORMS, listed))
