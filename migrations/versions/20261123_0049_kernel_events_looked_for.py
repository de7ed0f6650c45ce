"""Workers look for events; nobody is notified of them."""

from alembic import op

revision = "145c9a27f642"
down_revision = "e5d2eab983c1"
branch_labels = None
depends_on = None

STATEMENTS = (
    "drop trigger announce on kernel.outbox",
    "drop function kernel.announce_outbox()",
)


REVERSALS = (
    """
create or replace function kernel.announce_outbox()
     returns trigger
     language plpgsql
     set search_path to ''
    as $function$
    begin
      notify azora_outbox;
      return null;
    end $function$
    """,
    "revoke all on function kernel.announce_outbox() from public",
    "create trigger announce after insert on kernel.outbox for each statement execute function kernel.announce_outbox()",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in REVERSALS:
        op.execute(statement)
