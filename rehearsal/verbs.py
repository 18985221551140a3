"""The actions of a refund's life as a diagram names them, in both languages."""

from rehearsal.words import both, same


def verb(action: str) -> dict[str, str]:
    """Return what *action* (of a `Changed`, a `Decision` or a method) is called, in both languages."""
    return {
        "apply": both("verb.apply", "apply"),
        "modify": both("verb.modify", "modify"),
        "withdraw": both("verb.withdraw", "withdraw"),
        "ship_back": both("verb.ship_back", "ship back"),
        "correct_waybill": both("verb.correct_waybill", "correct waybill"),
        "message": both("verb.message", "message"),
        "timeout": both("verb.timeout", "time limit passes"),
        "refill": both("verb.refill", "fill in parcel"),
        "intercept": both("verb.intercept", "ask for intercept"),
        "intercept_success": both("verb.intercept_success", "stop parcel"),
        "intercept_failure": both("verb.intercept_failure", "fail to stop parcel"),
        "negotiate": both("verb.negotiate", "offer return"),
        "accept_offer": both("verb.accept_offer", "accept offer"),
        "decline_offer": both("verb.decline_offer", "decline offer"),
        "ship": both("verb.ship", "ship"),
        "finish": both("verb.finish", "finish trade"),
        "approve": both("verb.approve", "approve"),
        "approve_return": both("verb.approve_return", "approve return"),
        "receive": both("verb.receive", "receive goods"),
        "approve_exchange": both("verb.approve_exchange", "approve exchange"),
        "refuse_exchange": both("verb.refuse_exchange", "refuse exchange"),
        "approve_reship": both("verb.approve_reship", "approve re-send"),
        "refuse_reship": both("verb.refuse_reship", "refuse re-send"),
        "edit": both("verb.edit", "edit"),
        "review": both("verb.review", "review"),
        "agree": both("verb.agree", "agree"),
        "agree_return": both("verb.agree_return", "agree to return"),
        "refuse": both("verb.refuse", "refuse"),
        "refuse_return": both("verb.refuse_return", "refuse goods"),
        "create": both("verb.create", "create document"),
        "update": both("verb.update", "update document"),
    }.get(action, same(action.replace("_", " ")))


def with_rest(words: dict[str, str], rest: str | dict[str, str]) -> dict[str, str]:
    """Return *words* followed by *rest*, which reads the same in both languages unless it is a pair itself."""
    more = same(rest) if isinstance(rest, str) else rest
    return {language: f"{text} {more[language]}".rstrip() for language, text in words.items()}


METHODS = {
    "taobao.rp.refund.review": "review",
    "taobao.rp.refunds.agree": "agree",
    "taobao.rp.returngoods.agree": "agree_return",
    "taobao.rp.returngoods.refuse": "refuse_return",
    "taobao.refund.refuse": "refuse",
    "erp.create": "create",
    "erp.update": "update",
}
"""The action that a call asks for."""
