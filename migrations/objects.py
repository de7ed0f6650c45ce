"""What the database must have beside tables: functions, policies, privileges, partitions.

Each object has a key, which is how SQL names it, and the statements that make it. Making an
object that is there already replaces it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlmodel import SQLModel

from domains.auth.repository.audit import AUDIT_TRIGGERS
from domains.auth.repository.functions import END_TRIGGERS
from domains.kernel.policy import (
    DatabaseTerms,
    Group,
    group_function,
    policy_of,
    protected_tables,
    row_security,
)

from .escrow import ESCROW_TRIGGERS
from .functions import FUNCTIONS, MAKE_PARTITIONS

APP = "azora_app"
"""The role that serves requests."""

APPEND_ONLY = frozenset(
    {
        "auth.audit_logs",
        "health.constitutional_logs",
        "health.logs",
        "mint.postings",
        "mint.transactions",
        "nexus.audit_logs",
    }
)
"""Tables whose rows nobody changes or deletes, not even their owner."""

PRIVILEGES = {
    # What is taken from a bucket, and where a chain of the audit log ends, is up to functions and
    # triggers of the owner's.
    "kernel.audit_chains": (),
    "kernel.buckets": (),
    # What clients may run is decided by those who deploy, not by what serves.
    "kernel.operations": ("select",),
    # Wallets are opened and money is moved by functions of the owner's.
    "mint.wallets": ("select", "update (status)"),
    "mint.postings": ("select",),
    "mint.transactions": ("select",),
    "mint.economic_metrics": ("select",),
    # A chapter that nobody has begun can be taken out of its course; the key of what learners did
    # holds all others.
    "education.modules": ("select, insert, update, delete",),
    "education.wallets": ("select, insert",),
    "education.transactions": ("select, insert",),
}
"""What the application may do with a table, where that is neither `USUAL` nor `ADDING`."""

USUAL = ("select, insert, update",)
"""Nothing is deleted: rows are ended, revoked or hidden."""

ADDING = ("select, insert",)
"""What it may do with a table that is only ever added to."""

TRIGGERS = {
    "copy_published on education.modules": (
        "before insert on education.modules for each row "
        "execute function education.copy_published()"
    ),
    "announce on notifications.notifications": (
        "after insert on notifications.notifications for each row "
        "execute function notifications.announce()"
    ),
    **END_TRIGGERS,
    **AUDIT_TRIGGERS,
    **ESCROW_TRIGGERS,
}


@dataclass(frozen=True, slots=True)
class DatabaseObject:
    """Something of the database that Alembic does not know."""

    key: str
    namespace: str
    make: tuple[str, ...]


class _GroupFinder(DatabaseTerms):
    """Terms that remember which groups a policy asks of."""

    def __init__(self) -> None:
        self.found: dict[str, Group] = {}

    def holds(self, member: ColumnElement[Any], group: Group) -> ColumnElement[bool]:
        self.found[group.name] = group
        group.members(self)
        return super().holds(member, group)


def models() -> dict[str, type[SQLModel]]:
    """All protected tables by their full name."""
    mapped = {
        str(mapper.local_table): mapper.class_
        for mapper in SQLModel._sa_registry.mappers  # noqa: SLF001 (there is no public list)
        if isinstance(mapper.local_table, Table)
    }
    return {name: mapped[name] for name in sorted(protected_tables())}


def groups() -> dict[str, Group]:
    """All groups that the policies ask of."""
    finder = _GroupFinder()
    for model in models().values():
        policy = policy_of(model)
        columns = model.__table__.c  # type: ignore[attr-defined]
        policy.visible(columns, finder)
        policy.changeable(columns, finder)
        policy.addable(columns, finder)
    return finder.found


def wanted() -> list[DatabaseObject]:
    """Everything, in an order in which it can be made."""
    return [
        *_schemas(),
        *_functions(),
        *_triggers(),
        *_row_policies(),
        *_table_privileges(),
        *_partitions(),
    ]


def replaced(found: DatabaseObject) -> tuple[str, ...]:
    """The statements that make an object in the place of what has its key."""
    if found.key.startswith("policy "):
        return (*dropped(found.key), *found.make)
    return found.make


def dropped(key: str) -> tuple[str, ...]:
    """The statements that take an object away."""
    kind, _, name = key.partition(" ")
    match kind:
        case "privileges":
            return (f"revoke all {name} from {APP}",)
        case "security":
            return (f"alter table {name} no force row level security, disable row level security",)
        case "partitions":
            # They go with their table.
            return ()
        case _:
            return (f"drop {key}",)


def _namespace(name: str) -> str:
    return name.partition(".")[0]


def _schemas() -> Iterator[DatabaseObject]:
    for namespace in dict.fromkeys(map(_namespace, models())):
        key = f"privileges on schema {namespace}"
        yield DatabaseObject(key, namespace, (f"grant usage on schema {namespace} to {APP}",))


def _functions() -> Iterator[DatabaseObject]:
    texts = {f"{name}()": group_function(group) for name, group in groups().items()}
    for signature, text in (FUNCTIONS | texts).items():
        namespace = _namespace(signature)
        yield DatabaseObject(f"function {signature}", namespace, (text.strip(),))
        privileges = [f"revoke all on function {signature} from public"]
        # A trigger's function needs no permission of whoever sets it off, and what does not run
        # as its owner is a part of what does.
        if "security definer" in text and "returns trigger" not in text:
            privileges.append(f"grant execute on function {signature} to {APP}")
        key = f"privileges on function {signature}"
        yield DatabaseObject(key, namespace, tuple(privileges))


def _triggers() -> Iterator[DatabaseObject]:
    touches = {
        f"touch on {name}": f"before update on {name} for each row "
        "execute function kernel.touch_updated_at()"
        for name, model in models().items()
        if "updated_at" in model.__table__.c  # type: ignore[attr-defined]
    }
    for key, body in (touches | _keeping() | TRIGGERS).items():
        name, _, table = key.partition(" on ")
        text = f"create or replace trigger {name} {body}"
        yield DatabaseObject(f"trigger {key}", _namespace(table), (text,))


def _keeping() -> dict[str, str]:
    """The triggers of tables that are only ever added to."""
    tables = sorted(APPEND_ONLY & models().keys())
    return {
        f"keep on {name}": f"before update or delete on {name} for each row "
        "execute function kernel.keep()"
        for name in tables
    } | {
        f"keep_all on {name}": f"before truncate on {name} for each statement "
        "execute function kernel.keep()"
        for name in tables
    }


def _row_policies() -> Iterator[DatabaseObject]:
    for table, model in models().items():
        namespace = _namespace(table)
        secure = f"alter table {table} enable row level security, force row level security"
        yield DatabaseObject(f"security {table}", namespace, (secure,))
        for name, (command, sees, checks) in row_security(model).items():
            using = f" using ({sees})" if sees else ""
            check = f" with check ({checks})" if checks else ""
            text = f"create policy {name} on {table} for {command} to {APP}{using}{check}"
            yield DatabaseObject(f"policy {name} on {table}", namespace, (text,))


def _table_privileges() -> Iterator[DatabaseObject]:
    for table in models():
        usual = ADDING if table in APPEND_ONLY else USUAL
        grants = [f"grant {what} on {table} to {APP}" for what in PRIVILEGES.get(table, usual)]
        if grants:
            make = (f"revoke all on {table} from {APP}", *grants)
            yield DatabaseObject(f"privileges on {table}", _namespace(table), make)


def _partitions() -> Iterator[DatabaseObject]:
    """The default partition and those of the next months; later ones are a worker's job."""
    parted = {
        _namespace(name)
        for name, model in models().items()
        if model.__table__.dialect_options["postgresql"]["partition_by"]  # type: ignore[attr-defined]
    }
    for namespace in sorted(parted):
        key = f"partitions of {namespace}"
        yield DatabaseObject(key, namespace, (MAKE_PARTITIONS,))
