"""A model that walks the life-cycle table, so that most acts of a generated story are possible when they are played.

It knows what the platform will do, and what a correct integration will do about a decision. Where the two race it
stops being *sure*, and from there on nothing is waited for, because it may never come.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from contract_tests.claims import CALLS, Claim, Faults, Goods, Money
from contract_tests.moves import Move
from scenarios.acts import KINDS
from scenarios.story import Arm, Do, Moment, OrderSpec, Settle, Step, Story, TradeSpec, Variant, Wait
from simulator.act import yuan
from simulator.tmall.exchange import EXCHANGE, PENDING, RESHIP, RETURNED, TURNED_TO_REFUND, WAIT_SELLER_SHIP
from simulator.tmall.refund import CLOSED, SUCCESS

T = TypeVar("T")

AMOUNTS = (1, 29, 115, 435, 835, 1999, 14505, 103445, 999999)
"""Fen. Most are traps for binary floats: 100 times the yuan is not a whole number there. None is above what the
platform lets anybody agree to in one call (10,000 yuan)."""

WISHES = ("颜色:蓝色", "颜色:绿色", "尺码:XL", "颜色:蓝色;尺码:L")
"""What buyers want instead."""

WORDS = ("碎了一只", "少发一件", "配件缺失", "包裹里没有")
"""What buyers say of goods that are to be sent once more."""


LONGER = 3
"""Acts more that a story has which begins with goods: their way is longer than that of money."""


_MOSTLY = (True,) * 11 + (False,)
"""Of the many decisions on the way of goods few are raced, or it would end nowhere."""


class Pick(Protocol):
    """Chooses one of *options*; all of the generator's chance goes through it."""

    def __call__(self, options: Sequence[T]) -> T:
        """Return one of *options*."""


