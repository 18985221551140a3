"""The words that lines of evidence are made of: who, what they did, what it was done to."""

from collections.abc import Mapping
from pathlib import Path

from simulator.phrase import Phrase, Wording, written

say = Wording(Path(__file__).with_name("words.zh.yaml"))

ACTORS: Mapping[str, Phrase] = {
    "integration": say("actor.integration", "integration"),
    "buyer": say("actor.buyer", "buyer"),
    "agent": say("actor.agent", "agent"),
    "platform": say("actor.platform", "platform"),
    "timer": say("actor.timer", "timer"),
    "staff": say("actor.staff", "staff"),
    "reviewer": say("actor.reviewer", "reviewer"),
    "warehouse": say("actor.warehouse", "warehouse"),
    "stranger": say("actor.stranger", "a stranger"),
    "harness": say("actor.harness", "harness"),
    "simulator": say("actor.simulator", "simulator"),
}

PAST: Mapping[str, Phrase] = {
    "apply": say("past.apply", "applied"),
    "modify": say("past.modify", "modified"),
    "withdraw": say("past.withdraw", "withdrew"),
    "ship_back": say("past.ship_back", "shipped back"),
    "correct_waybill": say("past.correct_waybill", "corrected the waybill"),
    "refill": say("past.refill", "filled in the parcel"),
    "intercept": say("past.intercept", "asked for an intercept"),
    "intercept_success": say("past.intercept_success", "stopped the parcel"),
    "intercept_failure": say("past.intercept_failure", "could not stop the parcel"),
    "negotiate": say("past.negotiate", "offered a return"),
    "accept_offer": say("past.accept_offer", "accepted the offer"),
    "decline_offer": say("past.decline_offer", "declined the offer"),
    "cancel_shipment": say("past.cancel_shipment", "cancelled the shipment"),
    "store_return": say("past.store_return", "stored the returned goods"),
    "receive_and_ship": say("past.receive_and_ship", "received the goods and shipped others"),
    "confirm": say("past.confirm", "confirmed the receipt"),
    "review": say("past.review", "reviewed"),
    "agree": say("past.agree", "agreed"),
    "agree_return": say("past.agree_return", "agreed to the return"),
    "refuse": say("past.refuse", "refused"),
    "refuse_return": say("past.refuse_return", "refused the returned goods"),
    "pay": say("past.pay", "paid"),
    "ship": say("past.ship", "shipped"),
    "void": say("past.void", "took the parcel back"),
    "timeout": say("past.timeout", "let the time limit pass"),
    "cancel_failed": say("past.cancel_failed", "could not stop the shipment"),
    "call_staff": say("past.call_staff", "called staff"),
    "complain": say("past.complain", "complained"),
    "withdraw_complaint": say("past.withdraw_complaint", "withdrew the complaint"),
    "step_in": say("past.step_in", "stepped in"),
    "ask_proof": say("past.ask_proof", "asked for proof"),
    "first_review": say("past.first_review", "reviewed the case"),
    "rule_for_buyer": say("past.rule_for_buyer", "ruled for the buyer"),
    "rule_return": say("past.rule_return", "ruled that the goods come back first"),
    "rule_for_seller": say("past.rule_for_seller", "ruled for the seller"),
    "reverse": say("past.reverse", "reversed the refund"),
    "advance": say("past.advance", "paid in advance"),
    "ask_advance": say("past.ask_advance", "asked for an advance"),
    "settle_advance": say("past.settle_advance", "settled the advance"),
    "refuse_advance": say("past.refuse_advance", "noted that the seller refused the advance's goods"),
    "close_advance": say("past.close_advance", "closed the advance"),
    "change_address": say("past.change_address", "changed the return address"),
    "extend": say("past.extend", "extended the time limit"),
    "remind": say("past.remind", "reminded of the time limit"),
    "constrain": say("past.constrain", "set the constraint"),
    "create": say("past.create", "created"),
    "update": say("past.update", "updated"),
    "approve": say("past.approve", "approved"),
    "approve_return": say("past.approve_return", "approved the return"),
    "receive": say("past.receive", "received the goods"),
    "approve_exchange": say("past.approve_exchange", "approved the exchange"),
    "refuse_exchange": say("past.refuse_exchange", "refused the exchange"),
    "approve_reship": say("past.approve_reship", "approved the re-send"),
    "refuse_reship": say("past.refuse_reship", "refused the re-send"),
    "edit": say("past.edit", "edited"),
    "message": say("past.message", "left a message"),
    "finish": say("past.finish", "finished the trade"),
    "create_trade": say("past.create_trade", "created the trade"),
    "open_shop": say("past.open_shop", "opened the shop"),
}
"""Actions as the ledger's `Changed` and `Decision` entries name them, in the past tense."""

