"""Each new message is announced to those who listen."""

from alembic import op

revision = "4c453b7a99a0"
down_revision = "38f8bb030473"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
create or replace function notifications.announce() returns trigger
    language plpgsql set search_path = '' as $$
    begin
      perform pg_notify('azora_notifications', concat(new.user_id, ' ', new.id));
      return null;
    end $$
    """,
    "revoke all on function notifications.announce() from public",
    "create or replace trigger announce after insert on notifications.notifications for each row execute function notifications.announce()",
)


REVERSALS = (
    "drop trigger announce on notifications.notifications",
    "revoke all on function notifications.announce() from azora_app",
    "drop function notifications.announce()",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in REVERSALS:
        op.execute(statement)
