"""Refunds, exchanges and re-sends of a generated story, as the model that walks their tables believes them to be."""

from collections.abc import Mapping
from typing import Any

import msgspec

from contract_tests.goods_moves import GOODS_MOVES, goods_lead_to
from contract_tests.moves import MOVES, Move, leads_to
from scenarios.settle import IMAGES
from simulator.erp.document import EXCHANGE_IMAGES
from simulator.tmall import exchange
from simulator.tmall.exchange import EXCHANGE, PENDING, RETURNED
from simulator.tmall.refund import SUCCESS, TERMINAL, WAIT_SELLER_AGREE, WAIT_SELLER_CONFIRM_GOODS

Faults = tuple[tuple[str, str], ...]

PATIENCE = 2
"""How many acts may follow about a claim once the model is no longer sure of it."""

_INTO_ERP = (("lost-answer", "erp.create"), ("erp-error", "erp.create"))
IMPORTING: Faults = (_INTO_ERP[0], ("isp-error", "tmall.detail"), _INTO_ERP[1])
"""Light faults (name, call) on the way into the ERP: each strikes one claim once, and is easily got over."""

PAYING: Faults = (
    ("lost-answer", "tmall.agree"),
    ("lost-answer", "tmall.review"),
    ("isp-error", "tmall.agree"),
    ("isp-error", "tmall.review"),
    ("lost-answer", "erp.update"),
)
"""Light faults on the way to the money."""

DECIDING: Faults = (("isp-error", "tmall.detail"), ("lost-answer", "erp.update"), ("erp-error", "erp.update"))
"""Light faults while another decision is carried out."""

CALLS: Mapping[str, Mapping[str, str]] = {
    EXCHANGE: {
        "approve": "tmall.exchange_agree",
        "refuse": "tmall.exchange_refuse",
        "receive": "tmall.exchange_receive",
        "refuse_goods": "tmall.exchange_refuse_return",
        "ship": "tmall.exchange_ship",
    },
    exchange.RESHIP: {"refuse": "tmall.ag_resend", "ship": "tmall.ag_resend_parcel"},
}
"""By kind, and decision: the call that carries it out."""


class Claim(msgspec.Struct, kw_only=True):
    """What the buyer has asked for about one sub-order."""

    name: str
    order: int
    """Index of its sub-order."""
    kind: str
    status: str
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
    def moves(self) -> Mapping[str, Move]:
        """What can be done about it."""
        raise NotImplementedError

    def leads_to(self, move: Move, status: str, *, shipped: bool) -> str:
        """Return the status that *move* leads to from *status*, or nothing if it is impossible there."""
        raise NotImplementedError

    @property
    def content(self) -> dict[str, Any]:
        """What the ERP's document shows once it has caught up."""
        raise NotImplementedError

    @property
    def looked_at(self) -> str:
        """The kind of wait that looks at it on the platform."""
        raise NotImplementedError

    @property
    def importing(self) -> Faults:
        """Light faults on its way into the ERP."""
        return IMPORTING

    def deciding(self, move: Move, target: str) -> Faults:
        """Return light faults while the decision *move*, which leads to *target*, is carried out."""
        raise NotImplementedError

    @property
    def closed(self) -> bool:
        """Whether it ended without anything."""
        raise NotImplementedError

    @property
    def ended(self) -> bool:
        """Whether it is in a state that it never leaves."""
        raise NotImplementedError

    @property
    def over(self) -> bool:
        """Whether nothing more is to happen to it."""
        return self.ended or self.further >= PATIENCE

    def give_up(self) -> None:
        """Let nothing more happen to it, since the integration does not handle it."""
        self.sure, self.further = False, PATIENCE


class Money(Claim, kw_only=True):
    """A refund."""

    amount: int
    """Fen."""
    status: str = WAIT_SELLER_AGREE

    @property
    def moves(self) -> Mapping[str, Move]:
        """What can be done about a refund."""
        return MOVES

    def leads_to(self, move: Move, status: str, *, shipped: bool) -> str:
        """Return what the life cycle of refunds says."""
        return leads_to(move, status, self.kind, shipped=shipped)

    @property
    def content(self) -> dict[str, Any]:
        """What the document about the money shows."""
        content = {"status": [IMAGES[self.status]], "amount": self.amount, "type": self.kind}
        return content | {"waybill": self.waybill} if self.status == WAIT_SELLER_CONFIRM_GOODS else content

    @property
    def looked_at(self) -> str:
        """A refund."""
        return "refund"

    def deciding(self, move: Move, target: str) -> Faults:
        """Return those on the way to the money, or the others."""
        return PAYING if target == SUCCESS else DECIDING

    @property
    def closed(self) -> bool:
        """Whether no money went back."""
        return self.ended and self.status != SUCCESS

    @property
    def ended(self) -> bool:
        """Whether it is SUCCESS or CLOSED."""
        return self.status in TERMINAL


class Goods(Claim, kw_only=True):
    """An exchange or a re-send."""

    status: str = PENDING
    wanted: str = ""
    """The goods wanted instead; of a re-send the buyer's words."""
    num: int = 1
    """Pieces."""
    approved: bool = False
    """Whether the ERP has approved a re-send as it is, which nothing on the platform shows."""

    @property
    def moves(self) -> Mapping[str, Move]:
        """What can be done about its kind."""
        return GOODS_MOVES[self.kind]

    def leads_to(self, move: Move, status: str, *, shipped: bool) -> str:
        """Return what the life cycle of its kind says."""
        return goods_lead_to(move, self.kind, status)

    @property
    def content(self) -> dict[str, Any]:
        """What the document about the goods shows."""
        content = {"kind": self.kind, "status": [EXCHANGE_IMAGES[self.status]], "wanted": self.wanted}
        if self.kind == EXCHANGE:
            return content | {"waybill": self.waybill} if self.status == RETURNED else content
        return content | {"quantity": self.num}

    @property
    def looked_at(self) -> str:
        """An exchange or a re-send."""
        return self.kind

    @property
    def importing(self) -> Faults:
        """Light faults on its way into the ERP."""
        return (*_INTO_ERP, ("isp-error", "tmall.exchange")) if self.kind == EXCHANGE else IMPORTING

    def deciding(self, move: Move, target: str) -> Faults:
        """Return those of the call that carries *move* out, and those of the ERP."""
        call = CALLS[self.kind].get(move.name)
        own = (("lost-answer", call), ("isp-error", call)) if call else ()
        return (*own, *DECIDING[1:])

    @property
    def closed(self) -> bool:
        """Whether the buyer gets nothing, or has gone on to a refund."""
        return self.ended and self.status != exchange.SUCCESS

    @property
    def ended(self) -> bool:
        """Whether it is in one of its last states."""
        return self.status in exchange.TERMINAL
