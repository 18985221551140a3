"""A model that walks the life-cycle table, so that most acts of a generated story are possible when they are played.

It knows what the platform will do, and what a correct integration will do about a decision. Where the two race it
stops being *sure*, and from there on nothing is waited for, because it may never come.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from contract_tests.moves import MOVES, Move, leads_to
from scenarios.settle import IMAGES
from scenarios.story import Arm, Do, Moment, OrderSpec, Settle, Step, Story, TradeSpec, Variant, Wait
from simulator.act import yuan
from simulator.tmall.refund import CLOSED, SUCCESS, TERMINAL, WAIT_SELLER_AGREE, WAIT_SELLER_CONFIRM_GOODS

T = TypeVar("T")

AMOUNTS = (1, 29, 115, 435, 835, 1999, 14505, 103445, 999999)
"""Fen. Most are traps for binary floats: 100 times the yuan is not a whole number there. None is above what the
platform lets anybody agree to in one call (10,000 yuan)."""

IMPORTING = (("lost-answer", "erp.create"), ("isp-error", "tmall.detail"), ("erp-error", "erp.create"))
"""Light faults (name, call) on the way into the ERP: each strikes one refund once, and is easily got over."""

PAYING = (
    ("lost-answer", "tmall.agree"),
    ("lost-answer", "tmall.review"),
    ("isp-error", "tmall.agree"),
    ("isp-error", "tmall.review"),
    ("lost-answer", "erp.update"),
)
"""Light faults on the way to the money."""

DECIDING = (("isp-error", "tmall.detail"), ("lost-answer", "erp.update"), ("erp-error", "erp.update"))
"""Light faults while another decision is carried out."""

PATIENCE = 2
"""How many acts may follow about a refund once the model is no longer sure of it."""


class Pick(Protocol):
    """Chooses one of *options*; all of the generator's chance goes through it."""

    def __call__(self, options: Sequence[T]) -> T:
        """Return one of *options*."""


class Claim(msgspec.Struct, kw_only=True):
    """One refund of the story, as the model believes it to be. Money in fen."""

    name: str
    order: int
    """Index of its sub-order."""
    kind: str
    amount: int
    status: str = WAIT_SELLER_AGREE
    waybill: str = ""
    seen: dict[str, Any] = {}
    """What the ERP's document was last waited to show; empty: it may not exist yet."""
    due: str = ""
    """Where a decision leads that the integration may not have carried out yet."""
    sure: bool = True
    further: int = 0
    """Acts since the model was last sure."""
    modified: bool = False

    @property
    def content(self) -> dict[str, Any]:
        """What the ERP's document shows once it has caught up."""
        content = {"status": [IMAGES[self.status]], "amount": self.amount, "type": self.kind}
        return content | {"waybill": self.waybill} if self.status == WAIT_SELLER_CONFIRM_GOODS else content

    @property
    def over(self) -> bool:
        """Whether nothing more can happen to it."""
        return self.status in TERMINAL or self.further >= PATIENCE


