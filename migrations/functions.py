"""Functions of the database that no model speaks of, by their signatures."""

from domains.auth.repository.audit import AUDIT_FUNCTIONS
from domains.auth.repository.deletion import FORGET_FUNCTIONS
from domains.auth.repository.functions import (
    ANNOUNCE_END,
    ENDED_SESSIONS_FUNCTION,
    PROVEN_SINCE_FUNCTION,
    PROVER_FUNCTION,
    RESERVE_FUNCTION,
    ROTATE_FUNCTION,
    SESSION_END_FUNCTION,
    SESSION_PROVER_FUNCTION,
    VIEWER_FUNCTION,
)
from domains.kernel.limiter import LIMITER_FUNCTIONS
from domains.mint.repository import FUNCTIONS as MINT_FUNCTIONS

from .escrow import ESCROW_FUNCTIONS

TRIGGER_FUNCTIONS = {
    "kernel.touch_updated_at()": """
create or replace function kernel.touch_updated_at() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.updated_at := clock_timestamp();
  return new;
end $$
""",
    "notifications.announce()": """
create or replace function notifications.announce() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform pg_notify('azora_notifications', concat(new.user_id, ' ', new.id));
  return null;
end $$
""",
    "auth.announce_end()": ANNOUNCE_END,
    "kernel.keep()": """
create or replace function kernel.keep() returns trigger
language plpgsql set search_path = '' as $$
declare
  kept regclass := coalesce(pg_partition_root(tg_relid), tg_relid);
begin
  -- The one change there may be: the key to a person goes with the person. Where the hashes of
  -- later rows build on a row, it is no key and stays.
  if tg_op = 'UPDATE' and to_jsonb(old) ? 'user_id' and not to_jsonb(old) ? 'hash' then
    old.user_id := null;
    if new *= old then
      return new;
    end if;
  end if;
  raise exception '% is only ever added to', kept using errcode = 'restrict_violation';
end $$
""",
    "education.copy_published()": """
create or replace function education.copy_published() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  select published into new.published from education.courses where id = new.course_id;
  return new;
end $$
""",
}

