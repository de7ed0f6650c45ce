"""The audit log in parts, one a month."""

from alembic import op

revision = "c05d9be81a37"
down_revision = "7b1f0c2a94de"
branch_labels = None
depends_on = None

# The table stands aside in a schema of its own while the other takes its name and its rows.
STATEMENTS = (
    "create schema auth_before",
    "alter table auth.audit_logs set schema auth_before",
    """
create table auth.audit_logs (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    user_id uuid,
    action varchar not null,
    resource varchar,
    ip inet,
    details jsonb default '{}' not null,
    constraint audit_logs_pkey primary key (id),
    constraint audit_logs_user_id_fkey foreign key(user_id) references auth.users (id) on delete set null
) partition by range (id)
    """,
    "create index audit_logs_action_id_idx on auth.audit_logs (action, id)",
    "create index audit_logs_created_at_idx on auth.audit_logs using brin (created_at)",
    "create index audit_logs_user_id_id_idx on auth.audit_logs (user_id, id)",
    "create or replace trigger keep before update or delete on auth.audit_logs for each row execute function kernel.keep()",
    "create or replace trigger keep_all before truncate on auth.audit_logs for each statement execute function kernel.keep()",
    "alter table auth.audit_logs enable row level security, force row level security",
    "create policy visible on auth.audit_logs for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or auth.audit_logs.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on auth.audit_logs for insert to azora_app with check (auth.audit_logs.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on auth.audit_logs for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on auth.audit_logs for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "grant select, insert on auth.audit_logs to azora_app",
    "select kernel.make_partitions()",
    "insert into auth.audit_logs (id, created_at, user_id, action, resource, ip, details) select id, created_at, user_id, action, resource, ip, details from auth_before.audit_logs",
    # Once more, for the months of the rows.
    "select kernel.make_partitions()",
    "drop schema auth_before cascade",
    "drop function auth.keep_audit_log()",
)

REVERSALS = (
    "create schema auth_before",
    "alter table auth.audit_logs set schema auth_before",
    """
create table auth.audit_logs (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    user_id uuid,
    action varchar not null,
    resource varchar,
    ip inet,
    details jsonb default '{}' not null,
    constraint audit_logs_pkey primary key (id),
    constraint audit_logs_user_id_fkey foreign key(user_id) references auth.users (id) on delete set null
)
    """,
    "insert into auth.audit_logs (id, created_at, user_id, action, resource, ip, details) select id, created_at, user_id, action, resource, ip, details from auth_before.audit_logs",
    "create index audit_logs_action_id_idx on auth.audit_logs (action, id)",
    "create index audit_logs_created_at_idx on auth.audit_logs using brin (created_at)",
    "create index audit_logs_user_id_id_idx on auth.audit_logs (user_id, id)",
    "drop schema auth_before cascade",
    """
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
    "revoke all on function auth.keep_audit_log() from public",
    "create or replace trigger keep before update or delete on auth.audit_logs for each row execute function auth.keep_audit_log()",
    "create or replace trigger keep_all before truncate on auth.audit_logs for each statement execute function auth.keep_audit_log()",
    "alter table auth.audit_logs enable row level security, force row level security",
    "create policy visible on auth.audit_logs for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or auth.audit_logs.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on auth.audit_logs for insert to azora_app with check (auth.audit_logs.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on auth.audit_logs for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on auth.audit_logs for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "grant select, insert on auth.audit_logs to azora_app",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in REVERSALS:
        op.execute(statement)
