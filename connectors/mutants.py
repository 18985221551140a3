"""The seeded bugs of the reference connector: what each does wrong, who must catch it, and which story exposes it.

Data only. The bugs themselves are in `seeded`, one small class each; `MUTANT=M32` in the environment chooses one.
Titles in Chinese are in `words.zh.yaml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One bug. The ids are public and never renumbered."""

    id: str
    title: str
    caught_by: tuple[str, ...]
    """Rules, of which at least one must be broken."""
    exposed_by: tuple[str, ...]
    """Stories in which it shows."""
    drags: tuple[str, ...] = ()
    """Rules that break with it as a matter of course."""
    style: str = "polling"
    """Which of the two connectors has it: `polling`, or `messages`, which listens to them."""


_ALL = (
    Mutant(
        id="M28",
        title="Creates the ERP document under a new number after a time-out.",
        caught_by=("DUP-03", "DUP-02"),
        exposed_by=("S43",),
    ),
    Mutant(
        id="M32",
        title="Takes the amount from total_fee, which is the same for full refunds only.",
        caught_by=("MNY-01", "MNY-02"),
        exposed_by=("S05", "S10"),
        drags=("COV-02", "COV-03", "COV-04"),
    ),
    Mutant(
        id="M33",
        title="Never touches amount, type and quantity when it updates a document.",
        caught_by=("COV-02", "MNY-02", "STA-01"),
        exposed_by=("S11", "S13"),
        drags=("COV-03", "COV-04"),
    ),
    Mutant(
        id="M35",
        title="Advances the cursor although a page of the list failed.",
        caught_by=("SYN-02",),
        exposed_by=("S36",),
        drags=("COV-01", "RTY-01"),
    ),
    Mutant(
        id="M46",
        title="Takes SOME_OP_SUCC of a batch as the success of every row.",
        caught_by=("RTY-05", "COV-04"),
        exposed_by=("S38",),
        drags=("COV-02", "COV-03"),
    ),
    Mutant(
        id="M55",
        title="Refunds as soon as the buyer enters a waybill, before anybody received the goods.",
        caught_by=("ORD-02",),
        exposed_by=("S04",),
        drags=("ORD-01",),
    ),
    Mutant(
        id="M58",
        title="Gives an item up after one transient error.",
        caught_by=("RTY-01",),
        exposed_by=("S36", "S33"),
        drags=("COV-01", "COV-02", "COV-04", "SYN-02"),
    ),
    Mutant(
        id="M63",
        title="Sends all approved refunds in one batch, whatever the platform's limits.",
        caught_by=("PRO-02",),
        exposed_by=("S37",),
    ),
    Mutant(
        id="M68",
        title="Agrees again on the polls after a success, until it has seen it for a while.",
        caught_by=("DUP-01",),
        exposed_by=("S01",),
        drags=("STA-01",),
    ),
)

MUTANTS: Mapping[str, Mutant] = {mutant.id: mutant for mutant in _ALL}
