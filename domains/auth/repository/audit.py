"""How the audit log is added to, linked, read in order and let go of."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.auth.models import AuditLog
from domains.kernel.chains import CHAINS

PENDING = "audit"

TOLD = (
    "chain",
    "id",
    "created_at",
    "user_id",
    "actor_id",
    "session_id",
    "action",
    "outcome",
    "resource",
    "ip",
    "user_agent",
    "request_id",
    "details",
)
"""What of a row its hash vouches for beside its position. No more can be added: it would change
what the older rows have to say."""

SHORTEST_RETENTION_DAYS = 365
"""The application's role cannot have younger rows removed, whatever its settings say."""


def add(session: AsyncSession, row: AuditLog) -> None:
    """Add a row to the log when, and only if, the transaction commits.

    A chain is locked from the first row that is added to it to the end of the transaction. So rows
    are added last of all, and in the order of their chains: nobody who holds a chain waits for
    anything but the next chain, and two transactions never wait for each other.
    """
    session.sync_session.info.setdefault(PENDING, []).append(row)


async def last_details(session: AsyncSession, action: str) -> dict[str, Any] | None:
    """What was told with the latest row of an act."""
    query = select(AuditLog.details).where(col(AuditLog.action) == action)
    told = (await session.exec(query.order_by(col(AuditLog.id).desc()).limit(1))).first()
    return None if told is None else dict(told)


@event.listens_for(Session, "before_commit")
def _add_pending(session: Session) -> None:
    rows: list[AuditLog] = session.info.get(PENDING, [])
    if not rows or session.in_nested_transaction():
        return
    session.flush()
    ordered: list[AuditLog] = sorted(rows, key=_chain)
    session.add_all(ordered)
    rows.clear()


def _chain(row: AuditLog) -> int:
    return (row.user_id or row.id).bytes[15] % CHAINS


def _text(row: str, position: str) -> str:
    """SQL of the text that stands for a row: all of it but the hash, each part told from the next.

    It is the same in every session whose time zone is UTC.
    """
    parts = (position, *(f"{row}.{name}" for name in TOLD))
    return f"jsonb_build_array({', '.join(parts)})::text"


LINKS = f"""
select chain, position, id, hash, {_text("log", "log.position")} as text
from auth.audit_logs log order by chain, position, id
"""  # noqa: S608 (of constants)
"""All rows in the order in which a check follows them."""

HEADS = """
select chain, position, hash, base_position, base_hash from kernel.audit_chains order by chain
"""

AUDIT_FUNCTIONS = {
    # What two columns give cannot be told by whoever adds a row, or they could leave gaps.
    "auth.link_audit_log()": f"""
create or replace function auth.link_audit_log() returns trigger
language plpgsql security definer set search_path = '' set timezone = 'UTC' as $$
begin
  new.chain := get_byte(uuid_send(coalesce(new.user_id, new.id)), 15) % {CHAINS};
  loop
    update kernel.audit_chains head
    set position = head.position + 1,
      hash = sha256(head.hash || convert_to({_text("new", "head.position + 1")}, 'UTF8'))
    where head.chain = new.chain
    returning head.position, head.hash into new.position, new.hash;
    exit when found;
    insert into kernel.audit_chains (chain) values (new.chain) on conflict do nothing;
  end loop;
  return new;
end $$
""",  # noqa: S608 (of constants)
    "auth.forget_audit_logs(timestamp with time zone)": f"""
create or replace function auth.forget_audit_logs(moment timestamp with time zone)
returns integer language plpgsql security definer
set search_path = '' set timezone = 'UTC' set lock_timeout = '2s' as $$
declare
  young uuid;
  part regclass;
  forgotten integer := 0;
  refuses boolean;
begin
  if moment is null or moment > now() - interval '{SHORTEST_RETENTION_DAYS} days' then
    raise exception 'a log is kept for {SHORTEST_RETENTION_DAYS} days at least'
      using errcode = 'invalid_parameter_value';
  end if;
  young := kernel.first_id(moment);
  -- The lock of those who make partitions.
  perform pg_advisory_xact_lock(4911024);
  for part in
    select inhrelid from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'auth.audit_logs'::regclass and relname ~ '_\\d{{4}}_\\d\\d$'
      and to_date(right(relname, 7), 'YYYY_MM') + interval '1 month' <= moment
    order by relname
  loop
    -- A row may have a place in its chain before that of an older one, if both were added around
    -- the turn of a month. It expires along with it, if it is old enough itself.
    execute format(
      'select exists (select from auth.audit_logs log join ('
      '  select chain, max(position) as position from %s group by chain) gone '
      'on log.chain = gone.chain and log.position <= gone.position where log.id >= %L)',
      part, young) into refuses;
    exit when refuses;
    -- Whoever adds a row has the table before a chain.
    lock table auth.audit_logs in access exclusive mode;
    execute format(
      'update kernel.audit_chains head set base_position = gone.position, base_hash = gone.hash '
      'from (select distinct on (chain) chain, position, hash from %s '
      '      order by chain, position desc) gone '
      'where head.chain = gone.chain and head.base_position < gone.position', part);
    execute format('drop table %s', part);
    forgotten := forgotten + 1;
  end loop;
  return forgotten;
end $$
""",  # noqa: S608 (of constants)
}
"""By signature."""

AUDIT_TRIGGERS = {
    "link on auth.audit_logs": (
        "before insert on auth.audit_logs for each row execute function auth.link_audit_log()"
    ),
}
