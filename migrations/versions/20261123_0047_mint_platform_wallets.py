"""The platform has wallets of its own."""

from alembic import op

revision = "f4c1d9a2b7e3"
down_revision = "4c453b7a99a0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter type mint.wallet_kind add value if not exists 'PLATFORM' before 'ISSUANCE'")


def downgrade() -> None:
    """A label stays: Postgres takes none back, and nothing uses it."""
