"""All of identity: second factors, passkeys, ends of sessions, and the functions that guard them."""

from alembic import op

revision = "38f8bb030473"
down_revision = "c508800c827a"
branch_labels = None
depends_on = None

STATEMENTS = (
    "drop function auth.viewer_of_token(bytea)",
    "drop function auth.prove_viewer(bytea,text,text)",
    "drop policy insertable on auth.audit_logs",
    "drop policy visible on auth.mfa_settings",
    "drop policy visible on auth.user_profiles",
    "drop policy visible on auth.users",
    """
create table auth.passkeys (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    user_id uuid not null,
    name varchar not null,
    credential_id bytea not null,
    public_key bytea not null,
    sign_count bigint default 0 not null,
    transports text[] default '{}' not null,
    backed_up boolean default false not null,
    last_used_at timestamp with time zone,
    removed_at timestamp with time zone,
    constraint passkeys_pkey primary key (id),
    constraint passkeys_name_check check (length(name) between 1 and 100),
    constraint passkeys_sign_count_check check (sign_count >= 0),
    constraint passkeys_user_id_fkey foreign key(user_id) references auth.users (id) on delete cascade,
    constraint passkeys_credential_id_key unique (credential_id)
)
    """,
    "create index passkeys_user_id_id_idx on auth.passkeys (user_id, id)",
    "create index audit_logs_actor_id_id_idx on auth.audit_logs (actor_id, id)",
    "create index audit_logs_chain_position_idx on auth.audit_logs (chain, position)",
    "create index audit_logs_outcome_id_idx on auth.audit_logs (outcome, id)",
    "alter table auth.mfa_settings add column pending_secret_encrypted bytea",
    "alter table auth.mfa_settings add column totp_confirmed_at timestamp with time zone",
    "alter table auth.mfa_settings add column totp_last_step bigint",
    "alter table auth.mfa_settings add column pending_phone varchar",
    "alter table auth.mfa_settings add column sms_confirmed_at timestamp with time zone",
    "alter table auth.mfa_settings add column email_confirmed_at timestamp with time zone",
    "alter table auth.mfa_settings drop constraint mfa_settings_totp_check",
    "alter table auth.mfa_settings drop constraint mfa_settings_sms_check",
    """
update auth.mfa_settings set
  totp_confirmed_at = case method when 'totp' then enabled_at end,
  sms_confirmed_at = case method when 'sms' then enabled_at end,
  email_confirmed_at = case method when 'email' then enabled_at end
    """,
    "alter table auth.refresh_tokens add column used_at timestamp with time zone",
    "create index refresh_tokens_expires_at_idx on auth.refresh_tokens using brin (expires_at)",
    "create index refresh_tokens_unused_idx on auth.refresh_tokens (session_id) where used_at is null",
    "alter table auth.sessions add column access_expires_at timestamp with time zone",
    "update auth.sessions set access_expires_at = expires_at",
    "alter table auth.sessions alter column access_expires_at set not null",
    "alter table auth.sessions add column aal smallint default 1 not null",
    "alter table auth.sessions add column methods text[] default '{}' not null",
    "alter table auth.sessions add column renewable_until timestamp with time zone",
    "alter table auth.sessions add column revoked_reason varchar",
    "alter table auth.sessions add column impersonator_id uuid",
    "alter table auth.sessions add column impersonator_name varchar",
    "alter table auth.sessions add column impersonation_reason varchar",
    "create index sessions_impersonator_id_idx on auth.sessions (impersonator_id)",
    "alter table auth.sessions add constraint sessions_impersonator_id_fkey foreign key(impersonator_id) references auth.users (id) on delete cascade",
    "alter table auth.tokens add column details jsonb default '{}' not null",
    "alter table auth.tokens alter column user_id drop not null",
    "drop index auth.tokens_living_key",
    "create index tokens_expires_at_idx on auth.tokens using brin (expires_at)",
    "create unique index tokens_newest_key on auth.tokens (user_id, type) where consumed_at is null and type not in ('MFA_CHALLENGE', 'PASSKEY_SIGN_IN', 'EMAIL_UNDO', 'ACCOUNT_RESTORE')",
    "alter table auth.users add column pepper_kid varchar",
    "alter table auth.users add column last_failed_at timestamp with time zone",
    "alter table auth.users add column disabled_reason varchar",
    "update auth.users set disabled_reason = 'not told' where disabled_at is not null",
    "alter table auth.users add column deletion_requested_at timestamp with time zone",
    "alter table auth.users add column purge_at timestamp with time zone",
    "alter table auth.users add column app_metadata jsonb default '{}' not null",
    "create index users_to_purge_idx on auth.users (purge_at) where deleted_at is null",
    """
create or replace function auth.announce_end() returns trigger
    language plpgsql set search_path = '' as $$
    begin
      perform pg_notify('azora_sessions', old.id::text);
      return null;
    end $$
    """,
    "revoke all on function auth.announce_end() from public",
    """
create or replace function auth.viewer_of_token(token_hash bytea, moment timestamptz)
    returns table (
      user_id uuid, role text, session_id uuid, last_seen_at timestamptz, impersonator_id uuid
    )
    language sql stable security definer set search_path = '' as $$
      select person.id, person.role::text, session.id, session.last_seen_at, session.impersonator_id
      from auth.sessions session join auth.users person on person.id = session.user_id
      where session.token_hash = $1
        and session.revoked_at is null
        and session.access_expires_at > moment and session.expires_at > moment
        and person.disabled_at is null and person.deleted_at is null
        and person.deletion_requested_at is null
    $$
    """,
    "revoke all on function auth.viewer_of_token(bytea,timestamp with time zone) from public",
    "grant execute on function auth.viewer_of_token(bytea,timestamp with time zone) to azora_app",
    """
create or replace function auth.prove_viewer(proof bytea, user_id text, role text, moment timestamptz)
    returns boolean language sql volatile security definer set search_path = '' as $$
      select set_config('azora.user_id', $2, true) is not null
        and set_config('azora.role', $3, true) is not null
      from auth.sessions session join auth.users person on person.id = session.user_id
      where session.token_hash = $1 and person.id = $2::uuid and person.role::text = $3
        and session.revoked_at is null
        and session.access_expires_at > moment and session.expires_at > moment
        and person.disabled_at is null and person.deleted_at is null
        and person.deletion_requested_at is null
    $$
    """,
    "revoke all on function auth.prove_viewer(bytea,text,text,timestamp with time zone) from public",
    "grant execute on function auth.prove_viewer(bytea,text,text,timestamp with time zone) to azora_app",
    """
create or replace function auth.prove_session(
      proof bytea, user_id text, role text, moment timestamptz
    )
    returns boolean language sql volatile security definer set search_path = '' as $$
      select set_config('azora.user_id', $2, true) is not null
        and set_config('azora.role', $3, true) is not null
      from auth.sessions session join auth.users person on person.id = session.user_id
      where session.id = encode($1, 'hex')::uuid and person.id = $2::uuid and person.role::text = $3
        and session.revoked_at is null
        and session.access_expires_at > moment and session.expires_at > moment
        and person.disabled_at is null and person.deleted_at is null
        and person.deletion_requested_at is null
    $$
    """,
    "revoke all on function auth.prove_session(bytea,text,text,timestamp with time zone) from public",
    "grant execute on function auth.prove_session(bytea,text,text,timestamp with time zone) to azora_app",
    """
create or replace function auth.session_end(
      session_id uuid, user_id uuid, role text, moment timestamptz
    )
    returns timestamptz language sql stable security definer set search_path = '' as $$
      select least(session.access_expires_at, session.expires_at)
      from auth.sessions session join auth.users person on person.id = session.user_id
      where session.id = $1 and person.id = $2 and person.role::text = $3
        and session.revoked_at is null
        and session.access_expires_at > moment and session.expires_at > moment
        and person.disabled_at is null and person.deleted_at is null
        and person.deletion_requested_at is null
    $$
    """,
    "revoke all on function auth.session_end(uuid,uuid,text,timestamp with time zone) from public",
    "grant execute on function auth.session_end(uuid,uuid,text,timestamp with time zone) to azora_app",
    """
create or replace function auth.ended_sessions(ids uuid[], moment timestamptz)
    returns uuid[] language sql stable security definer set search_path = '' as $$
      select coalesce(array_agg(session.id), '{}')
      from auth.sessions session join auth.users person on person.id = session.user_id
      where session.id = any($1) and not (session.revoked_at is null
        and session.access_expires_at > moment and session.expires_at > moment
        and person.disabled_at is null and person.deleted_at is null
        and person.deletion_requested_at is null)
    $$
    """,
    "revoke all on function auth.ended_sessions(uuid[],timestamp with time zone) from public",
    "grant execute on function auth.ended_sessions(uuid[],timestamp with time zone) to azora_app",
    """
create or replace function auth.rotate_refresh_token(
      presented bytea, moment timestamptz, grace interval,
      access_hash bytea, access_lifetime interval,
      successor_id uuid, successor_hash bytea, idle_lifetime interval,
      ip inet, user_agent text, request_id text
    )
    returns table (
      outcome text, user_id uuid, role text, session_id uuid,
      access_until timestamptz, refresh_until timestamptz
    )
    language plpgsql volatile security definer set search_path = '' as $$
    #variable_conflict use_variable
    declare
      family auth.sessions;
    begin
      -- Whatever happens to the tokens of one session happens one after the other.
      select session.* into family from auth.sessions session where session.id = (
        select token.session_id from auth.refresh_tokens token where token.token_hash = presented
      ) for no key update;
      select person.id, person.role::text into user_id, role from auth.users person
      where person.id = family.user_id and family.revoked_at is null and family.expires_at > moment
        and person.disabled_at is null and person.deleted_at is null
        and person.deletion_requested_at is null;
      if not found then
        return;
      end if;
      session_id := family.id;
      access_until := least(moment + access_lifetime, family.expires_at);
      refresh_until := least(moment + idle_lifetime, family.expires_at);
      with used as (
        update auth.refresh_tokens token set used_at = moment, replaced_by_id = successor_id
        where token.token_hash = presented and token.used_at is null and token.revoked_at is null
          and token.expires_at > moment
        returning token.id
      )
      insert into auth.refresh_tokens (id, created_at, user_id, session_id, token_hash, expires_at)
      select successor_id, moment, user_id, session_id, successor_hash, refresh_until from used;
      if found then
        outcome := 'renewed';
        update auth.refresh_tokens sibling set used_at = moment, replaced_by_id = successor_id
        where sibling.session_id = family.id and sibling.used_at is null
          and sibling.id <> successor_id;
      else
        select case when token.used_at > moment - grace and exists (
          select from auth.refresh_tokens successor where successor.id = token.replaced_by_id
            and successor.used_at is null and successor.revoked_at is null
        ) then 'repeated' else 'reused' end into outcome
        from auth.refresh_tokens token
        where token.token_hash = presented and token.used_at is not null;
        if not found then
          return;
        end if;
      end if;
      if outcome = 'repeated' then
        insert into auth.refresh_tokens (id, created_at, user_id, session_id, token_hash, expires_at)
        values (successor_id, moment, user_id, session_id, successor_hash, refresh_until);
      end if;
      if outcome = 'reused' then
        update auth.sessions session set revoked_at = moment, revoked_reason = 'refresh token reused'
        where session.id = family.id;
        update auth.refresh_tokens token set revoked_at = moment
        where token.session_id = family.id and token.revoked_at is null;
      else
        update auth.sessions session
        set token_hash = access_hash, access_expires_at = access_until,
          renewable_until = refresh_until, last_seen_at = moment
        where session.id = family.id;
      end if;
      -- Last, because a chain of the log is locked from here to the end.
      insert into auth.audit_logs
        (created_at, user_id, actor_id, session_id, action, outcome, ip, user_agent, request_id)
      values (
        moment, user_id, user_id, session_id,
        case outcome when 'reused' then 'token.reuse_detected' else 'token.refreshed' end,
        cast(case outcome when 'reused' then 'denied' else 'success' end as auth.audit_outcome),
        ip, user_agent, request_id
      );
      return next;
    end $$
    """,
    "revoke all on function auth.rotate_refresh_token(bytea,timestamp with time zone,interval,bytea,interval,uuid,bytea,interval,inet,text,text) from public",
    "grant execute on function auth.rotate_refresh_token(bytea,timestamp with time zone,interval,bytea,interval,uuid,bytea,interval,inet,text,text) to azora_app",
    """
create or replace function auth.reserve_password_try(id uuid, address text, moment timestamptz)
    returns table (user_id uuid, password_hash text, pepper_kid text, locks boolean)
    language plpgsql volatile security definer set search_path = '' as $$
    begin
      -- Whether there is such an account must not show in a wait for the disk. A count that a crash
      -- loses is not missed.
      perform set_config('synchronous_commit', 'off', true);
      return query update auth.users person set
        failed_logins = case when person.last_failed_at < moment - interval '12 hours' then 1
          else person.failed_logins + 1 end, last_failed_at = moment,
        locked_until = case when case when person.last_failed_at < moment - interval '12 hours' then 1
          else person.failed_logins + 1 end >= 5 then moment + least(interval '15 minutes', interval '1 minute' * power(2, least(case when person.last_failed_at < moment - interval '12 hours' then 1
          else person.failed_logins + 1 end - 5, 9))) end
      where person.deleted_at is null
        and person.id = coalesce(reserve_password_try.id, (
          select named.id from auth.users named
          where named.email operator(public.=) address::public.citext and named.deleted_at is null))
        and person.failed_logins < 100
        and (person.locked_until is null or person.locked_until <= moment)
      returning person.id, person.password_hash::text, person.pepper_kid::text,
        person.locked_until is not null;
    end $$
    """,
    "revoke all on function auth.reserve_password_try(uuid,text,timestamp with time zone) from public",
    "grant execute on function auth.reserve_password_try(uuid,text,timestamp with time zone) to azora_app",
    """
create or replace function auth.link_audit_log() returns trigger
    language plpgsql security definer set search_path = '' set timezone = 'UTC' as $$
    begin
      new.chain := get_byte(uuid_send(coalesce(new.user_id, new.id)), 15) % 32;
      loop
        update kernel.audit_chains head
        set position = head.position + 1,
          hash = sha256(head.hash || convert_to(jsonb_build_array(head.position + 1, new.chain, new.id, new.created_at, new.user_id, new.actor_id, new.session_id, new.action, new.outcome, new.resource, new.ip, new.user_agent, new.request_id, new.details)::text, 'UTF8'))
        where head.chain = new.chain
        returning head.position, head.hash into new.position, new.hash;
        exit when found;
        insert into kernel.audit_chains (chain) values (new.chain) on conflict do nothing;
      end loop;
      return new;
    end $$
    """,
    "revoke all on function auth.link_audit_log() from public",
    """
create or replace function auth.forget_audit_logs(moment timestamp with time zone)
    returns integer language plpgsql security definer
    set search_path = '' set timezone = 'UTC' set lock_timeout = '2s' as $$
    declare
      young uuid;
      part regclass;
      forgotten integer := 0;
      refuses boolean;
    begin
      if moment is null or moment > now() - interval '365 days' then
        raise exception 'a log is kept for 365 days at least'
          using errcode = 'invalid_parameter_value';
      end if;
      young := kernel.first_id(moment);
      -- The lock of those who make partitions.
      perform pg_advisory_xact_lock(4911024);
      for part in
        select inhrelid from pg_inherits join pg_class on pg_class.oid = inhrelid
        where inhparent = 'auth.audit_logs'::regclass and relname ~ '_\\d{4}_\\d\\d$'
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
    """,
    "revoke all on function auth.forget_audit_logs(timestamp with time zone) from public",
    "grant execute on function auth.forget_audit_logs(timestamp with time zone) to azora_app",
    """
create or replace function auth.forget_secrets(before timestamp with time zone, most integer)
    returns bigint language sql volatile security definer set search_path = '' as $$
      with old_tokens as (
        select id from auth.tokens where expires_at < before
        order by expires_at limit most for update skip locked
      ), old_renewals as (
        select id from auth.refresh_tokens where expires_at < before
        order by expires_at limit most for update skip locked
      ), forgotten as (
        delete from auth.tokens where id in (select id from old_tokens) returning 1
      ), outlived as (
        delete from auth.refresh_tokens where id in (select id from old_renewals) returning 1
      )
      select (select count(*) from forgotten) + (select count(*) from outlived)
    $$
    """,
    "revoke all on function auth.forget_secrets(timestamp with time zone,integer) from public",
    "grant execute on function auth.forget_secrets(timestamp with time zone,integer) to azora_app",
    "create or replace trigger announce_end after update of revoked_at on auth.sessions for each row when (old.revoked_at is null and new.revoked_at is not null) execute function auth.announce_end()",
    "create or replace trigger announce_loss after delete on auth.sessions for each row execute function auth.announce_end()",
    "create or replace trigger announce_end after update of role, disabled_at, deleted_at, deletion_requested_at on auth.users for each row when (row(old.role, old.disabled_at, old.deleted_at, old.deletion_requested_at) is distinct from row(new.role, new.disabled_at, new.deleted_at, new.deletion_requested_at)) execute function auth.announce_end()",
    "create or replace trigger link before insert on auth.audit_logs for each row execute function auth.link_audit_log()",
    "create policy insertable on auth.audit_logs for insert to azora_app with check (auth.audit_logs.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or auth.audit_logs.actor_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_2) or (select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy visible on auth.mfa_settings for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or auth.mfa_settings.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "alter table auth.passkeys enable row level security, force row level security",
    "create policy visible on auth.passkeys for select to azora_app using (((select current_setting('azora.role', true) as current_setting_1) = 'admin' or auth.passkeys.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1)) and auth.passkeys.removed_at is null or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on auth.passkeys for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on auth.passkeys for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on auth.passkeys for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy visible on auth.user_profiles for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or auth.user_profiles.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (exists (select profiled.id from auth.users as profiled where profiled.id = auth.user_profiles.user_id and profiled.role in ('educator', 'employer') and profiled.deleted_at is null and profiled.disabled_at is null and profiled.deletion_requested_at is null)) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy visible on auth.users for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or auth.users.id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) and auth.users.deleted_at is null or auth.users.role in ('educator', 'employer') and auth.users.deleted_at is null and auth.users.disabled_at is null and auth.users.deletion_requested_at is null or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "revoke all on auth.passkeys from azora_app",
    "grant select, insert, update on auth.passkeys to azora_app",
    "alter table auth.users add constraint users_disabled_check check ((disabled_at is null) = (disabled_reason is null))",
    "alter table auth.users add constraint users_purge_at_check check ((purge_at is null) = (deletion_requested_at is null))",
    "alter table auth.users add constraint users_app_metadata_check check (jsonb_typeof(app_metadata) = 'object')",
    "alter table auth.user_profiles add constraint user_profiles_details_check check (jsonb_typeof(details) = 'object')",
    "alter table auth.sessions add constraint sessions_access_expires_at_check check (access_expires_at <= expires_at)",
    "alter table auth.sessions add constraint sessions_aal_check check (aal in (1, 2))",
    "alter table auth.sessions add constraint sessions_impersonation_check check ((impersonator_id is null) = (impersonation_reason is null))",
    "alter table auth.tokens add constraint tokens_user_id_check check (user_id is not null or type = 'PASSKEY_SIGN_IN')",
    "alter table auth.mfa_settings add constraint mfa_settings_totp_check check (totp_confirmed_at is null or secret_encrypted is not null)",
    "alter table auth.mfa_settings add constraint mfa_settings_sms_check check (sms_confirmed_at is null or phone is not null)",
    "alter table auth.mfa_settings add constraint mfa_settings_enabled_at_check check ((enabled_at is null) = (coalesce(totp_confirmed_at, sms_confirmed_at, email_confirmed_at) is null))",
)


