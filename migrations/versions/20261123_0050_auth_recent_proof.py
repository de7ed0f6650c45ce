"""Whether somebody proved lately who they are, asked within a statement."""

from alembic import op

revision = "ec7e3daeeb70"
down_revision = "145c9a27f642"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
create or replace function auth.proven_since(
      session_id uuid, user_id uuid, moment timestamptz, since timestamptz
    )
    returns boolean language sql stable security definer set search_path = '' as $$
      select exists (
        select from auth.sessions session join auth.users person on person.id = session.user_id
        where session.id = $1 and person.id = $2 and session.impersonator_id is null
          and session.auth_time >= since
          and session.revoked_at is null
        and session.access_expires_at > moment and session.expires_at > moment
        and person.disabled_at is null and person.deleted_at is null
        and person.deletion_requested_at is null
      )
    $$
    """,
    "revoke all on function auth.proven_since(uuid,uuid,timestamp with time zone,timestamp with time zone) from public",
    "grant execute on function auth.proven_since(uuid,uuid,timestamp with time zone,timestamp with time zone) to azora_app",
)


REVERSALS = (
    "revoke all on function auth.proven_since(uuid,uuid,timestamp with time zone,timestamp with time zone) from azora_app",
    "drop function auth.proven_since(uuid,uuid,timestamp with time zone,timestamp with time zone)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in REVERSALS:
        op.execute(statement)
