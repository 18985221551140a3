"""The ERP side: one store of after-sale documents, spoken in profiles.

Start at `simulator.erp.document`, then a profile such as `simulator.erp.generic`.
"""