REVERSALS = (
    "alter table auth.users drop constraint users_disabled_check",
    "alter table auth.users drop constraint users_purge_at_check",
    "alter table auth.users drop constraint users_app_metadata_check",
    "alter table auth.user_profiles drop constraint user_profiles_details_check",
    "alter table auth.sessions drop constraint sessions_access_expires_at_check",
    "alter table auth.sessions drop constraint sessions_aal_check",
    "alter table auth.sessions drop constraint sessions_impersonation_check",
    "alter table auth.tokens drop constraint tokens_user_id_check",
    "alter table auth.mfa_settings drop constraint mfa_settings_totp_check",
    "alter table auth.mfa_settings drop constraint mfa_settings_sms_check",
    "alter table auth.mfa_settings drop constraint mfa_settings_enabled_at_check",
    "delete from auth.tokens where type in ('MFA_CHALLENGE', 'PASSKEY_SIGN_IN', 'EMAIL_UNDO', 'ACCOUNT_RESTORE')",
    "revoke all on auth.passkeys from azora_app",
    "drop policy visible on auth.users",
    "drop policy visible on auth.user_profiles",
    "drop policy deletable on auth.passkeys",
    "drop policy updatable on auth.passkeys",
    "drop policy insertable on auth.passkeys",
    "drop policy visible on auth.passkeys",
    "alter table auth.passkeys no force row level security, disable row level security",
    "drop policy visible on auth.mfa_settings",
    "drop policy insertable on auth.audit_logs",
    "drop trigger link on auth.audit_logs",
    "drop trigger announce_end on auth.users",
    "drop trigger announce_loss on auth.sessions",
    "drop trigger announce_end on auth.sessions",
    "revoke all on function auth.forget_secrets(timestamp with time zone,integer) from azora_app",
    "drop function auth.forget_secrets(timestamp with time zone,integer)",
    "revoke all on function auth.forget_audit_logs(timestamp with time zone) from azora_app",
    "drop function auth.forget_audit_logs(timestamp with time zone)",
    "revoke all on function auth.link_audit_log() from azora_app",
    "drop function auth.link_audit_log()",
    "revoke all on function auth.reserve_password_try(uuid,text,timestamp with time zone) from azora_app",
    "drop function auth.reserve_password_try(uuid,text,timestamp with time zone)",
    "revoke all on function auth.rotate_refresh_token(bytea,timestamp with time zone,interval,bytea,interval,uuid,bytea,interval,inet,text,text) from azora_app",
    "drop function auth.rotate_refresh_token(bytea,timestamp with time zone,interval,bytea,interval,uuid,bytea,interval,inet,text,text)",
    "revoke all on function auth.ended_sessions(uuid[],timestamp with time zone) from azora_app",
    "drop function auth.ended_sessions(uuid[],timestamp with time zone)",
    "revoke all on function auth.session_end(uuid,uuid,text,timestamp with time zone) from azora_app",
    "drop function auth.session_end(uuid,uuid,text,timestamp with time zone)",
    "revoke all on function auth.prove_session(bytea,text,text,timestamp with time zone) from azora_app",
    "drop function auth.prove_session(bytea,text,text,timestamp with time zone)",
    "revoke all on function auth.prove_viewer(bytea,text,text,timestamp with time zone) from azora_app",
    "drop function auth.prove_viewer(bytea,text,text,timestamp with time zone)",
    "revoke all on function auth.viewer_of_token(bytea,timestamp with time zone) from azora_app",
    "drop function auth.viewer_of_token(bytea,timestamp with time zone)",
    "revoke all on function auth.announce_end() from azora_app",
    "drop function auth.announce_end()",
    "drop index auth.users_to_purge_idx",
    "alter table auth.users drop column app_metadata",
    "alter table auth.users drop column purge_at",
    "alter table auth.users drop column deletion_requested_at",
    "alter table auth.users drop column disabled_reason",
    "alter table auth.users drop column last_failed_at",
    "alter table auth.users drop column pepper_kid",
    "drop index auth.tokens_newest_key",
    "drop index auth.tokens_expires_at_idx",
    "create unique index tokens_living_key on auth.tokens (user_id, type) where (consumed_at is null)",
    "alter table auth.tokens alter column user_id set not null",
    "alter table auth.tokens drop column details",
    "alter table auth.sessions drop constraint sessions_impersonator_id_fkey",
    "drop index auth.sessions_impersonator_id_idx",
    "alter table auth.sessions drop column impersonation_reason",
    "alter table auth.sessions drop column impersonator_name",
    "alter table auth.sessions drop column impersonator_id",
    "alter table auth.sessions drop column revoked_reason",
    "alter table auth.sessions drop column renewable_until",
    "alter table auth.sessions drop column methods",
    "alter table auth.sessions drop column aal",
    "alter table auth.sessions drop column access_expires_at",
    "drop index auth.refresh_tokens_unused_idx",
    "drop index auth.refresh_tokens_expires_at_idx",
    "alter table auth.refresh_tokens drop column used_at",
    "alter table auth.mfa_settings drop column email_confirmed_at",
    "alter table auth.mfa_settings drop column sms_confirmed_at",
    "alter table auth.mfa_settings drop column pending_phone",
    "alter table auth.mfa_settings drop column totp_last_step",
    "alter table auth.mfa_settings drop column totp_confirmed_at",
    "alter table auth.mfa_settings drop column pending_secret_encrypted",
    "drop index auth.audit_logs_outcome_id_idx",
    "drop index auth.audit_logs_chain_position_idx",
    "drop index auth.audit_logs_actor_id_id_idx",
    "drop index auth.passkeys_user_id_id_idx",
    "drop table auth.passkeys",
    "create policy visible on auth.users for select to azora_app using (((( select current_setting('azora.role'::text, true) as current_setting_1) = 'admin'::text) or ((id = ( select (nullif(current_setting('azora.user_id'::text, true), ''::text))::uuid as nullif_1)) and (deleted_at is null)) or ((role = any (array['educator'::auth.user_role, 'employer'::auth.user_role])) and (deleted_at is null) and (disabled_at is null)) or (( select current_setting('azora.role'::text, true) as current_setting_2) = 'system'::text)))",
    "create policy visible on auth.user_profiles for select to azora_app using (((( select current_setting('azora.role'::text, true) as current_setting_1) = 'admin'::text) or (user_id = ( select (nullif(current_setting('azora.user_id'::text, true), ''::text))::uuid as nullif_1)) or (exists ( select profiled.id from auth.users profiled where ((profiled.id = user_profiles.user_id) and (profiled.role = any (array['educator'::auth.user_role, 'employer'::auth.user_role])) and (profiled.deleted_at is null) and (profiled.disabled_at is null)))) or (( select current_setting('azora.role'::text, true) as current_setting_2) = 'system'::text)))",
    "create policy visible on auth.mfa_settings for select to azora_app using ((( select current_setting('azora.role'::text, true) as current_setting_1) = 'system'::text))",
    "create policy insertable on auth.audit_logs for insert to azora_app with check (((user_id = ( select (nullif(current_setting('azora.user_id'::text, true), ''::text))::uuid as nullif_1)) or (( select current_setting('azora.role'::text, true) as current_setting_1) = 'system'::text)))",
    """
create or replace function auth.prove_viewer(proof bytea, user_id text, role text)
     returns boolean
     language sql
     security definer
     set search_path to ''
    as $function$
      select set_config('azora.user_id', $2, true) is not null
        and set_config('azora.role', $3, true) is not null
      from auth.sessions session join auth.users person on person.id = session.user_id
      where session.token_hash = $1 and person.id = $2::uuid and person.role::text = $3
        and session.revoked_at is null and session.expires_at > now()
        and person.disabled_at is null and person.deleted_at is null
    $function$
    """,
    "revoke all on function auth.prove_viewer(bytea,text,text) from public",
    "grant execute on function auth.prove_viewer(bytea,text,text) to azora_app",
    """
create or replace function auth.viewer_of_token(token_hash bytea)
     returns table(user_id uuid, role text, session_id uuid, last_seen_at timestamp with time zone)
     language sql
     stable security definer
     set search_path to ''
    as $function$
      select person.id, person.role::text, session.id, session.last_seen_at
      from auth.sessions session join auth.users person on person.id = session.user_id
      where session.token_hash = $1
        and session.revoked_at is null and session.expires_at > now()
        and person.disabled_at is null and person.deleted_at is null
    $function$
    """,
    "revoke all on function auth.viewer_of_token(bytea) from public",
    "grant execute on function auth.viewer_of_token(bytea) to azora_app",
    "alter table auth.mfa_settings add constraint mfa_settings_totp_check check (enabled_at is null or method <> 'totp' or secret_encrypted is not null)",
    "alter table auth.mfa_settings add constraint mfa_settings_sms_check check (enabled_at is null or method <> 'sms' or phone is not null)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in REVERSALS:
        op.execute(statement)
