"""Writes a story as YAML that `scenarios.reading` reads back as the same story (generated ones are kept so)."""

from typing import Any

import yaml

from scenarios.acts import FORMS
from scenarios.forms import WAITS, yuan_text
from scenarios.story import Arm, Crash, Do, Lift, MoveOn, Set, Settle, Step, Story, Together, TradeSpec, Wait


def story_yaml(story: Story, *, variant: int = 0) -> str:
    """Return the YAML of *story*; of several variants the one chosen, its values filled in."""
    chosen = story.variants[variant]
    plain: dict[str, Any] = {"id": story.id, "title": story.title}
    plain |= {"tells": story.tells} if story.tells else {}
    plain |= {"judges": list(story.judges)} if story.judges else {}
    plain |= {"requires": list(story.requires)} if story.requires else {}
    plain |= {"exclusive": True} if story.exclusive else {}
    plain |= {"among": story.among} if story.among else {}
    plain |= {"twin": story.twin} if story.twin else {}
    plain["given"] = {"trades": {trade.name: _trade(trade) for trade in chosen.trades}}
    plain["steps"] = [_step(step) for step in chosen.steps]
    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110)


def _trade(trade: TradeSpec) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    plain |= {"shipped": True} if trade.shipped else {}
    plain |= {"finished": True} if trade.finished else {}
    plain |= {"post_fee": yuan_text(trade.post_fee)} if trade.post_fee else {}
    plain |= {"count": trade.count} if trade.count > 1 else {}
    plain |= {"pages": trade.pages} if trade.pages else {}
    plain |= {"more": trade.more} if trade.more else {}
    plain["orders"] = [
        {
            **{key: value for key in ("sku", "title") if (value := getattr(order, key))},
            "price": yuan_text(order.price),
            "num": order.num,
            **({"paid": yuan_text(order.paid)} if order.paid is not None else {}),
        }
        for order in trade.orders
    ]
    return plain


def _step(step: Step) -> Any:
    match step:
        case Do():
            return _do(step)
        case Together():
            return {"together": [_do(act) for act in step.acts]}
        case Wait():
            return {"wait": _wait(step)}
        case Arm():
            return {"fault": _arm(step), "as": step.name}
        case Lift():
            return {"lift": step.name} if step.name else "lift"
        case Set():
            return {"shop_setting" if step.shop else "setting": step.values}
        case MoveOn():
            return {"clock": {"to": step.to} if step.to else {"by": f"{step.by:g}s"}}
        case Crash():
            return {"crash": {"down": step.down}} if step.down else "crash"
        case Settle():
            return "settle"


def _do(step: Do) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    if step.at:
        which = {"page": step.at.page} if step.at.page else {"refund": step.at.refund}
        plain["at"] = {"call": step.at.call, **which, "moment": step.at.moment}
    plain |= {"reacts": step.reacts} if step.reacts else {}
    about = FORMS[step.act].about
    value: dict[str, Any] = {"refund": step.refund} if step.refund else {}
    value |= {"of": step.trade} if about not in {"refund", "shop"} and step.trade else {}
    value |= {"order": step.order} if step.order else {}
    value |= step.args
    value |= {"becomes": step.becomes} if step.becomes else {}
    plain[step.act] = value
    return plain | ({"may_refuse": True} if step.may_refuse else {})


def _wait(step: Wait) -> dict[str, Any]:
    wants = dict(step.wants)
    if "amount" in wants:
        wants["amount"] = yuan_text(wants["amount"])
    if step.kind == "call":
        return {"call": wants.pop("call"), "refund": step.of, **wants}
    return {WAITS[step.kind].key: step.of, **wants}


def _arm(step: Arm) -> dict[str, Any]:
    plain: dict[str, Any] = {"fault": step.fault}
    plain |= {key: value for key in ("call", "refund", "skip", "page") if (value := getattr(step, key))}
    return plain | {"times": step.times} | step.options
