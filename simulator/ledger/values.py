"""What entries of the ledger are made of: rows of the state, rows of a batch, what an answer told, uploads."""

from typing import Any

import msgspec


class Upload(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file that came with a call; only its digest is kept."""

    name: str
    size: int
    sha256: str
    type: str = ""
    """png, jpg, gif as seen in its first bytes, or empty."""


class Told(msgspec.Struct, frozen=True, omit_defaults=True, array_like=True):
    """One refund (or document) in an answer: which change of it the integration was shown."""

    refund: str
    change: int
    """The refund's change number (see `Changed`); for the ERP the document's revision."""
    altered: dict[str, Any] = {}
    """Fields whose value on the wire a fault altered, by row field name."""
    document: str = ""
    """For the ERP: the document's id there; a refund may have documents of several kinds."""


class RowResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row of a batch answer, as it was put on the wire."""

    refund: str
    succ: bool
    message: str = ""
    code: str = ""
    """For the ERP, of a row that was refused: one of `simulator.erp.refusals.REFUSALS`, or `row` for any other reason.
    """
    passing: bool = False
    """For the ERP: the same row may go well later, or after another look."""


class Row(msgspec.Struct, frozen=True):
    """The full new values of one row of the world."""

    entity: str
    """refund, order, trade, shop, refund_message, document, fault, hook, setting, play …"""
    id: str
    values: Any
    """The row as JSON object (on writing: the row's own Struct). None: the row is gone."""
