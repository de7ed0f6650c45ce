"""Wallets that are opened for somebody who has left are closed."""

from alembic import op

revision = "d1932a791da1"
down_revision = "4c7d031595d9"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
create or replace function mint.open_wallet(person uuid, purpose text, money text) returns uuid
    language sql volatile security definer set search_path = '' as $$
      -- Who leaves has closed the wallet that everybody has; whatever is opened after it is closed.
      with home as (
        select status from mint.wallets
        where user_id = person and kind = 'USER' and currency = 'AZR' for no key update
      )
      insert into mint.wallets (user_id, kind, currency, status)
      select person, purpose::mint.wallet_kind, money::mint.currency,
        case (select status from home) when 'CLOSED' then 'CLOSED' else 'ACTIVE' end::mint.wallet_status
      where not exists (
        select from mint.wallets where user_id = person
          and kind = purpose::mint.wallet_kind and currency = money::mint.currency)
      on conflict do nothing;
      select id from mint.wallets where user_id = person
        and kind = purpose::mint.wallet_kind and currency = money::mint.currency
    $$
    """,
)


REVERSALS = (
    """
create or replace function mint.open_wallet(person uuid, purpose text, money text)
     returns uuid
     language sql
     security definer
     set search_path to ''
    as $function$
          insert into mint.wallets (user_id, kind, currency)
          values (person, purpose::mint.wallet_kind, money::mint.currency)
          on conflict do nothing;
          select id from mint.wallets where user_id = person
            and kind = purpose::mint.wallet_kind and currency = money::mint.currency
        $function$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in REVERSALS:
        op.execute(statement)
