"""Programs with one mistake each, to show that tests would notice it.

`python -m tests.money.mutants` makes each of them in a copy, runs the tests that should notice, and
prints what did. Those that nobody can notice say why.
"""