PARTITION_FUNCTIONS = {
    # The smallest id of version 7 that can be made at a moment.
    "kernel.first_id(timestamp with time zone)": """
create or replace function kernel.first_id(moment timestamp with time zone) returns uuid
language sql immutable set search_path = '' as $$
  select cast(
    rpad(lpad(to_hex(cast(extract(epoch from moment) * 1000 as bigint)), 12, '0'), 32, '0') as uuid)
$$
""",
    "kernel.partition_name(regclass,text)": """
create or replace function kernel.partition_name(parent regclass, suffix text) returns text
language sql stable set search_path = '' as $$
  select format('%I.%I', nspname, concat(relname, '_', suffix))
  from pg_class join pg_namespace on pg_namespace.oid = relnamespace where pg_class.oid = parent
$$
""",
    # Made beside its parent and then attached, which shuts nobody out; made as a partition, it
    # would lock the parent against everybody.
    "kernel.make_table_like(regclass,text)": """
create or replace function kernel.make_table_like(parent regclass, place text) returns void
language plpgsql set search_path = '' as $$
declare
  guard record;
begin
  execute format('create table %s (like %s including defaults including constraints '
                 'including generated including storage)', place, parent);
  execute format('alter table %s enable row level security, force row level security', place);
  -- Attaching brings the parent's triggers for rows, but not those for TRUNCATE.
  for guard in
    select tgname, tgfoid::regproc as function from pg_trigger
    where tgrelid = parent and tgtype & 32 <> 0
  loop
    execute format('create trigger %I before truncate on %s for each statement '
                   'execute function %s()', guard.tgname, place, guard.function);
  end loop;
end $$
""",
    "kernel.move_rows(regclass,regclass,uuid,uuid)": """
create or replace function kernel.move_rows(
  source regclass, target regclass, since uuid, until uuid
) returns void
language plpgsql set search_path = '' as $$
declare
  columns text := (
    select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
    where attrelid = source and attnum > 0 and not attisdropped and attgenerated = '');
begin
  -- Only the owner can switch off what keeps rows from being deleted, and nobody else can delete
  -- any before it is on again: the lock that this takes lasts as long as the transaction.
  execute format('alter table %s disable trigger user', source);
  execute format('with moved as (delete from %s where id >= %L and id < %L returning %s) '
                 'insert into %s (%s) select * from moved',
                 source, since, until, columns, target, columns);
  execute format('alter table %s enable trigger user', source);
end $$
""",
    "kernel.make_month(regclass,timestamp with time zone)": """
create or replace function kernel.make_month(parent regclass, month timestamp with time zone)
returns boolean language plpgsql set search_path = '' set timezone = 'UTC' as $$
declare
  place text := kernel.partition_name(parent, to_char(month, 'YYYY_MM'));
  rest regclass := (select partdefid from pg_partitioned_table where partrelid = parent);
  since uuid := kernel.first_id(month);
  until uuid := kernel.first_id(month + interval '1 month');
  moves boolean;
begin
  if to_regclass(place) is not null then
    return false;
  end if;
  execute format('select exists (select from %s where id >= %L and id < %L)', rest, since, until)
    into moves;
  -- A row that other tables point to cannot be moved: its month stays in the default partition.
  if moves and exists (select from pg_constraint where contype = 'f' and confrelid = parent) then
    return false;
  end if;
  perform kernel.make_table_like(parent, place);
  if moves then
    perform kernel.move_rows(rest, place, since, until);
  end if;
  execute format('alter table %s attach partition %s for values from (%L) to (%L)',
                 parent, place, since, until);
  return true;
end $$
""",
    "kernel.make_partitions(integer)": """
create or replace function kernel.make_partitions(months_ahead integer default 3) returns integer
language plpgsql security definer
set search_path = '' set timezone = 'UTC' set lock_timeout = '2s' as $$
declare
  current_month timestamptz := date_trunc('month', now());
  after_last uuid;
  made integer := 0;
  parent regclass;
  rest text;
  months timestamptz[];
  month timestamptz;
begin
  if months_ahead not between 0 and 24 then
    raise exception 'months_ahead must be between 0 and 24'
      using errcode = 'invalid_parameter_value';
  end if;
  after_last := kernel.first_id(current_month + (months_ahead + 1) * interval '1 month');
  perform pg_advisory_xact_lock(4911024);
  for parent in
    select partrelid from pg_partitioned_table join pg_class on pg_class.oid = partrelid
    where relowner = cast(current_user as regrole) and pg_get_partkeydef(partrelid) = 'RANGE (id)'
    order by cast(partrelid as regclass)::text
  loop
    rest := kernel.partition_name(parent, 'default');
    if to_regclass(rest) is null then
      perform kernel.make_table_like(parent, rest);
      execute format('alter table %s attach partition %s default', parent, rest);
      made := made + 1;
    end if;
    execute format(
      'select array(select generate_series(%L::timestamptz, %L, interval ''1 month'') union '
      'select date_trunc(''month'', uuid_extract_timestamp(id)) from %s '
      'where id < %L and uuid_extract_version(id) = 7 order by 1)',
      current_month, current_month + months_ahead * interval '1 month', rest, after_last)
      into months;
    foreach month in array months loop
      made := made + cast(kernel.make_month(parent, month) as integer);
    end loop;
  end loop;
  return made;
end $$
""",
}

OUTBOX_FUNCTIONS = {
    "kernel.forget_delivered(interval)": """
create or replace function kernel.forget_delivered(after interval default '30 days')
returns bigint language sql volatile security definer set search_path = '' as $$
  with forgotten as (
    delete from kernel.outbox
    where id < kernel.first_id(now() - after) and delivered_at < now() - after
    returning 1)
  select count(*) from forgotten
$$
""",
}

MAKE_PARTITIONS = "select kernel.make_partitions()"

ROTATE_SIGNATURE = (
    "auth.rotate_refresh_token(bytea,timestamp with time zone,interval,bytea,interval,uuid,bytea,"
    "interval,inet,text,text)"
)

FUNCTIONS = {
    **TRIGGER_FUNCTIONS,
    **PARTITION_FUNCTIONS,
    **OUTBOX_FUNCTIONS,
    **LIMITER_FUNCTIONS,
    **ESCROW_FUNCTIONS,
    "auth.viewer_of_token(bytea,timestamp with time zone)": VIEWER_FUNCTION,
    "auth.prove_viewer(bytea,text,text,timestamp with time zone)": PROVER_FUNCTION,
    "auth.prove_session(bytea,text,text,timestamp with time zone)": SESSION_PROVER_FUNCTION,
    "auth.proven_since(uuid,uuid,timestamp with time zone,timestamp with time zone)": (
        PROVEN_SINCE_FUNCTION
    ),
    "auth.session_end(uuid,uuid,text,timestamp with time zone)": SESSION_END_FUNCTION,
    "auth.ended_sessions(uuid[],timestamp with time zone)": ENDED_SESSIONS_FUNCTION,
    ROTATE_SIGNATURE: ROTATE_FUNCTION,
    "auth.reserve_password_try(uuid,text,timestamp with time zone)": RESERVE_FUNCTION,
    **AUDIT_FUNCTIONS,
    **FORGET_FUNCTIONS,
    **MINT_FUNCTIONS,
}
