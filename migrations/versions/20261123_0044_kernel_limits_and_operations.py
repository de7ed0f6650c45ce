"""Buckets of limits, the heads of the audit chains, and the operations that clients registered."""

from alembic import op

revision = "c508800c827a"
down_revision = "b7e24a90d3f6"
branch_labels = None
depends_on = None

STATEMENTS = (
    "create unlogged table kernel.buckets ( key bytea not null, full_at timestamp with time zone not null, constraint buckets_pkey primary key (key) ) with (fillfactor = 50)",
    """
create table kernel.operations (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    hash varchar not null,
    document varchar not null,
    names text[] default '{}' not null,
    client varchar not null,
    registered_at timestamp with time zone default now() not null,
    retired_at timestamp with time zone,
    constraint operations_pkey primary key (id),
    constraint operations_hash_key unique (hash)
)
    """,
    "create index operations_updated_at_idx on kernel.operations (updated_at)",
    """
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
    """
create or replace function kernel.take(
      keys bytea[], costs interval[], sizes interval[], moment timestamp with time zone
    ) returns table (claim integer, wait interval)
    language plpgsql volatile security definer
    -- a plan that was made while the table was small must not read all of it when it is not.
    set search_path = '' set enable_seqscan = off as $$
    declare
      taken bytea[];
    begin
      -- Most of what is refused is refused here, and writes nothing and waits for nobody.
      return query
        select cast(asked.claim as integer), greatest(full_at, moment) + cost - size - moment
        from unnest(keys, costs, sizes) with ordinality as asked (key, cost, size, claim)
        left join kernel.buckets bucket on bucket.key = asked.key
        where greatest(full_at, moment) + cost > moment + size
        order by 2 desc limit 1;
      if found then
        return;
      end if;
      -- In the order of their keys, so that two who want the same buckets never wait for each other.
      with taking as (
        insert into kernel.buckets as bucket (key, full_at)
        select asked.key, moment + cost
        from unnest(keys, costs) as asked (key, cost) order by asked.key
        on conflict (key) do update set full_at =
          greatest(bucket.full_at, moment) + (excluded.full_at - moment)
        where greatest(bucket.full_at, moment) + (excluded.full_at - moment)
          <= moment + sizes[array_position(keys, excluded.key)]
        returning bucket.key)
      select coalesce(array_agg(key), '{}') into taken from taking;
      if cardinality(taken) = cardinality(keys) then
        return;
      end if;
      -- Another was faster. What was taken is given back before anybody can see it: all these rows
      -- are locked, those that were not taken as well.
      update kernel.buckets bucket set full_at = full_at - cost
      from unnest(keys, costs) as asked (key, cost)
      where bucket.key = asked.key and asked.key = any (taken);
      return query
        select cast(asked.claim as integer), greatest(full_at, moment) + cost - size - moment
        from unnest(keys, costs, sizes) with ordinality as asked (key, cost, size, claim)
        join kernel.buckets bucket on bucket.key = asked.key
        where asked.key <> all (taken) order by 2 desc limit 1;
    end $$
    """,
    "revoke all on function kernel.take(bytea[],interval[],interval[],timestamp with time zone) from public",
    "grant execute on function kernel.take(bytea[],interval[],interval[],timestamp with time zone) to azora_app",
    """
create or replace function kernel.forget_full_buckets(moment timestamp with time zone)
    returns bigint language sql volatile security definer set search_path = '' as $$
      -- Who takes from a bucket is not waited for, and so cannot wait for this in turn.
      with full_ones as (
        select key from kernel.buckets where full_at <= moment for update skip locked
      ), forgotten as (
        delete from kernel.buckets where key in (select key from full_ones) returning 1
      )
      select count(*) from forgotten
    $$
    """,
    "revoke all on function kernel.forget_full_buckets(timestamp with time zone) from public",
    "grant execute on function kernel.forget_full_buckets(timestamp with time zone) to azora_app",
    "create or replace trigger touch before update on kernel.operations for each row execute function kernel.touch_updated_at()",
    "alter table kernel.audit_chains enable row level security, force row level security",
    "create policy visible on kernel.audit_chains for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy insertable on kernel.audit_chains for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on kernel.audit_chains for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on kernel.audit_chains for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table kernel.buckets enable row level security, force row level security",
    "create policy visible on kernel.buckets for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy insertable on kernel.buckets for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on kernel.buckets for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on kernel.buckets for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table kernel.operations enable row level security, force row level security",
    "create policy visible on kernel.operations for select to azora_app using (true)",
    "create policy insertable on kernel.operations for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on kernel.operations for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on kernel.operations for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "revoke all on kernel.operations from azora_app",
    "grant select on kernel.operations to azora_app",
)


REVERSALS = (
    "revoke all on kernel.operations from azora_app",
    "drop policy deletable on kernel.operations",
    "drop policy updatable on kernel.operations",
    "drop policy insertable on kernel.operations",
    "drop policy visible on kernel.operations",
    "alter table kernel.operations no force row level security, disable row level security",
    "drop policy deletable on kernel.buckets",
    "drop policy updatable on kernel.buckets",
    "drop policy insertable on kernel.buckets",
    "drop policy visible on kernel.buckets",
    "alter table kernel.buckets no force row level security, disable row level security",
    "drop policy deletable on kernel.audit_chains",
    "drop policy updatable on kernel.audit_chains",
    "drop policy insertable on kernel.audit_chains",
    "drop policy visible on kernel.audit_chains",
    "alter table kernel.audit_chains no force row level security, disable row level security",
    "drop trigger touch on kernel.operations",
    "revoke all on function kernel.forget_full_buckets(timestamp with time zone) from azora_app",
    "drop function kernel.forget_full_buckets(timestamp with time zone)",
    "revoke all on function kernel.take(bytea[],interval[],interval[],timestamp with time zone) from azora_app",
    "drop function kernel.take(bytea[],interval[],interval[],timestamp with time zone)",
    "drop index kernel.operations_updated_at_idx",
    "drop table kernel.operations",
    "drop table kernel.buckets",
    """
create or replace function kernel.keep()
     returns trigger
     language plpgsql
     set search_path to ''
    as $function$
    declare
      kept regclass := coalesce(pg_partition_root(tg_relid), tg_relid);
    begin
      -- The one change there may be: the key to a person goes with the person.
      if tg_op = 'UPDATE' and to_jsonb(old) ? 'user_id' then
        old.user_id := null;
        if new *= old then
          return new;
        end if;
      end if;
      raise exception '% is only ever added to', kept using errcode = 'restrict_violation';
    end $function$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in REVERSALS:
        op.execute(statement)