class Walk:
    """One story in the making."""

    def __init__(self, pick: Pick, kinds: Sequence[str]) -> None:
        """Draw the trade; *kinds* are the refund kinds that the integration handles."""
        self._pick = pick
        self._kinds = kinds
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
        self._judges: dict[str, None] = {"MNY-02": None, "DUP-03": None, "PRO-01": None}
        self._faults = 0

    def story(self, beats: int) -> Story:
        """Walk *beats* steps and return the story."""
        self._apply(0)
        for _ in range(beats):
            deeds = self._possible()
            if not deeds:
                break
            self._pick(deeds)()
        acts = [step.act for step in self._steps if isinstance(step, Do)]
        used = sorted({claim.kind for claim in self._claims})
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
            for move in MOVES.values():
                if self._can(claim, move):
                    deeds += [self._deed(claim, move)] * move.weight
        for order, left in enumerate(self._left):
            open_ones = [claim for claim in self._claims if claim.order == order and claim.status not in TERMINAL]
            if left and not open_ones and len(self._claims) < 3:
                deeds += [lambda order=order: self._apply(order)] * 2  # type: ignore[misc]  # bound at once
        return deeds

    def _deed(self, claim: Claim, move: Move) -> Callable[[], None]:
        return lambda: self._decide(claim, move) if move.decides else self._move(claim, move)

    def _can(self, claim: Claim, move: Move) -> bool:
        shipped = self._shipped[claim.order]
        if move.decides and not claim.sure and not claim.seen:
            return False  # nobody can decide about a document that may not exist
        if move.name == "raise" and claim.amount >= self._left[claim.order]:
            return False
        if move.name == "lower" and claim.amount <= 1:
            return False
        if move.before and (claim.due or not claim.sure):
            return False  # a decision under way would fail for a reason that the integration cannot help
        if move.name == "staff_return" and "return_refund" not in self._kinds:
            return False
        if move.name == "switch" and not (shipped and len(self._kinds) > 1):
            return False
        now = (claim.status, claim.due) if claim.due else (claim.status,)
        return any(leads_to(move, status, claim.kind, shipped=shipped) for status in now)

    def _apply(self, order: int) -> None:
        kinds = self._kinds if self._shipped[order] else [kind for kind in self._kinds if kind == "refund_only"]
        if not kinds:
            return
        left = self._left[order]
        claim = Claim(
            name=f"r{len(self._claims) + 1}",
            order=order,
            kind=self._pick(kinds),
            amount=self._pick([left, *[fen for fen in (*AMOUNTS, left - 1, left // 2) if 0 < fen < left]]),
        )
        self._claims.append(claim)
        args = {"kind": claim.kind, "amount": yuan(claim.amount), "reason": self._pick(("不想要了", "商品破损"))}
        again = len([other for other in self._claims if other.order == order]) > 1
        self._steps.append(
            Do(
                act="buyer.apply",
                refund=claim.name,
                trade=self._trade.name,
                order=self._number(order),
                args=args,
                may_refuse=again,
            )
        )
        claim.sure = not again or all(other.sure for other in self._claims if other.order == order)
        self._disturb(claim, IMPORTING)
        self._pause(claim)

    def _number(self, order: int) -> int:
        return order + 1 if len(self._orders) > 1 else 0

    def _move(self, claim: Claim, move: Move) -> None:
        """Let the buyer, the agent or a timer do something on the platform."""
        raced = bool(claim.due)
        claim.sure = claim.sure and not raced
        shipped = self._shipped[claim.order]
        was = claim.status if leads_to(move, claim.status, claim.kind, shipped=shipped) else claim.due
        ships = move.action == "ship"
        self._steps += [Do(act=act, refund=claim.name) for act in move.before]
        self._shipped[claim.order] |= ships
        self._steps.append(
            Do(
                act=move.act,
                refund="" if ships else claim.name,
                trade=self._trade.name if ships else "",
                order=self._number(claim.order) if ships else 0,
                args=self._args(claim, move),
                may_refuse=not claim.sure,
            )
        )
        self._steps += [Do(act=act, refund=claim.name, may_refuse=not claim.sure) for act in move.after]
        claim.status = leads_to(move, was, claim.kind, shipped=shipped)
        claim.due = ""
        self._pause(claim)

    def _args(self, claim: Claim, move: Move) -> dict[str, Any]:
        """Return the act's arguments, and note in *claim* what they change."""
        left = self._left[claim.order]
        if move.name in ("raise", "lower"):
            low, high = (claim.amount + 1, left) if move.name == "raise" else (1, claim.amount - 1)
            claim.amount = self._pick([fen for fen in (high, low, (low + high) // 2, *AMOUNTS) if low <= fen <= high])
            claim.modified = True
            return {"amount": yuan(claim.amount)}
        if move.name == "switch":
            claim.kind = next(kind for kind in self._kinds if kind != claim.kind)
            claim.modified = True
            return {"kind": claim.kind}
        if move.name == "staff_return":
            claim.kind, claim.modified = "return_refund", True
        if move.name in ("ship_back", "correct_waybill"):
            claim.waybill = f"SF{len(self._steps):04d}{claim.name[1:]}"
            return {"company": "顺丰速运", "waybill": claim.waybill}
        if move.name in ("refuse", "refuse_goods"):
            text = self._pick(("请提供照片", "商品已被使用，影响二次销售"))
            return {"text": text, "proof": "photo"}
        return dict(move.args)

    def _decide(self, claim: Claim, move: Move) -> None:
        """Let the reviewer or the warehouse decide about the ERP's document."""
        calm = claim.sure and not claim.due
        if calm and (not claim.seen or (claim.seen != claim.content and self._pick((True, True, False)))):
            self._see(claim)
        current = calm and claim.seen == claim.content
        target = leads_to(move, claim.status, claim.kind, shipped=self._shipped[claim.order]) or claim.status
        hooked = current and target == SUCCESS and self._race_at_agree(claim)
        if current and not hooked:
            self._disturb(claim, PAYING if target == SUCCESS else DECIDING)
        self._steps.append(Do(act=move.act, refund=claim.name, args=self._args(claim, move), may_refuse=not current))
        if not current or hooked:
            claim.sure = False
            claim.further += 1
            claim.due = target
            return
        self._judge(claim, move, target)
        claim.due = target
        if self._pick((True, True, True, False)):
            self._steps.append(Wait(kind="refund", of=claim.name, wants={"status": [target]}))
            claim.status, claim.due = target, ""
            self._rest(claim)
            if self._pick((True, False)):
                self._see(claim)

    def _race_at_agree(self, claim: Claim) -> bool:
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
        if claim.status == CLOSED and not claim.seen:
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

    def _rest(self, claim: Claim) -> None:
        """Note what follows for the sub-order and the rules once money went back."""
        if claim.status == SUCCESS:
            self._left[claim.order] -= min(claim.amount, self._left[claim.order])
            if claim.sure:
                self._judges |= {"COV-01": None, "COV-03": None}

    def _judge(self, claim: Claim, move: Move, target: str) -> None:
        """Note which rules the carrying out of a decision exercises."""
        self._judges |= {"COV-04": None, "ORD-01": None, "COV-02": None}
        if claim.modified:
            self._judges["STA-01"] = None
        if target == SUCCESS:
            self._judges |= {"MNY-01": None, "DUP-01": None}
            if move.name == "receive":
                self._judges["ORD-02"] = None

    def _disturb(self, claim: Claim, faults: Sequence[tuple[str, str]]) -> None:
        """Sometimes arm one of *faults* about *claim*."""
        if not self._pick((True, False, False, False, False)):
            return
        fault, call = self._pick(faults)
        self._faults += 1
        self._steps.append(Arm(fault=fault, name=f"f{self._faults}", call=call, refund=claim.name))
