"""Without a grace a token is used once, whoever's clock is behind."""

from alembic import op

revision = "30e3a47d8c18"
down_revision = "d1932a791da1"
branch_labels = None
depends_on = None

STATEMENTS = (
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
        select case when grace > interval '0' and token.used_at > moment - grace and exists (
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
)


REVERSALS = (
    """
create or replace function auth.rotate_refresh_token(presented bytea, moment timestamp with time zone, grace interval, access_hash bytea, access_lifetime interval, successor_id uuid, successor_hash bytea, idle_lifetime interval, ip inet, user_agent text, request_id text)
     returns table(outcome text, user_id uuid, role text, session_id uuid, access_until timestamp with time zone, refresh_until timestamp with time zone)
     language plpgsql
     security definer
     set search_path to ''
    as $function$
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
        end $function$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in REVERSALS:
        op.execute(statement)
