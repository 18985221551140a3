"""The acts on the ERP's side: each decision is one change and one `Decision` entry."""

from simulator.act import ActSpec
from simulator.erp.reviewers import REVIEWER_ACTS
from simulator.erp.warehouse import WAREHOUSE_ACTS

ERP_ACTS: tuple[ActSpec, ...] = (*REVIEWER_ACTS, *WAREHOUSE_ACTS)
"""The acts of reviewers and the warehouse."""
