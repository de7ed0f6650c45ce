"""What the database must have beside tables: row policies, functions, triggers and privileges.

Each object has a key, which is how SQL names it, and the statements that make it. Making an
object that is there already replaces it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlmodel import SQLModel

from domains.auth.repository import PROVER_FUNCTION, VIEWER_FUNCTION
from domains.kernel.policy import (
    DatabaseTerms,
    Group,
    group_function,
    policy_of,
    protected_tables,
    row_security,
)

APP = "azora_app"
"""The role that serves requests."""

PRIVILEGES = {
    "auth.audit_logs": ("select, insert",),
    # A movement of money never changes, except that a pending one is decided.
    "education.transactions": ("select, insert", "update (status)"),
}
"""What the application may do with a table, where that is not `USUAL`."""

USUAL = ("select, insert, update",)
"""Nothing is deleted: rows are ended, revoked or hidden."""

FUNCTIONS = {
    "kernel.touch_updated_at()": """
create or replace function kernel.touch_updated_at() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.updated_at := clock_timestamp();
  return new;
end $$
""",
    "kernel.announce_outbox()": """
create or replace function kernel.announce_outbox() returns trigger
language plpgsql set search_path = '' as $$
begin
  notify azora_outbox;
  return null;
end $$
""",
    "auth.keep_audit_log()": """
create or replace function auth.keep_audit_log() returns trigger
language plpgsql set search_path = '' as $$
begin
  -- The one change there may be: the key to a person goes with the person.
  if tg_op = 'UPDATE' then
    if new.user_id is null and to_jsonb(new) - 'user_id' = to_jsonb(old) - 'user_id' then
      return new;
    end if;
  end if;
  raise exception 'the audit log is only ever added to' using errcode = 'restrict_violation';
end $$
""",
    "auth.viewer_of_token(bytea)": VIEWER_FUNCTION,
    "auth.prove_viewer(bytea,text,text)": PROVER_FUNCTION,
    "education.copy_published()": """
create or replace function education.copy_published() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  select published into new.published from education.courses where id = new.course_id;
  return new;
end $$
""",
}

TRIGGERS = {
    "announce on kernel.outbox": (
        "after insert on kernel.outbox for each statement execute function kernel.announce_outbox()"
    ),
    "copy_published on education.modules": (
        "before insert on education.modules for each row "
        "execute function education.copy_published()"
    ),
    "keep on auth.audit_logs": (
        "before update or delete on auth.audit_logs for each row "
        "execute function auth.keep_audit_log()"
    ),
    "keep_all on auth.audit_logs": (
        "before truncate on auth.audit_logs for each statement "
        "execute function auth.keep_audit_log()"
    ),
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
    return [*_schemas(), *_functions(), *_triggers(), *_row_policies(), *_table_privileges()]


def replaced(found: DatabaseObject) -> tuple[str, ...]:
    """The statements that make an object in the place of what has its key."""
    if found.key.startswith("policy "):
        return (dropped(found.key), *found.make)
    return found.make


def dropped(key: str) -> str:
    """The statement that takes an object away."""
    kind, _, name = key.partition(" ")
    match kind:
        case "privileges":
            return f"revoke all {name} from {APP}"
        case "security":
            return f"alter table {name} no force row level security, disable row level security"
        case _:
            return f"drop {key}"


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
        # A trigger's function needs no permission of whoever sets it off.
        if "returns trigger" not in text:
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
    for key, body in (touches | TRIGGERS).items():
        name, _, table = key.partition(" on ")
        text = f"create or replace trigger {name} {body}"
        yield DatabaseObject(f"trigger {key}", _namespace(table), (text,))


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
        grants = [f"grant {what} on {table} to {APP}" for what in PRIVILEGES.get(table, USUAL)]
        make = (f"revoke all on {table} from {APP}", *grants)
        yield DatabaseObject(f"privileges on {table}", _namespace(table), make)
