"""Money that is kept in the ledger, and the filters of lists."""

from alembic import op

revision = "0822017d84e5"
down_revision = "a43f943d74ca"
branch_labels = None
depends_on = None

STATEMENTS = (
    "drop trigger touch on education.wallets",
    "alter table education.wallets add column mint_wallet_id uuid",
    """
update education.wallets purse
set mint_wallet_id = mint.open_wallet(student.user_id, 'USER', purse.currency::text)
from education.students student where student.id = purse.student_id
    """,
    "alter table education.wallets alter column mint_wallet_id set not null",
    "alter table education.transactions add column mint_transaction_id uuid",
    # The ledger keeps what has happened, and nothing else.
    "delete from education.transactions where status <> 'completed'",
    """
do $$
declare
  told record;
  other uuid;
begin
  for told in
    select moved.*, mint_wallet_id, instructor_id
    from education.transactions moved join education.wallets purse on purse.id = wallet_id
    left join education.enrollments place on place.id = enrollment_id
    left join education.courses course on course.id = course_id
    order by moved.id
  loop
    other := case when told.amount < 0 and told.instructor_id is not null
      then mint.open_wallet(told.instructor_id, 'USER', told.currency::text)
      else mint.open_issuance(told.currency::text) end;
    update education.transactions set mint_transaction_id = (
      select id from mint.post(
        null, 'education:' || told.id, told.reference,
        array[case when told.amount < 0 then told.mint_wallet_id else other end],
        array[case when told.amount < 0 then other else told.mint_wallet_id end],
        array[abs(told.amount)],
        array[case when told.amount > 0 then 'mint' when told.instructor_id is null then 'burn'
              else 'payment' end],
        array[left(told.description, 200)], array[null]::uuid[]))
    where id = told.id;
  end loop;
end $$
    """,
    "alter table education.transactions alter column mint_transaction_id set not null",
    "revoke all on education.transactions from azora_app",
    "revoke all on education.wallets from azora_app",
    "drop index education.courses_category_level_idx",
    "create index courses_category_id_idx on education.courses (category, id)",
    "create index courses_duration_hours_id_idx on education.courses (duration_hours, id)",
    "drop index education.transactions_one_payment_key",
    "drop index education.transactions_reference_idx",
    "alter table education.transactions drop constraint transactions_wallet_id_idempotency_key_key",
    "create index transactions_mint_transaction_id_idx on education.transactions (mint_transaction_id)",
    "create unique index transactions_payment_key on education.transactions (enrollment_id) where type = 'payment'",
    "alter table education.transactions add constraint transactions_wallet_id_mint_transaction_id_key unique (wallet_id, mint_transaction_id)",
    "alter table education.transactions drop constraint transactions_wallet_id_currency_fkey",
    "alter table education.transactions add constraint transactions_wallet_id_fkey foreign key(wallet_id) references education.wallets (id) on delete restrict",
    "alter table education.transactions drop column status",
    "alter table education.transactions drop column currency",
    "alter table education.transactions drop column idempotency_key",
    "alter table education.transactions drop column reference",
    "alter table education.transactions drop column amount",
    "alter table education.wallets drop constraint wallets_id_currency_key",
    "alter table education.wallets add constraint wallets_mint_wallet_id_key unique (mint_wallet_id)",
    "alter table education.wallets drop column updated_at",
    "alter table education.wallets drop column currency",
    "drop type education.transaction_status",
    "revoke all on education.transactions from azora_app",
    "grant select, insert on education.transactions to azora_app",
    "revoke all on education.wallets from azora_app",
    "grant select, insert on education.wallets to azora_app",
)


REVERSALS = (
    "revoke all on education.wallets from azora_app",
    "revoke all on education.transactions from azora_app",
    "create type education.transaction_status as enum ('pending', 'completed', 'failed')",
    "alter table education.wallets add column currency education.currency default 'AZR'::education.currency not null",
    "alter table education.wallets add column updated_at timestamp with time zone default now() not null",
    "alter table education.wallets drop constraint wallets_mint_wallet_id_key",
    "alter table education.wallets add constraint wallets_id_currency_key unique nulls distinct (id, currency)",
    """
update education.wallets purse set currency = wallet.currency::text::education.currency
from mint.wallets wallet where wallet.id = purse.mint_wallet_id
    """,
    "alter table education.wallets drop column mint_wallet_id",
    "alter table education.transactions add column reference varchar",
    "alter table education.transactions add column idempotency_key varchar",
    "alter table education.transactions add column currency education.currency default 'AZR'::education.currency not null",
    "alter table education.transactions add column status education.transaction_status default 'completed'::education.transaction_status not null",
    "alter table education.transactions add column amount numeric(18, 8)",
    """
update education.transactions told
set amount = case told.type when 'payment' then -moved.amount else moved.amount end,
  currency = moved.currency::text::education.currency, reference = moved.reference
from mint.transactions moved where moved.id = told.mint_transaction_id
    """,
    "alter table education.transactions alter column amount set not null",
    "alter table education.transactions drop constraint transactions_wallet_id_fkey",
    "alter table education.transactions add constraint transactions_wallet_id_currency_fkey foreign key(wallet_id, currency) references education.wallets (id, currency) on delete restrict",
    "alter table education.transactions drop constraint transactions_wallet_id_mint_transaction_id_key",
    "drop index education.transactions_payment_key",
    "drop index education.transactions_mint_transaction_id_idx",
    "alter table education.transactions add constraint transactions_wallet_id_idempotency_key_key unique nulls distinct (wallet_id, idempotency_key)",
    "create index transactions_reference_idx on education.transactions (reference) where (reference is not null)",
    "create unique index transactions_one_payment_key on education.transactions (enrollment_id) where ((type = 'payment'::education.transaction_type) and (status <> 'failed'::education.transaction_status))",
    "alter table education.transactions drop column mint_transaction_id",
    "drop index education.courses_duration_hours_id_idx",
    "drop index education.courses_category_id_idx",
    "create index courses_category_level_idx on education.courses (category, level) where (published_at is not null)",
    "grant insert on education.wallets to azora_app",
    "grant select on education.wallets to azora_app",
    "grant update on education.wallets to azora_app",
    "grant insert on education.transactions to azora_app",
    "grant select on education.transactions to azora_app",
    "grant update (status) on education.transactions to azora_app",
    "create trigger touch before update on education.wallets for each row execute function kernel.touch_updated_at()",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in REVERSALS:
        op.execute(statement)
