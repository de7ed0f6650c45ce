"""Escrow wallets belong to the parties of their contracts."""

from alembic import op

from migrations.sharding import is_sharded

revision = "4c7d031595d9"
down_revision = "61c7e29eb26c"
branch_labels = None
depends_on = None

STATEMENTS = (
    "alter table forge.contracts drop constraint contracts_escrow_wallet_id_currency_fkey",
    "alter table forge.contracts add constraint contracts_escrow_wallet_fkey foreign key(escrow_wallet_id, employer_id, freelancer_id, currency) references mint.wallets (id, payer_id, payee_id, currency) on delete restrict",
)


REVERSALS = (
    "alter table forge.contracts drop constraint contracts_escrow_wallet_fkey",
    "alter table forge.contracts add constraint contracts_escrow_wallet_id_currency_fkey foreign key(escrow_wallet_id, currency) references mint.wallets (id, currency) on delete restrict",
)


def upgrade() -> None:
    if is_sharded():
        return
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    if is_sharded():
        return
    for statement in REVERSALS:
        op.execute(statement)
