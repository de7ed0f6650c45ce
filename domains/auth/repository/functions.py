"""The functions of the database that know who bears a token, and what each try of one means."""

from domains.auth.engine.audit import Action

LIVING_PERSON = """
    person.disabled_at is null and person.deleted_at is null
    and person.deletion_requested_at is null
"""
"""Who may be signed in at all."""

LIVING = f"""
    session.revoked_at is null
    and session.access_expires_at > moment and session.expires_at > moment
    and {LIVING_PERSON.strip()}
"""
"""Which sessions open doors at a moment."""

PROVER = "auth.prove_viewer"

PROVER_FUNCTION = f"""
create or replace function {PROVER}(proof bytea, user_id text, role text, moment timestamptz)
returns boolean language sql volatile security definer set search_path = '' as $$
  select set_config('azora.user_id', $2, true) is not null
    and set_config('azora.role', $3, true) is not null
  from auth.sessions session join auth.users person on person.id = session.user_id
  where session.token_hash = $1 and person.id = $2::uuid and person.role::text = $3
    and {LIVING.strip()}
$$
"""  # noqa: S608 (of constants)
"""Makes the function with which a statement makes sure of a viewer who is remembered."""

VIEWER_FUNCTION = f"""
create or replace function auth.viewer_of_token(token_hash bytea, moment timestamptz)
returns table (
  user_id uuid, role text, session_id uuid, last_seen_at timestamptz, impersonator_id uuid
)
language sql stable security definer set search_path = '' as $$
  select person.id, person.role::text, session.id, session.last_seen_at, session.impersonator_id
  from auth.sessions session join auth.users person on person.id = session.user_id
  where session.token_hash = $1
    and {LIVING.strip()}
$$
"""  # noqa: S608 (of constants)
"""Makes the function that knows a viewer by their token's digest.

It runs as its owner, because sessions are hidden from those who have not signed in.
"""

READ_VIEWER = """
select array[
  user_id::text, role, session_id::text, extract(epoch from $2 - last_seen_at)::text,
  impersonator_id::text
]
from auth.viewer_of_token($1, $2)
"""

SESSION_PROVER = "auth.prove_session"

SESSION_PROVER_FUNCTION = f"""
create or replace function {SESSION_PROVER}(
  proof bytea, user_id text, role text, moment timestamptz
)
returns boolean language sql volatile security definer set search_path = '' as $$
  select set_config('azora.user_id', $2, true) is not null
    and set_config('azora.role', $3, true) is not null
  from auth.sessions session join auth.users person on person.id = session.user_id
  where session.id = encode($1, 'hex')::uuid and person.id = $2::uuid and person.role::text = $3
    and {LIVING.strip()}
$$
"""  # noqa: S608 (of constants)
"""Makes the function with which a statement makes sure of a viewer by the id of their session.

A refresh replaces the token, and a socket that was opened with the older one lives on.
"""

SESSION_END_FUNCTION = f"""
create or replace function auth.session_end(
  session_id uuid, user_id uuid, role text, moment timestamptz
)
returns timestamptz language sql stable security definer set search_path = '' as $$
  select least(session.access_expires_at, session.expires_at)
  from auth.sessions session join auth.users person on person.id = session.user_id
  where session.id = $1 and person.id = $2 and person.role::text = $3
    and {LIVING.strip()}
$$
"""  # noqa: S608 (of constants)
"""Makes the function that knows when the access to a living session ends."""

READ_SESSION_END = "select auth.session_end($1, $2, $3, $4)"

PROVEN_SINCE = "auth.proven_since"

PROVEN_SINCE_FUNCTION = f"""
create or replace function {PROVEN_SINCE}(
  session_id uuid, user_id uuid, moment timestamptz, since timestamptz
)
returns boolean language sql stable security definer set search_path = '' as $$
  select exists (
    select from auth.sessions session join auth.users person on person.id = session.user_id
    where session.id = $1 and person.id = $2 and session.impersonator_id is null
      and session.auth_time >= since
      and {LIVING.strip()}
  )
$$
"""  # noqa: S608 (of constants)
"""Makes the function that knows whether a person, and no admin as them, proved since a moment who
they are, in a session that lives: for acts of one statement that want a recent proof."""

