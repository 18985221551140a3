"""Stories, and the engine that plays them against an integration. None of it judges.

Read `story` for what a story is and `library/` for those that come with the product; `engine` plays many at once
(`play` one of them, `waits` and `settle` what they wait for, `seen` what they look at). `target` describes the
integration under test, `process` runs it, `doctor` looks at its first calls.
"""
