"""Accounts, sessions and what proves them, and the audit log."""

from alembic import op

revision = "4512913a5d5b"
down_revision = "901aad66b914"
branch_labels = None
depends_on = None

STATEMENTS = (
    "create schema auth",
    "create type auth.mfa_method as enum ('totp', 'sms', 'email')",
    "create type auth.token_type as enum ('EMAIL_VERIFICATION', 'RESET_PASSWORD', 'MFA_SMS', 'MFA_EMAIL')",
    "create type auth.user_role as enum ('student', 'educator', 'employer', 'admin')",
    """
create table auth.users (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    email citext not null,
    password_hash varchar,
    name varchar not null,
    role auth.user_role default 'student' not null,
    email_verified_at timestamp with time zone,
    last_login_at timestamp with time zone,
    failed_logins smallint default 0 not null,
    locked_until timestamp with time zone,
    disabled_at timestamp with time zone,
    deleted_at timestamp with time zone,
    constraint users_pkey primary key (id),
    constraint users_name_check check (length(name) between 2 and 100),
    constraint users_email_lower_case_check check (email::text = lower(email::text)),
    constraint users_failed_logins_check check (failed_logins >= 0)
)
    """,
    "create index users_created_at_idx on auth.users (created_at)",
    "create unique index users_email_key on auth.users (email) where deleted_at is null",
    "create index users_name_trigrams_idx on auth.users using gin (name gin_trgm_ops)",
    "create index users_role_id_idx on auth.users (role, id)",
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
    "create index audit_logs_action_id_idx on auth.audit_logs (action, id)",
    "create index audit_logs_created_at_idx on auth.audit_logs using brin (created_at)",
    "create index audit_logs_user_id_id_idx on auth.audit_logs (user_id, id)",
    """
create table auth.mfa_settings (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    user_id uuid not null,
    method auth.mfa_method default 'totp' not null,
    secret_encrypted bytea,
    backup_code_hashes text[] default '{}' not null,
    phone varchar,
    enabled_at timestamp with time zone,
    last_used_at timestamp with time zone,
    constraint mfa_settings_pkey primary key (id),
    constraint mfa_settings_totp_check check (enabled_at is null or method <> 'totp' or secret_encrypted is not null),
    constraint mfa_settings_sms_check check (enabled_at is null or method <> 'sms' or phone is not null),
    constraint mfa_settings_user_id_key unique (user_id),
    constraint mfa_settings_user_id_fkey foreign key(user_id) references auth.users (id) on delete cascade
)
    """,
    """
create table auth.sessions (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    user_id uuid not null,
    token_hash bytea not null,
    ip inet,
    user_agent varchar,
    auth_time timestamp with time zone default now() not null,
    last_seen_at timestamp with time zone default now() not null,
    expires_at timestamp with time zone not null,
    revoked_at timestamp with time zone,
    constraint sessions_pkey primary key (id),
    constraint sessions_expires_at_check check (expires_at > created_at),
    constraint sessions_user_id_fkey foreign key(user_id) references auth.users (id) on delete cascade,
    constraint sessions_token_hash_key unique (token_hash)
)
    """,
    "create index sessions_living_idx on auth.sessions (expires_at) where revoked_at is null",
    "create index sessions_user_id_id_idx on auth.sessions (user_id, id)",
    """
create table auth.tokens (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    user_id uuid not null,
    type auth.token_type not null,
    token_hash bytea not null,
    expires_at timestamp with time zone not null,
    attempts smallint default 0 not null,
    consumed_at timestamp with time zone,
    constraint tokens_pkey primary key (id),
    constraint tokens_expires_at_check check (expires_at > created_at),
    constraint tokens_attempts_check check (attempts >= 0),
    constraint tokens_user_id_fkey foreign key(user_id) references auth.users (id) on delete cascade,
    constraint tokens_token_hash_key unique (token_hash)
)
    """,
    "create unique index tokens_living_key on auth.tokens (user_id, type) where consumed_at is null",
    "create index tokens_user_id_idx on auth.tokens (user_id)",
    """
create table auth.user_profiles (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    user_id uuid not null,
    avatar varchar,
    bio varchar,
    location varchar,
    timezone varchar,
    language varchar default 'en' not null,
    details jsonb default '{}' not null,
    constraint user_profiles_pkey primary key (id),
    constraint user_profiles_user_id_key unique (user_id),
    constraint user_profiles_user_id_fkey foreign key(user_id) references auth.users (id) on delete cascade
)
    """,
    """
create table auth.refresh_tokens (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    user_id uuid not null,
    session_id uuid not null,
    token_hash bytea not null,
    expires_at timestamp with time zone not null,
    revoked_at timestamp with time zone,
    replaced_by_id uuid,
    constraint refresh_tokens_pkey primary key (id),
    constraint refresh_tokens_expires_at_check check (expires_at > created_at),
    constraint refresh_tokens_user_id_fkey foreign key(user_id) references auth.users (id) on delete cascade,
    constraint refresh_tokens_session_id_fkey foreign key(session_id) references auth.sessions (id) on delete cascade,
    constraint refresh_tokens_token_hash_key unique (token_hash),
    constraint refresh_tokens_replaced_by_id_fkey foreign key(replaced_by_id) references auth.refresh_tokens (id) on delete set null
)
    """,
    "create index refresh_tokens_replaced_by_id_idx on auth.refresh_tokens (replaced_by_id)",
    "create index refresh_tokens_session_id_idx on auth.refresh_tokens (session_id)",
    "create index refresh_tokens_user_id_idx on auth.refresh_tokens (user_id)",
    "grant usage on schema auth to azora_app",
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
    """
create or replace function auth.viewer_of_token(token_hash bytea)
returns table (user_id uuid, role text, session_id uuid, last_seen_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select person.id, person.role::text, session.id, session.last_seen_at
  from auth.sessions session join auth.users person on person.id = session.user_id
  where session.token_hash = $1
    and session.revoked_at is null and session.expires_at > now()
    and person.disabled_at is null and person.deleted_at is null
$$
    """,
    "revoke all on function auth.viewer_of_token(bytea) from public",
    "grant execute on function auth.viewer_of_token(bytea) to azora_app",
    """
create or replace function auth.prove_viewer(proof bytea, user_id text, role text)
returns boolean language sql volatile security definer set search_path = '' as $$
  select set_config('azora.user_id', $2, true) is not null
    and set_config('azora.role', $3, true) is not null
  from auth.sessions session join auth.users person on person.id = session.user_id
  where session.token_hash = $1 and person.id = $2::uuid and person.role::text = $3
    and session.revoked_at is null and session.expires_at > now()
    and person.disabled_at is null and person.deleted_at is null
$$
    """,
    "revoke all on function auth.prove_viewer(bytea,text,text) from public",
    "grant execute on function auth.prove_viewer(bytea,text,text) to azora_app",
    "create or replace trigger touch before update on auth.mfa_settings for each row execute function kernel.touch_updated_at()",
    "create or replace trigger touch before update on auth.user_profiles for each row execute function kernel.touch_updated_at()",
    "create or replace trigger touch before update on auth.users for each row execute function kernel.touch_updated_at()",
    "create or replace trigger keep before update or delete on auth.audit_logs for each row execute function auth.keep_audit_log()",
    "create or replace trigger keep_all before truncate on auth.audit_logs for each statement execute function auth.keep_audit_log()",
    "alter table auth.audit_logs enable row level security, force row level security",
    "create policy visible on auth.audit_logs for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or auth.audit_logs.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on auth.audit_logs for insert to azora_app with check (auth.audit_logs.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on auth.audit_logs for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on auth.audit_logs for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table auth.mfa_settings enable row level security, force row level security",
    "create policy visible on auth.mfa_settings for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy insertable on auth.mfa_settings for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on auth.mfa_settings for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on auth.mfa_settings for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table auth.refresh_tokens enable row level security, force row level security",
    "create policy visible on auth.refresh_tokens for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy insertable on auth.refresh_tokens for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on auth.refresh_tokens for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on auth.refresh_tokens for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table auth.sessions enable row level security, force row level security",
    "create policy visible on auth.sessions for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or auth.sessions.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on auth.sessions for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on auth.sessions for update to azora_app using (auth.sessions.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_1) = 'system') with check (auth.sessions.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on auth.sessions for delete to azora_app using (auth.sessions.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table auth.tokens enable row level security, force row level security",
    "create policy visible on auth.tokens for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy insertable on auth.tokens for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on auth.tokens for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on auth.tokens for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table auth.user_profiles enable row level security, force row level security",
    "create policy visible on auth.user_profiles for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or auth.user_profiles.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (exists (select profiled.id from auth.users as profiled where profiled.id = auth.user_profiles.user_id and profiled.role = 'educator' and profiled.deleted_at is null and profiled.disabled_at is null)) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on auth.user_profiles for insert to azora_app with check (auth.user_profiles.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on auth.user_profiles for update to azora_app using (auth.user_profiles.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_1) = 'system') with check (auth.user_profiles.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on auth.user_profiles for delete to azora_app using (auth.user_profiles.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table auth.users enable row level security, force row level security",
    "create policy visible on auth.users for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or auth.users.id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) and auth.users.deleted_at is null or auth.users.role = 'educator' and auth.users.deleted_at is null and auth.users.disabled_at is null or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on auth.users for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on auth.users for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on auth.users for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "grant select, insert on auth.audit_logs to azora_app",
    "grant select, insert, update on auth.mfa_settings to azora_app",
    "grant select, insert, update on auth.refresh_tokens to azora_app",
    "grant select, insert, update on auth.sessions to azora_app",
    "grant select, insert, update on auth.tokens to azora_app",
    "grant select, insert, update on auth.user_profiles to azora_app",
    "grant select, insert, update on auth.users to azora_app",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop schema auth cascade")