class Walk:
    """One story in the making."""

    def __init__(self, pick: Pick, kinds: Sequence[str]) -> None:
        """Draw the trade; *kinds* are what the integration handles: kinds of refunds, exchange, reship."""
        self._pick = pick
        self._kinds = kinds
        self._refunds = [kind for kind in kinds if kind in KINDS]
        prices = [pick(AMOUNTS) for _ in range(pick((1, 1, 1, 2, 2, 3)))]
        self._orders = tuple(
            OrderSpec(price=price, num=1 if price == max(AMOUNTS) else pick((1, 1, 2)), sku=f"SKU-{number}")
            for number, price in enumerate(prices)
        )
        shipped = "refund_only" not in kinds or pick((True, True, False))
        self._trade = TradeSpec(orders=self._orders, shipped=shipped)
        self._shipped = [shipped] * len(self._orders)
        self._left = [order.price * order.num for order in self._orders]
        self._claims: list[Claim] = []
        self._steps: list[Step] = []
        self._judges: dict[str, None] = {"PRO-01": None}
        self._faults = 0

    def story(self, beats: int) -> Story:
        """Walk *beats* steps and return the story."""
        self._apply(0)
        longer = LONGER if isinstance(self._claims[0], Goods) else 0
        for _ in range(beats + longer):
            deeds = self._possible()
            if not deeds:
                break
            self._pick(deeds)()
        acts = [step.act for step in self._steps if isinstance(step, Do)]
        used = sorted({claim.kind for claim in self._claims if claim.kind in self._kinds})
        return Story(
            id="X",
            title={"en": ", ".join(acts), "zh": "、".join(acts)},
            judges=tuple(sorted(self._judges)),
            variants=(Variant(trades=(self._trade,), steps=(*self._steps, Settle())),),
            requires=tuple(used),
        )

    def _possible(self) -> list[Callable[[], None]]:
        """Return everything that somebody can do now, as often as it weighs."""
        deeds: list[Callable[[], None]] = []
        for claim in self._claims:
            if claim.over:
                continue
            for move in claim.moves.values():
                if self._can(claim, move):
                    deeds += [self._deed(claim, move)] * move.weight
        for order, left in enumerate(self._left):
            open_ones = [claim for claim in self._claims if claim.order == order and not claim.ended]
            if left and not open_ones and len(self._claims) < 3:
                deeds += [lambda order=order: self._apply(order)] * 2  # type: ignore[misc]  # bound at once
        return deeds

    def _deed(self, claim: Claim, move: Move) -> Callable[[], None]:
        return lambda: self._decide(claim, move) if move.decides else self._move(claim, move)

    def _can(self, claim: Claim, move: Move) -> bool:
        if move.decides and not claim.sure and not claim.seen:
            return False  # nobody can decide about a document that may not exist
        if move.before and (claim.due or not claim.sure):
            return False  # a decision under way would fail for a reason that the integration cannot help
        if isinstance(claim, Money) and not self._may(claim, move):
            return False
        if isinstance(claim, Goods) and not _may_send(claim, move):
            return False
        shipped = self._shipped[claim.order]
        now = (claim.status, claim.due) if claim.due else (claim.status,)
        return any(claim.leads_to(move, status, shipped=shipped) for status in now)

    def _may(self, claim: Money, move: Move) -> bool:
        """Tell whether the amount of *claim*, and the kinds that the integration handles, allow *move*."""
        match move.name:
            case "raise":
                return claim.amount < self._left[claim.order]
            case "lower":
                return claim.amount > 1
            case "staff_return":
                return "return_refund" in self._kinds
            case "switch":
                return self._shipped[claim.order] and len(self._refunds) > 1
        return True

    def _apply(self, order: int) -> None:
        kinds = self._applicable(order)
        if not kinds:
            return
        kind = self._pick(kinds)
        again = any(other.order == order for other in self._claims)
        sure = not again or all(other.sure for other in self._claims if other.order == order)
        if kind in KINDS:
            claim, act, args = self._money(order, kind)
        else:
            claim, act, args = self._goods(order, kind)
        claim.sure = sure
        self._claims.append(claim)
        self._steps.append(
            Do(
                act=act,
                refund=claim.name,
                trade=self._trade.name,
                order=self._number(order),
                args=args,
                may_refuse=again,
            )
        )
        self._disturb(claim, claim.importing)
        self._pause(claim)

    def _applicable(self, order: int) -> Sequence[str]:
        """Return the kinds that one can apply for: of goods that have not left only the money."""
        return [kind for kind in self._kinds if self._shipped[order] or kind == "refund_only"]

    def _money(self, order: int, kind: str) -> tuple[Claim, str, dict[str, Any]]:
        left = self._left[order]
        amount = self._pick([left, *[fen for fen in (*AMOUNTS, left - 1, left // 2) if 0 < fen < left]])
        self._judges |= {"MNY-02": None, "DUP-03": None}
        claim = Money(name=self._name(), order=order, kind=kind, amount=amount)
        args = {"kind": kind, "amount": yuan(amount), "reason": self._pick(("不想要了", "商品破损"))}
        return claim, "buyer.apply", args

    def _goods(self, order: int, kind: str) -> tuple[Claim, str, dict[str, Any]]:
        self._judges |= {"ORD-06": None}
        claim = Goods(name=self._name(), order=order, kind=kind, num=self._orders[order].num)
        act = "buyer.apply_exchange" if kind == EXCHANGE else "buyer.apply_reship"
        return claim, act, self._wishes(claim) | {"reason": self._pick(("商品破损", "颜色不喜欢"))}

    def _name(self) -> str:
        return f"r{len(self._claims) + 1}"

    def _number(self, order: int) -> int:
        return order + 1 if len(self._orders) > 1 else 0

    def _move(self, claim: Claim, move: Move) -> None:
        """Let the buyer, the agent or a timer do something on the platform."""
        raced = bool(claim.due)
        claim.sure = claim.sure and not raced
        shipped = self._shipped[claim.order]
        was = claim.status if claim.leads_to(move, claim.status, shipped=shipped) else claim.due
        target = claim.leads_to(move, was, shipped=shipped)
        ships = move.act == "agent.ship"
        self._steps += [Do(act=act, refund=claim.name) for act in move.before]
        self._shipped[claim.order] |= ships
        turned = self._turned(claim, was) if target == TURNED_TO_REFUND else None
        self._steps.append(
            Do(
                act=move.act,
                refund="" if ships else claim.name,
                trade=self._trade.name if ships else "",
                order=self._number(claim.order) if ships else 0,
                becomes=turned.name if turned else "",
                args=self._args(claim, move),
                may_refuse=not claim.sure,
            )
        )
        self._steps += [Do(act=act, refund=claim.name, may_refuse=not claim.sure) for act in move.after]
        claim.status = target
        claim.due = ""
        self._pause(claim)
        if turned:
            self._claims.append(turned)
            self._pause(turned)

    def _turned(self, claim: Claim, was: str) -> Claim:
        """Return the refund into which an exchange in state *was* turns: of what is left, and of goods not yet back."""
        kind = "refund_only" if was in (RETURNED, WAIT_SELLER_SHIP) else "return_refund"
        refund = Money(name=self._name(), order=claim.order, kind=kind, amount=self._left[claim.order])
        if kind in self._kinds:
            refund.sure = claim.sure
            self._judges |= {"MNY-02": None, "DUP-03": None}
        else:
            refund.give_up()
        return refund

    def _args(self, claim: Claim, move: Move) -> dict[str, Any]:
        """Return the act's arguments, and note in *claim* what they change."""
        if move.name in ("ship_back", "correct_waybill"):
            claim.waybill = f"SF{len(self._steps):04d}{claim.name[1:]}"
            return {"company": "顺丰速运", "waybill": claim.waybill}
        if move.action in ("ship", "receive_and_ship") and isinstance(claim, Goods):
            return {"company": "中通快递", "waybill": f"ZT{len(self._steps):04d}{claim.name[1:]}"}
        if move.decides and move.name in ("refuse", "refuse_goods"):
            text = self._pick(("请提供照片", "商品已被使用，影响二次销售"))
            return {"text": text, "proof": "photo"}
        if isinstance(claim, Money):
            return self._terms(claim, move)
        if isinstance(claim, Goods) and move.name == "modify":
            claim.modified, claim.approved = True, False
            return self._wishes(claim)
        return dict(move.args)

    def _terms(self, claim: Money, move: Move) -> dict[str, Any]:
        """Return what *move* says of money and kind, and note it."""
        left = self._left[claim.order]
        if move.name in ("raise", "lower"):
            low, high = (claim.amount + 1, left) if move.name == "raise" else (1, claim.amount - 1)
            claim.amount = self._pick([fen for fen in (high, low, (low + high) // 2, *AMOUNTS) if low <= fen <= high])
            claim.modified = True
            return {"amount": yuan(claim.amount)}
        if move.name == "switch":
            claim.kind = next(kind for kind in self._refunds if kind != claim.kind)
            claim.modified = True
            return {"kind": claim.kind}
        if move.name == "staff_return":
            claim.kind, claim.modified = "return_refund", True
        return dict(move.args)

    def _wishes(self, claim: Goods) -> dict[str, Any]:
        """Return other wishes of the buyer than *claim* has, and note them."""
        known = WISHES if claim.kind == EXCHANGE else WORDS
        claim.wanted = self._pick([wish for wish in known if wish != claim.wanted])
        if claim.kind == EXCHANGE:
            return {"wanted": claim.wanted}
        claim.num = self._pick(range(1, self._orders[claim.order].num + 1))
        return {"num": claim.num, "desc": claim.wanted}

    def _decide(self, claim: Claim, move: Move) -> None:
        """Let the reviewer or the warehouse decide about the ERP's document."""
        calm = claim.sure and not claim.due
        if calm and (not claim.seen or (claim.seen != claim.content and self._pick((True, True, False)))):
            self._see(claim)
        current = calm and claim.seen == claim.content
        target = claim.leads_to(move, claim.status, shipped=self._shipped[claim.order]) or claim.status
        hooked = current and self._race(claim, move, target)
        if current and not hooked:
            self._disturb(claim, claim.deciding(move, target))
        parts = current and not hooked and self._first_piece(claim, move)
        args = self._args(claim, move)
        self._steps.append(Do(act=move.act, refund=claim.name, args=args, may_refuse=parts or not current))
        if not current or hooked:
            claim.sure = False
            claim.further += 1
            claim.due = target
            return
        if not move.action:
            claim.approved = True  # type: ignore[attr-defined]  # of a re-send alone
            return
        self._judge(claim, move, target)
        claim.due = target
        if self._pick(_MOSTLY if isinstance(claim, Goods) else (True, True, True, False)):
            self._steps.append(Wait(kind=claim.looked_at, of=claim.name, wants={"status": [target]}))
            claim.status, claim.due = target, ""
            self._rest(claim)
            if self._pick((True, False)):
                self._see(claim)

    def _first_piece(self, claim: Claim, move: Move) -> bool:
        """Sometimes let one of several pieces come before the others; who pays for a part may have paid by then."""
        several = move.name == "receive" and isinstance(claim, Money) and self._orders[claim.order].num > 1
        if not several or self._pick((True, True, False)):
            return False
        self._steps.append(Do(act=move.act, refund=claim.name, args={"quantity": 1}))
        if self._pick((True, False)):
            self._steps.append(Wait(kind="decision", of=claim.name, wants={}))
        return True

    def _race(self, claim: Claim, move: Move, target: str) -> bool:
        """Sometimes change what a decision is about in the very moment in which it is carried out."""
        if isinstance(claim, Money):
            return target == SUCCESS and self._race_at_agree(claim)
        call = CALLS[claim.kind].get(move.name)
        if not call or self._pick(_MOSTLY):
            return False
        act = "buyer.withdraw_exchange" if claim.kind == EXCHANGE else "buyer.withdraw_reship"
        moment = Moment(call=call, refund=claim.name, moment=self._pick(("before effect", "after effect")))
        self._steps.append(Do(act=act, refund=claim.name, at=moment, may_refuse=True))
        return True

    def _race_at_agree(self, claim: Money) -> bool:
        """Sometimes change the amount in the very moment in which the money is about to move."""
        left = self._left[claim.order]
        other = [fen for fen in (left, claim.amount // 2, claim.amount - 1) if 0 < fen != claim.amount]
        if not other or not self._pick((True, False, False, False, False, False)):
            return False
        moment = Moment(
            call="tmall.agree", refund=claim.name, moment=self._pick(("before effect", "before effect", "after effect"))
        )
        args = {"amount": yuan(self._pick(other))}
        self._steps.append(Do(act="buyer.modify", refund=claim.name, args=args, at=moment, may_refuse=True))
        return True

    def _pause(self, claim: Claim) -> None:
        """After an act on the platform: wait until the ERP shows it, or go on at once (a race)."""
        self._rest(claim)
        if not claim.sure:
            claim.further += 1
            return
        if claim.closed and not claim.seen:
            return  # withdrawn before anybody may have seen it: there is no duty to import it
        if claim.seen:
            self._judges["COV-02"] = None
            if claim.status == CLOSED:
                self._judges["STA-03"] = None
        if self._pick((True, True, False)):
            self._see(claim)

    def _see(self, claim: Claim) -> None:
        """Wait until the ERP's document shows *claim* as it is."""
        self._steps.append(Wait(kind="document", of=claim.name, wants=dict(claim.content)))
        claim.seen = claim.content
        if isinstance(claim, Goods):
            self._judges["COV-01"] = None

    def _rest(self, claim: Claim) -> None:
        """Note what follows for the sub-order and the rules once money went back."""
        if isinstance(claim, Money) and claim.status == SUCCESS:
            self._left[claim.order] -= min(claim.amount, self._left[claim.order])
            if claim.sure:
                self._judges |= {"COV-01": None, "COV-03": None}

    def _judge(self, claim: Claim, move: Move, target: str) -> None:
        """Note which rules the carrying out of a decision exercises."""
        self._judges |= {"COV-04": None, "COV-02": None}
        if isinstance(claim, Goods):
            return
        self._judges["ORD-01"] = None
        if claim.modified:
            self._judges["STA-01"] = None
        if target == SUCCESS:
            self._judges |= {"MNY-01": None, "DUP-01": None}
            if move.name == "receive":
                self._judges["ORD-02"] = None

    def _disturb(self, claim: Claim, faults: Faults) -> None:
        """Sometimes arm one of *faults* about *claim*."""
        if not self._pick((True, False, False, False, False)):
            return
        fault, call = self._pick(faults)
        self._faults += 1
        self._steps.append(Arm(fault=fault, name=f"f{self._faults}", call=call, refund=claim.name))


def _may_send(claim: Goods, move: Move) -> bool:
    """Tell whether *move* fits a re-send that nobody has approved yet, or somebody has."""
    if claim.kind != RESHIP or claim.status != PENDING or not move.decides:
        return True
    return claim.approved if move.name == "ship" else not claim.approved or move.name != "approve"