ENDED_SESSIONS_FUNCTION = f"""
create or replace function auth.ended_sessions(ids uuid[], moment timestamptz)
returns uuid[] language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(session.id), '{{}}')
  from auth.sessions session join auth.users person on person.id = session.user_id
  where session.id = any($1) and not ({LIVING.strip()})
$$
"""  # noqa: S608 (of constants)
"""Makes the function that knows which of many sessions have ended."""

READ_ENDED_SESSIONS = "select auth.ended_sessions($1, $2)"

ANNOUNCE_END = """
create or replace function auth.announce_end() returns trigger
language plpgsql set search_path = '' as $$
begin
  perform pg_notify('azora_sessions', old.id::text);
  return null;
end $$
"""
"""Makes the function of the triggers that tell whose open sockets are to be closed: those of a
session, or all of a person."""

END_TRIGGERS = {
    "announce_end on auth.sessions": (
        "after update of revoked_at on auth.sessions for each row "
        "when (old.revoked_at is null and new.revoked_at is not null) "
        "execute function auth.announce_end()"
    ),
    "announce_loss on auth.sessions": (
        "after delete on auth.sessions for each row execute function auth.announce_end()"
    ),
    "announce_end on auth.users": (
        "after update of role, disabled_at, deleted_at, deletion_requested_at on auth.users "
        "for each row when (row(old.role, old.disabled_at, old.deleted_at, "
        "old.deletion_requested_at) is distinct from row(new.role, new.disabled_at, "
        "new.deleted_at, new.deletion_requested_at)) "
        "execute function auth.announce_end()"
    ),
}

ROTATE = "auth.rotate_refresh_token"

REUSED_REASON = "refresh token reused"

ROTATE_FUNCTION = f"""
create or replace function {ROTATE}(
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
    and {LIVING_PERSON.strip()};
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
    update auth.sessions session set revoked_at = moment, revoked_reason = '{REUSED_REASON}'
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
    case outcome when 'reused' then '{Action.TOKEN_REUSED}' else '{Action.TOKEN_REFRESHED}' end,
    cast(case outcome when 'reused' then 'denied' else 'success' end as auth.audit_outcome),
    ip, user_agent, request_id
  );
  return next;
end $$
"""  # noqa: S608 (of constants)
"""Makes the function that renews a session once for each of its refresh tokens.

It says `renewed`; `repeated` for a token that came again within the grace, while its successor is
unused, and gets one more successor; and `reused` for any other that came before, which ends the
session. Of several successors of one token, the first to be used retires the others with it, so
that a session never goes on in two places. Nothing comes back for a token that renews nothing.
"""

TRIES = 5
"""Wrong passwords in a row until an account is locked for the first time."""

MOST_TRIES = 100
"""Wrong passwords in a row after which nothing but a new password opens the account."""

NUMBER = """case when person.last_failed_at < moment - interval '12 hours' then 1
      else person.failed_logins + 1 end"""
"""The number of a try since the last one that succeeded, or since nobody tried for long."""

LOCK = f"least(interval '15 minutes', interval '1 minute' * power(2, least({NUMBER} - {TRIES}, 9)))"
"""How long an account is locked after a try of this number."""

RESERVE = "auth.reserve_password_try"

RESERVE_FUNCTION = f"""
create or replace function {RESERVE}(id uuid, address text, moment timestamptz)
returns table (user_id uuid, password_hash text, pepper_kid text, locks boolean)
language plpgsql volatile security definer set search_path = '' as $$
begin
  -- Whether there is such an account must not show in a wait for the disk. A count that a crash
  -- loses is not missed.
  perform set_config('synchronous_commit', 'off', true);
  return query update auth.users person set
    failed_logins = {NUMBER}, last_failed_at = moment,
    locked_until = case when {NUMBER} >= {TRIES} then moment + {LOCK} end
  where person.deleted_at is null
    and person.id = coalesce(reserve_password_try.id, (
      select named.id from auth.users named
      where named.email operator(public.=) address::public.citext and named.deleted_at is null))
    and person.failed_logins < {MOST_TRIES}
    and (person.locked_until is null or person.locked_until <= moment)
  returning person.id, person.password_hash::text, person.pepper_kid::text,
    person.locked_until is not null;
end $$
"""  # noqa: S608 (of constants)
"""Makes the function that counts a try of somebody's password before the password is compared.

It gives what to compare with, and whether the account is locked if the try fails; nothing for an
account that is locked already, or that does not exist.
"""
