"""Compares the first documents of the ERP with the refunds they are about, and names what is mapped wrongly."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from simulator.act import yuan
from simulator.erp.canonical import fen
from simulator.erp.document import Document
from simulator.ledger.mapping import Mapped
from simulator.ledger.mapping import Mapping as Meaning
from simulator.tmall.refund import Refund

Misfit = tuple[str, dict[str, str]]
"""Id of what `scenarios.doctor` says, and the values it says it with."""


def misfits(documents: Iterable[Document], refunds: Mapping[str, Refund], meaning: Meaning) -> list[Misfit]:
    """Return what does not fit in the newest *documents*, each thing once.

    A document that names no known refund by the mapped field is looked through for a field that does.
    """
    found: dict[str, Misfit] = {}
    for document in documents:
        refund = refunds.get(document.refund_id)
        parts = _unmatched(document, refunds, meaning) if refund is None else _content(document, refund, meaning)
        for ident, values in parts:
            found.setdefault(f"{ident} {values.get('meaning', '')}", (ident, values))
    return list(found.values())


def _unmatched(document: Document, refunds: Mapping[str, Refund], meaning: Meaning) -> Iterator[Misfit]:
    mapped = meaning.fields["refund_id"].field
    told = document.raw.get(mapped)
    rounded = {str(int(float(number))): number for number in refunds}
    if str(told) in rounded:
        yield "map_rounded", {"field": mapped, "found": str(told), "right": rounded[str(told)]}
        return
    others = [name for name, value in document.raw.items() if not name.startswith("_") and str(value) in refunds]
    shown = {"field": mapped, "found": repr(told)}
    if len(others) == 1:
        yield "map_elsewhere", {**shown, "other": others[0]}
    elif others:
        yield "map_ambiguous", {**shown, "others": ", ".join(sorted(others))}
    else:
        yield "map_nowhere", shown


def _content(document: Document, refund: Refund, meaning: Meaning) -> Iterator[Misfit]:
    mapped = meaning.fields.get("amount")
    if mapped is not None and document.kind == "refund" and document.amount != refund.amount:
        yield from _amount(document.raw, refund, mapped, document.amount)
    for name, right in (("tid", str(refund.tid)), ("oid", str(refund.oid)), ("shop", refund.shop)):
        field, found = meaning.field(name), str(getattr(document, name))
        if field and found != right:
            yield "map_value", {"meaning": name, "field": field, "found": found, "right": right}
    for name, known in (("status", document.status != "other"), ("type", bool(document.type))):
        said = meaning.fields.get(name)
        if said is not None and not known:
            words = ", ".join(said.values) or "–"
            shown = str(document.raw.get(said.field))
            yield "map_word", {"meaning": name, "field": said.field, "found": shown, "words": words}


def _amount(raw: Mapping[str, Any], refund: Refund, mapped: Mapped, read: int) -> Iterator[Misfit]:
    """Say that an amount is in another unit, or is that of something else."""
    said = {"field": mapped.field, "found": str(raw.get(mapped.field)), "right": yuan(refund.amount)}
    other = "yuan" if mapped.unit == "fen" else "fen"
    if read == refund.amount * 100 or abs(read * 100 - refund.amount) <= 50:
        yield "map_unit", {**said, "unit": mapped.unit or "yuan", "other": other}
    else:
        names = [
            name for name, value in raw.items() if name != mapped.field and fen(value, mapped.unit) == refund.amount
        ]
        yield "map_amount", {**said, "others": ", ".join(sorted(names)) or "–"}
