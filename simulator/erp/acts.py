"""The acts on the ERP's side: each decision is one change and one `Decision` entry."""

from simulator.act import ActSpec
from simulator.erp.reviewers import REVIEWER_ACTS
from simulator.erp.strangers import STRANGER_ACTS
from simulator.erp.warehouse import WAREHOUSE_ACTS

ERP_ACTS: tuple[ActSpec, ...] = (*REVIEWER_ACTS, *WAREHOUSE_ACTS, *STRANGER_ACTS)
"""The acts of reviewers, the warehouse, and of strangers who speak in the ERP's name."""

NO_DECISION = frozenset({"reviewer.edit", "reviewer.recover", "reviewer.relabel"})
"""What reviewers do besides deciding."""

DECISIONS: dict[str, str] = {
    **{name: name.partition(".")[2] for name in (act.name for act in REVIEWER_ACTS) if name not in NO_DECISION},
    "warehouse.receive": "receive",
    "warehouse.refuse": "refuse_return",
    "warehouse.intercept": "intercept",
    "warehouse.ship": "ship",
    "warehouse.ship_exchange": "ship",
    "warehouse.ship_reship": "ship",
}
"""What each act decides or reports; an ERP may have no way to say it (`Profile.cannot`)."""
