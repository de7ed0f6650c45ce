"""What one-time tokens are for: new labels, which no statement of the same revision could use."""

from itertools import pairwise

from alembic import op

revision = "9d3f1b6c27e4"
down_revision = "5e0c1d7f92ab"
branch_labels = None
depends_on = None

ADDED = (
    "EMAIL_CHANGE",
    "EMAIL_UNDO",
    "ACCOUNT_RESTORE",
    "MFA_CHALLENGE",
    "PASSKEY_REGISTRATION",
    "PASSKEY_SIGN_IN",
)

REVERSALS = (
    """
    delete from auth.tokens
    where type not in ('EMAIL_VERIFICATION', 'RESET_PASSWORD', 'MFA_SMS', 'MFA_EMAIL')
    """,
    "alter type auth.token_type rename to token_type_before",
    """
    create type auth.token_type
    as enum ('EMAIL_VERIFICATION', 'RESET_PASSWORD', 'MFA_SMS', 'MFA_EMAIL')
    """,
    """
    alter table auth.tokens
    alter column type type auth.token_type using type::text::auth.token_type
    """,
    "drop type auth.token_type_before",
)


def upgrade() -> None:
    for before, label in pairwise(("MFA_EMAIL", *ADDED)):
        op.execute(f"alter type auth.token_type add value '{label}' after '{before}'")


def downgrade() -> None:
    for statement in REVERSALS:
        op.execute(statement)
