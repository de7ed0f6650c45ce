"""Wallets, the ledger, stakes, mining and the economy's figures."""

from alembic import op

revision = "a43f943d74ca"
down_revision = "fbd53dd762c0"
branch_labels = None
depends_on = None

STATEMENTS = (
    "create schema mint",
    "create type mint.transaction_type as enum ('mint', 'burn', 'transfer', 'payment', 'refund', 'reward', 'mining_reward', 'stake', 'unstake', 'stake_reward', 'escrow_fund', 'escrow_release', 'escrow_refund', 'fee')",
    "create type mint.wallet_status as enum ('ACTIVE', 'FROZEN', 'CLOSED')",
    "create type mint.wallet_kind as enum ('USER', 'STAKE', 'ESCROW', 'ISSUANCE')",
    "create type mint.activity_type as enum ('course_completion', 'job_completion', 'skill_assessment')",
    "create type mint.stake_status as enum ('active', 'completed', 'cancelled')",
    "create type mint.currency as enum ('AZR', 'BTC', 'ETH', 'USD')",
    """
create table mint.economic_metrics (
    id uuid default uuidv7() not null,
    total_supply numeric(18, 8) not null,
    circulating_supply numeric(18, 8) not null,
    total_staked numeric(18, 8) not null,
    total_escrowed numeric(18, 8) not null,
    total_minted numeric(28, 8) not null,
    active_wallets integer not null,
    transactions numeric(20, 0) not null,
    daily_volume numeric(28, 8) not null,
    recorded_at timestamp with time zone default now() not null,
    constraint economic_metrics_pkey primary key (id),
    constraint economic_metrics_counts_check check (least(active_wallets, transactions) >= 0),
    constraint economic_metrics_amounts_check check (least(circulating_supply, total_staked, total_escrowed, daily_volume) >= 0),
    constraint economic_metrics_total_minted_check check (total_minted >= total_supply),
    constraint economic_metrics_sum_check check (total_supply = circulating_supply + total_staked + total_escrowed),
    constraint economic_metrics_total_supply_check check (total_supply between 0 and 1000000000),
    constraint economic_metrics_recorded_at_key unique (recorded_at)
)
    """,
    """
create table mint.postings (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    actor_id uuid,
    idempotency_key varchar not null,
    request_hash bytea not null,
    constraint postings_pkey primary key (id),
    constraint postings_idempotency_key_check check (length(idempotency_key) between 1 and 255),
    constraint postings_actor_id_idempotency_key_key unique nulls not distinct (actor_id, idempotency_key)
)
    """,
    """
create table mint.wallets (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    user_id uuid,
    payer_id uuid,
    payee_id uuid,
    kind mint.wallet_kind default 'USER' not null,
    currency mint.currency default 'AZR' not null,
    status mint.wallet_status default 'ACTIVE' not null,
    address varchar generated always as ('azr' || left(encode(sha256(uuid_send(id)), 'hex'), 40)) stored not null,
    balance numeric(18, 8) default 0 not null,
    version bigint default 0 not null,
    head_hash bytea default '' not null,
    constraint wallets_pkey primary key (id),
    constraint wallets_owner_check check ((kind in ('USER', 'STAKE')) = (user_id is not null)),
    constraint wallets_balance_check check (balance <> 'NaN'),
    constraint wallets_funds_check check (balance >= 0 or kind = 'ISSUANCE'),
    constraint wallets_supply_check check (kind <> 'ISSUANCE' or currency <> 'AZR' or balance >= -1000000000),
    constraint wallets_parties_check check (num_nonnulls(payer_id, payee_id) = case kind when 'ESCROW' then 2 else 0 end),
    constraint wallets_closed_check check (status <> 'CLOSED' or balance = 0),
    constraint wallets_two_parties_check check (payer_id <> payee_id),
    constraint wallets_address_key unique (address),
    constraint wallets_id_currency_key unique (id, currency),
    constraint wallets_id_user_id_currency_key unique (id, user_id, currency),
    constraint wallets_user_id_kind_currency_key unique (user_id, kind, currency)
    )
    with (fillfactor = 70)
    """,
    "create unique index wallets_issuance_key on mint.wallets (currency) where kind = 'ISSUANCE'",
    "create index wallets_kind_currency_id_idx on mint.wallets (kind, currency, id)",
    "create index wallets_payee_id_id_idx on mint.wallets (payee_id, id)",
    "create index wallets_payer_id_id_idx on mint.wallets (payer_id, id)",
    "create index wallets_user_id_id_idx on mint.wallets (user_id, id)",
    """
create table mint.transactions (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    posting_id uuid not null,
    leg smallint not null,
    type mint.transaction_type not null,
    from_id uuid not null,
    to_id uuid not null,
    currency mint.currency not null,
    amount numeric(18, 8) not null,
    reference varchar,
    reason varchar,
    reversal_of_id uuid,
    from_seq bigint not null,
    to_seq bigint not null,
    from_balance_after numeric(18, 8) not null,
    to_balance_after numeric(18, 8) not null,
    hash bytea not null,
    constraint transactions_pkey primary key (id),
    constraint transactions_amount_check check (amount > 0 and amount <> 'NaN'),
    constraint transactions_two_wallets_check check (from_id <> to_id),
    constraint transactions_reason_check check (length(reason) between 1 and 200),
    constraint transactions_reference_check check (length(reference) between 1 and 200),
    constraint transactions_from_id_currency_fkey foreign key(from_id, currency) references mint.wallets (id, currency) on delete restrict,
    constraint transactions_posting_id_fkey foreign key(posting_id) references mint.postings (id) on delete restrict,
    constraint transactions_reversal_of_id_fkey foreign key(reversal_of_id) references mint.transactions (id) on delete restrict,
    constraint transactions_to_id_currency_fkey foreign key(to_id, currency) references mint.wallets (id, currency) on delete restrict
    )
    partition by range (id)
    """,
    "create index transactions_created_at_idx on mint.transactions using brin (created_at)",
    "create index transactions_from_id_id_idx on mint.transactions (from_id, id)",
    "create index transactions_posting_id_idx on mint.transactions (posting_id)",
    "create index transactions_reference_idx on mint.transactions (reference) where reference is not null",
    "create index transactions_reversal_of_id_idx on mint.transactions (reversal_of_id) where reversal_of_id is not null",
    "create index transactions_to_id_id_idx on mint.transactions (to_id, id)",
    "create index transactions_type_id_idx on mint.transactions (type, id)",
    """
create table mint.mining_records (
    id uuid default uuidv7() not null,
    user_id uuid not null,
    wallet_id uuid not null,
    transaction_id uuid not null,
    activity_type mint.activity_type not null,
    activity_id uuid not null,
    currency mint.currency default 'AZR' not null,
    tokens_earned numeric(18, 8) not null,
    difficulty smallint default 1 not null,
    score numeric(5, 2) not null,
    proof_hash bytea not null,
    details jsonb default '{}' not null,
    mined_at timestamp with time zone default now() not null,
    constraint mining_records_pkey primary key (id),
    constraint mining_records_tokens_earned_check check (tokens_earned > 0 and tokens_earned <> 'NaN'),
    constraint mining_records_difficulty_check check (difficulty between 1 and 10),
    constraint mining_records_score_check check (score between 0 and 100),
    constraint mining_records_transaction_id_fkey foreign key(transaction_id) references mint.transactions (id) on delete restrict,
    constraint mining_records_wallet_id_user_id_currency_fkey foreign key(wallet_id, user_id, currency) references mint.wallets (id, user_id, currency) on delete restrict,
    constraint mining_records_proof_hash_key unique (proof_hash),
    constraint mining_records_transaction_id_key unique (transaction_id),
    constraint mining_records_user_id_activity_type_activity_id_key unique (user_id, activity_type, activity_id)
)
    """,
    "create index mining_records_activity_type_id_idx on mint.mining_records (activity_type, id)",
    "create index mining_records_user_id_id_idx on mint.mining_records (user_id, id)",
    "create index mining_records_wallet_id_id_idx on mint.mining_records (wallet_id, id)",
    """
create table mint.stakes (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    user_id uuid not null,
    wallet_id uuid not null,
    transaction_id uuid not null,
    currency mint.currency not null,
    amount numeric(18, 8) not null,
    reward_rate numeric(5, 4) default 0.05 not null,
    started_at timestamp with time zone default now() not null,
    unlocks_at timestamp with time zone not null,
    closed_at timestamp with time zone,
    status mint.stake_status default 'active' not null,
    reward_paid numeric(18, 8) default 0 not null,
    claims integer default 0 not null,
    constraint stakes_pkey primary key (id),
    constraint stakes_closed_at_check check ((status = 'active') = (closed_at is null)),
    constraint stakes_amount_check check (amount > 0 and amount <> 'NaN'),
    constraint stakes_reward_paid_check check (reward_paid >= 0 and reward_paid <> 'NaN'),
    constraint stakes_claims_check check (claims >= 0),
    constraint stakes_reward_rate_check check (reward_rate between 0 and 1),
    constraint stakes_unlocks_at_check check (unlocks_at > started_at),
    constraint stakes_transaction_id_fkey foreign key(transaction_id) references mint.transactions (id) on delete restrict,
    constraint stakes_wallet_id_user_id_currency_fkey foreign key(wallet_id, user_id, currency) references mint.wallets (id, user_id, currency) on delete restrict,
    constraint stakes_transaction_id_key unique (transaction_id)
)
    """,
    "create index stakes_status_id_idx on mint.stakes (status, id)",
    "create index stakes_unlocking_idx on mint.stakes (unlocks_at) where status = 'active'",
    "create index stakes_user_id_id_idx on mint.stakes (user_id, id)",
    "create index stakes_wallet_id_id_idx on mint.stakes (wallet_id, id)",
    "create index stakes_wallet_id_status_idx on mint.stakes (wallet_id, status)",
    "grant usage on schema mint to azora_app",
    """
create or replace function mint.open_wallet(person uuid, purpose text, money text) returns uuid
    language sql volatile security definer set search_path = '' as $$
      insert into mint.wallets (user_id, kind, currency)
      values (person, purpose::mint.wallet_kind, money::mint.currency)
      on conflict do nothing;
      select id from mint.wallets where user_id = person
        and kind = purpose::mint.wallet_kind and currency = money::mint.currency
    $$
    """,
    "revoke all on function mint.open_wallet(uuid,text,text) from public",
    "grant execute on function mint.open_wallet(uuid,text,text) to azora_app",
    """
create or replace function mint.open_issuance(money text) returns uuid
    language sql volatile security definer set search_path = '' as $$
      insert into mint.wallets (kind, currency) values ('ISSUANCE', money::mint.currency)
      on conflict do nothing;
      select id from mint.wallets where kind = 'ISSUANCE' and currency = money::mint.currency
    $$
    """,
    "revoke all on function mint.open_issuance(text) from public",
    "grant execute on function mint.open_issuance(text) to azora_app",
    """
create or replace function mint.open_escrow(payer uuid, payee uuid, money text) returns uuid
    language sql volatile security definer set search_path = '' as $$
      insert into mint.wallets (payer_id, payee_id, kind, currency)
      values (payer, payee, 'ESCROW', money::mint.currency)
      returning id
    $$
    """,
    "revoke all on function mint.open_escrow(uuid,uuid,text) from public",
    "grant execute on function mint.open_escrow(uuid,uuid,text) to azora_app",
    """
create or replace function mint.post(
      actor uuid, key text, purpose text, senders uuid[], recipients uuid[], amounts numeric[],
      kinds text[], reasons text[], reversals uuid[]
    ) returns setof mint.transactions
    language plpgsql volatile security definer set search_path = '' as $$
    declare
      legs integer := coalesce(cardinality(senders), 0);
      ids uuid[] := array(select distinct id from unnest(senders || recipients) as id);
      posted uuid;
      asked bytea;
      locked integer;
      sender mint.wallets;
      recipient mint.wallets;
      entry mint.transactions;
    begin
      -- Balances are read after the locks, by statements that must see what has committed since.
      if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'money moves under read committed alone' using errcode = 'LG010';
      end if;
      if key is null or length(key) not between 1 and 255 then
        raise exception 'a key has 1 to 255 characters' using errcode = 'LG005';
      end if;
      if legs not between 1 and 16 or (
        legs = all (array[cardinality(recipients), cardinality(amounts), cardinality(kinds),
                          cardinality(reasons), cardinality(reversals)])
      ) is not true then
        raise exception 'a posting has 1 to 16 legs' using errcode = 'LG006';
      end if;
      for i in 1 .. legs loop
        if senders[i] is null or recipients[i] is null then
          raise exception 'leg % lacks a wallet', i using errcode = 'LG004';
        end if;
        if senders[i] = recipients[i] then
          raise exception 'leg % goes nowhere', i using errcode = 'LG007';
        end if;
        if amounts[i] is null or amounts[i] = 'NaN' or amounts[i] <= 0 or amounts[i] >= 1e10
          or amounts[i] <> trunc(amounts[i], 8)
        then
          raise exception 'leg % has no amount of money', i using errcode = 'LG006';
        end if;
      end loop;
      amounts := amounts::numeric(18, 8)[];
      asked := sha256(convert_to(json_build_array(
        purpose, senders, recipients, amounts, kinds, reasons, reversals)::text, 'UTF8'));
      -- All at once and in one order, so that two postings never wait for each other.
      perform from mint.wallets where id = any (ids) order by id for no key update;
      get diagnostics locked = row_count;
      if locked <> cardinality(ids) then
        raise exception 'a wallet is not there' using errcode = 'LG004';
      end if;
      insert into mint.postings (actor_id, idempotency_key, request_hash)
      values (actor, key, asked) on conflict do nothing returning id into posted;
      if posted is null then
        select id into posted from (
          select id, request_hash from mint.postings where actor_id = actor and idempotency_key = key
          union all
          select id, request_hash from mint.postings
          where actor is null and actor_id is null and idempotency_key = key
        ) as there where request_hash = asked;
        if posted is null then
          raise exception 'the key was used for something else' using errcode = 'LG008';
        end if;
        -- Movements are younger than their posting, so older partitions are not looked at.
        return query
          select * from mint.transactions where posting_id = posted and id > posted order by leg;
        return;
      end if;
      for i in 1 .. legs loop
        select * into sender from mint.wallets where id = senders[i];
        select * into recipient from mint.wallets where id = recipients[i];
        if sender.currency <> recipient.currency then
          raise exception 'leg % is between two currencies', i using errcode = 'LG002';
        end if;
        if sender.status <> 'ACTIVE' or recipient.status <> 'ACTIVE' then
          raise exception 'leg % has a wallet that is not active', i using errcode = 'LG003';
        end if;
        if sender.kind <> 'ISSUANCE' and sender.balance < amounts[i] then
          raise exception 'leg % is not covered', i using errcode = 'LG001';
        end if;
        if sender.kind = 'ISSUANCE' and kinds[i] not in ('mint', 'reward', 'mining_reward', 'stake_reward')
          or recipient.kind = 'ISSUANCE'
            and kinds[i] not in ('burn', 'refund')
        then
          raise exception 'leg % neither makes money nor ends it', i using errcode = 'LG006';
        end if;
        if reversals[i] is not null and (
          not exists (
            select from mint.transactions where id = reversals[i]
              and from_id = recipients[i] and to_id = senders[i] and amount >= amounts[i])
          or exists (select from mint.transactions where reversal_of_id = reversals[i])
        ) then
          raise exception 'leg % takes nothing back', i using errcode = 'LG009';
        end if;
        entry.hash := sha256(sender.head_hash || recipient.head_hash || convert_to(json_build_array(
          actor, key, i, kinds[i], senders[i], recipients[i], sender.currency, amounts[i],
          purpose, reasons[i], reversals[i], sender.version + 1, recipient.version + 1)::text, 'UTF8'));
        update mint.wallets
        set balance = balance - amounts[i], version = version + 1, head_hash = entry.hash
        where id = senders[i] returning balance, version into sender.balance, sender.version;
        update mint.wallets
        set balance = balance + amounts[i], version = version + 1, head_hash = entry.hash
        where id = recipients[i]
        returning balance, version into recipient.balance, recipient.version;
        insert into mint.transactions (
          created_at, posting_id, leg, type, from_id, to_id, currency, amount, reference, reason,
          reversal_of_id, from_seq, to_seq, from_balance_after, to_balance_after, hash)
        values (
          clock_timestamp(), posted, i, kinds[i]::mint.transaction_type, senders[i], recipients[i],
          sender.currency, amounts[i], purpose, reasons[i], reversals[i],
          sender.version, recipient.version, sender.balance, recipient.balance, entry.hash)
        returning * into entry;
        return next entry;
      end loop;
    end $$
    """,
    "revoke all on function mint.post(uuid,text,text,uuid[],uuid[],numeric[],text[],text[],uuid[]) from public",
    "grant execute on function mint.post(uuid,text,text,uuid[],uuid[],numeric[],text[],text[],uuid[]) to azora_app",
    """
create or replace function mint.record_metrics() returns uuid
    language sql volatile security definer set search_path = '' as $$
      with held as (
        select
          coalesce(sum(balance) filter (where kind = 'USER'), 0) as circulating,
          coalesce(sum(balance) filter (where kind = 'STAKE'), 0) as staked,
          coalesce(sum(balance) filter (where kind = 'ESCROW'), 0) as escrowed,
          count(*) filter (where kind = 'USER' and status = 'ACTIVE') as active,
          -- Each movement counts in two wallets.
          coalesce(sum(version), 0) / 2 as moved
        from mint.wallets where currency = 'AZR'
      ), issuance as (
        select id, balance from mint.wallets where currency = 'AZR' and kind = 'ISSUANCE'
      ), burned as (
        select coalesce(sum(amount), 0) as amount
        from mint.transactions where to_id = (select id from issuance)
      ), today as (
        select coalesce(sum(amount), 0) as volume from mint.transactions
        where currency = 'AZR' and id > (select uuidv7(interval '-24 hours'))
      )
      insert into mint.economic_metrics (
        total_supply, circulating_supply, total_staked, total_escrowed, total_minted,
        active_wallets, transactions, daily_volume, recorded_at)
      select circulating + staked + escrowed, circulating, staked, escrowed,
        burned.amount - coalesce((select balance from issuance), 0),
        active, moved, today.volume, clock_timestamp()
      from held, burned, today
      returning id
    $$
    """,
    "revoke all on function mint.record_metrics() from public",
    "grant execute on function mint.record_metrics() to azora_app",
    """
create or replace function mint.viewer_wallet_ids() returns setof uuid language sql stable security definer set search_path = '' as $$ SELECT mint.wallets.id
    FROM mint.wallets
    WHERE mint.wallets.kind = 'USER' AND mint.wallets.user_id = (SELECT CAST(nullif(current_setting('azora.user_id', true), '') AS UUID) AS nullif_1) OR mint.wallets.payer_id = (SELECT CAST(nullif(current_setting('azora.user_id', true), '') AS UUID) AS nullif_2) OR mint.wallets.payee_id = (SELECT CAST(nullif(current_setting('azora.user_id', true), '') AS UUID) AS nullif_3) $$
    """,
    "revoke all on function mint.viewer_wallet_ids() from public",
    "grant execute on function mint.viewer_wallet_ids() to azora_app",
    "create or replace trigger touch before update on mint.stakes for each row execute function kernel.touch_updated_at()",
    "create or replace trigger touch before update on mint.wallets for each row execute function kernel.touch_updated_at()",
    "create or replace trigger keep before update or delete on mint.postings for each row execute function kernel.keep()",
    "create or replace trigger keep before update or delete on mint.transactions for each row execute function kernel.keep()",
    "create or replace trigger keep_all before truncate on mint.postings for each statement execute function kernel.keep()",
    "create or replace trigger keep_all before truncate on mint.transactions for each statement execute function kernel.keep()",
    "alter table mint.economic_metrics enable row level security, force row level security",
    "create policy visible on mint.economic_metrics for select to azora_app using (true)",
    "create policy insertable on mint.economic_metrics for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on mint.economic_metrics for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on mint.economic_metrics for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table mint.mining_records enable row level security, force row level security",
    "create policy visible on mint.mining_records for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or mint.mining_records.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on mint.mining_records for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on mint.mining_records for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on mint.mining_records for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table mint.postings enable row level security, force row level security",
    "create policy visible on mint.postings for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy insertable on mint.postings for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on mint.postings for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on mint.postings for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table mint.stakes enable row level security, force row level security",
    "create policy visible on mint.stakes for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or mint.stakes.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on mint.stakes for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on mint.stakes for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on mint.stakes for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table mint.transactions enable row level security, force row level security",
    "create policy visible on mint.transactions for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or mint.transactions.from_id = any (array((select mint.viewer_wallet_ids() as viewer_wallet_ids_1))) or mint.transactions.to_id = any (array((select mint.viewer_wallet_ids() as viewer_wallet_ids_2))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on mint.transactions for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on mint.transactions for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on mint.transactions for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table mint.wallets enable row level security, force row level security",
    "create policy visible on mint.wallets for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' and mint.wallets.kind in ('USER', 'ESCROW') or mint.wallets.kind = 'USER' and mint.wallets.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or mint.wallets.payer_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_2) or mint.wallets.payee_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_3) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on mint.wallets for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on mint.wallets for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on mint.wallets for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "revoke all on mint.economic_metrics from azora_app",
    "grant select on mint.economic_metrics to azora_app",
    "revoke all on mint.mining_records from azora_app",
    "grant select, insert, update on mint.mining_records to azora_app",
    "revoke all on mint.postings from azora_app",
    "grant select on mint.postings to azora_app",
    "revoke all on mint.stakes from azora_app",
    "grant select, insert, update on mint.stakes to azora_app",
    "revoke all on mint.transactions from azora_app",
    "grant select on mint.transactions to azora_app",
    "revoke all on mint.wallets from azora_app",
    "grant select on mint.wallets to azora_app",
    "grant update (status) on mint.wallets to azora_app",
    "select kernel.make_partitions()",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop schema mint cascade")
