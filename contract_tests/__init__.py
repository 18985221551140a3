"""The law, and who drives an integration against it: rules over the ledger, the verdict, and generated stories.

Read `verdict` for what a judgement says, `rule` for what a rule is, `rules/` for the law itself and `judge` for how a
ledger is judged. `history` and `case` are what rules see. `explore` plays stories that `walk` and `generated` make up;
`kill_matrix` measures the judge. Tests of rules are written with `builder`, on ledgers that read like stories.
"""