DECISIONS: Mapping[str, Phrase] = {
    "approve": say("decided.approve", "approve"),
    "refuse": say("decided.refuse", "refuse"),
    "approve_return": say("decided.approve_return", "approve_return"),
    "receive": say("decided.receive", "receive"),
    "refuse_return": say("decided.refuse_return", "refuse_return"),
    "approve_exchange": say("decided.approve_exchange", "approve_exchange"),
    "refuse_exchange": say("decided.refuse_exchange", "refuse_exchange"),
    "approve_reship": say("decided.approve_reship", "approve_reship"),
    "refuse_reship": say("decided.refuse_reship", "refuse_reship"),
}
"""What the ERP's people decide, by the ERP's own words."""

ENTITIES: Mapping[str, Phrase] = {
    "refund": say("entity.refund", "refund"),
    "exchange": say("entity.exchange", "exchange"),
    "document": say("entity.document", "document"),
    "trade": say("entity.trade", "trade"),
    "order": say("entity.order", "order"),
    "shop": say("entity.shop", "shop"),
    "session": say("entity.session", "session"),
    "fault": say("entity.fault", "fault"),
    "hook": say("entity.hook", "hook"),
}

KINDS: Mapping[str, Phrase] = {
    "refund_only": say("kind.refund_only", "refund-only"),
    "return_refund": say("kind.return_refund", "return-refund"),
    "exchange": say("kind.exchange", "exchange"),
    "reship": say("kind.reship", "re-send"),
    "repair": say("kind.repair", "repair"),
}

FLAGS: Mapping[str, Phrase] = {
    "hold": say("flag.hold", "hold"),
    "booked": say("flag.booked", "booked"),
    "cancelled": say("flag.cancelled", "cancelled"),
}
"""What may be true of a document."""

EVENTS: Mapping[str, Phrase] = {
    "started": say("event.started", "started"),
    "settling": say("event.settling", "settling"),
    "ended": say("event.ended", "ended"),
    "ready": say("event.ready", "ready"),
    "attached": say("event.attached", "attached"),
    "killed": say("event.killed", "killed"),
    "exited": say("event.exited", "exited"),
    "recovered": say("event.recovered", "recovered"),
    "stopping": say("event.stopping", "stopping"),
    "sent": say("event.sent", "sent"),
    "answered": say("event.answered", "answered"),
    "refused": say("event.refused", "refused"),
    "failed": say("event.failed", "failed"),
    "opened": say("event.opened", "opened"),
    "closed": say("event.closed", "closed"),
    "taken_over": say("event.taken_over", "taken over"),
}
"""What happened to a play, a phase, a process or a callback."""

OUTCOMES: Mapping[str, Phrase] = {
    "passed": say("outcome.passed", "passed"),
    "failed": say("outcome.failed", "failed"),
    "inconclusive": say("outcome.inconclusive", "inconclusive"),
    "not applicable": say("outcome.inapplicable", "not applicable"),
}

PHASES: Mapping[str, Phrase] = {
    "start": say("phase.start", "start"),
    "doctor": say("phase.doctor", "doctor"),
    "stories": say("phase.stories", "stories"),
    "exploring": say("phase.exploring", "exploring"),
    "calendar": say("phase.calendar", "the calendar"),
    "load": say("phase.load", "load"),
    "settling": say("phase.settling", "settling"),
    "done": say("phase.done", "done"),
}

CALLS: Mapping[str, Phrase] = {
    "taobao.refunds.receive.get": say("call.list", "list refunds"),
    "taobao.refund.get": say("call.read", "read refund"),
    "taobao.refund.messages.get": say("call.messages", "read messages of"),
    "taobao.refund.refusereason.get": say("call.reasons", "read refusal reasons for"),
    "taobao.refund.refuse": say("call.refuse", "refuse"),
    "taobao.rp.refund.review": say("call.review", "review"),
    "taobao.rp.refunds.agree": say("call.agree", "agree"),
    "taobao.rp.returngoods.agree": say("call.agree_return", "agree to return"),
    "taobao.rp.returngoods.refuse": say("call.refuse_return", "refuse returned goods"),
    "taobao.logistics.address.search": say("call.addresses", "read return addresses"),
    "taobao.trade.fullinfo.get": say("call.trade", "read trade"),
    "taobao.time.get": say("call.time", "read time"),
    "erp.create": say("call.erp_create", "create document"),
    "erp.update": say("call.erp_update", "update document"),
    "erp.read": say("call.erp_read", "read document"),
    "erp.list": say("call.erp_list", "list documents"),
}
"""What each method does, in a word or two."""


def word(table: Mapping[str, Phrase], name: str) -> Phrase:
    """Return what *name* is called by *table*; the name itself, with spaces, where it has no word for it."""
    found = table.get(name)
    if found is not None:
        return found
    plain = name.replace("_", " ")
    return written(plain, f" {plain}")
