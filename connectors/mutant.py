"""What is known of a seeded bug: what it does wrong, who must catch it, and which stories expose it."""

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
    erps: tuple[str, ...] = ()
    """ERPs with which the other one has it as well."""
    erp: str = ""
    """The ERP with which alone it shows; empty: it does with the generic one."""
