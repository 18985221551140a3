"""The law, one file a family: what an integration must do, and must never do. `contract_tests.law` lists all of it."""
