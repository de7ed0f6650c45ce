"""What a statement asks of its rows anyway, so that no policy has it asked a second time.

    users u where u.id = $viewer               u.id is the viewer's
    students s where s.user_id = u.id          so s.user_id is: students see their own row
    enrollments e where e.student_id = s.id    and e.student_id is one of the viewer's students

Conditions are texts over the sample. Only those count that the same statement asks of the same
rows, or of rows that these are joined to: nothing is taken on trust from another statement.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import Grouping
from sqlmodel import SQLModel

from domains.kernel.policy import Group, groups_of, policy_of, protected_tables
from domains.kernel.viewer import Role

from .dialect import written
from .meanings import Join
from .meanings import Value as Expression
from .rows import FALSE, SAMPLE, Clause, Parent, PlannerTerms, Row, every, table_of
from .templates import sample_of

PEOPLE = tuple(role for role in Role if role is not Role.SYSTEM)


@lru_cache(5000)
def clauses(expression: Expression, table: sa.Table, role: Role) -> tuple[Clause, ...]:
    """What an expression asks of a table's rows."""
    rows = sample_of(table)
    asked = expression(rows.c, PlannerTerms(role))
    return tuple(
        _clause([written(each, rows).text for each in _parts(part, operators.or_)])
        for part in _parts(asked, operators.and_)
    )


def _parts(expression: Any, operator: Any) -> Sequence[Any]:
    """The members of a conjunction or disjunction; what is neither stands alone."""
    whole = expression.element if isinstance(expression, Grouping) else expression
    if isinstance(whole, sa.BooleanClauseList) and whole.operator is operator:
        return whole.clauses
    return [expression]


def _clause(conditions: Iterable[str]) -> Clause:
    return tuple(each for each in conditions if each != FALSE)


def write_policies(tables: Mapping[str, sa.Table]) -> None:
    """Write what viewers may see of these tables, before the first of each role asks."""
    for name, policy in protected_tables().items():
        for role in PEOPLE if name in tables else ():
            clauses(policy.visible, tables[name], role)


def beyond(asked: Iterable[Clause], known: Sequence[Clause]) -> str:
    """What is asked of rows of which something is known already."""
    return every(*(" OR ".join(each) or FALSE for each in asked if not _follows(each, known)))


def _follows(clause: Clause, known: Iterable[Clause]) -> bool:
    """Whether a clause is met where all others are; one is that has no condition of its own."""
    return any(set(each) <= set(clause) for each in known)


def seen(model: type[SQLModel], role: Role) -> tuple[Clause, ...]:
    """What the policy asks of rows that viewers of a role may see."""
    return () if role is Role.SYSTEM else clauses(policy_of(model).visible, table_of(model), role)


def parent(model: type[SQLModel], row: Row, join: Join, role: Role) -> Parent:
    """A row as the one that a relation hangs on, with what is known of its key."""
    known = (*row.known, *seen(model, role))
    if join.here == "id":
        known = (*known, *_memberships(row.table, known, role))
    return Parent(row.column(join.here), join, frozenset(_traits(row.table, join.here, known)))


def _memberships(table: sa.Table, known: Sequence[Clause], role: Role) -> Iterator[Clause]:
    """The groups that rows belong to of which this is known."""
    for group, belongs in groups_of(table.fullname):
        if all(_follows(each, known) for each in clauses(belongs, table, role)):
            yield from clauses(_is_in(group), table, role)


@lru_cache
def _is_in(group: Group) -> Expression:
    return lambda row, viewer: viewer.holds(row.id, group)


def _traits(table: sa.Table, column: str, known: Iterable[Clause]) -> Iterator[str]:
    """What conditions of this column alone say of its value."""
    name = Row(SAMPLE, table).column(column)
    for clause in known:
        trait = clause[0].removeprefix(name) if len(clause) == 1 else ""
        if trait.startswith(" ") and SAMPLE not in trait:
            yield trait
