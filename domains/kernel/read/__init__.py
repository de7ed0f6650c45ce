"""Compiled reads: fields declare what they mean, and a planner makes one SQL statement of a query.

Read in this order: `meanings` (what a field can mean), `declarations` (how it says so),
`selection` (what a client selected), `json_text` (JSON made by Postgres), `symbols` (arguments as
parameters), `rows` (where rows come from), `dialect` and `templates` (declared expressions as text,
written once), `builder` (a selection as an expression), `filters` with `ranges` and `words` (what
is asked of rows), `pages` (connections), `groups`, `stats` and `totals` (counts and figures),
`planner` (a whole statement), `plan` (running it), `hydration` (selections of things that Python
only knows by key).
"""
