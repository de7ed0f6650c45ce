"""How Postgres runs the workloads of the benchmark, kept as text so that a review sees a change.

`python -m tests.explained` writes the texts anew.
"""
