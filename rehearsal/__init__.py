"""The command line, and what one command does: plan, run, verdict, report.

Start at `cli` and `commands/`; `conductor` is a rehearsal from its folder to its report, `sandbox` the simulator's
process, `plan` what will be played. `report` writes the files of a run from its ledger and its judgement alone:
`evidence`, `diagram` and `page` are what a finding looks like.
"""
