"""Transfers and mining as functions, numbered mining records, and the platform's own wallets."""

from alembic import op

revision = "12d2a1a40d7f"
down_revision = "ec7e3daeeb70"
branch_labels = None
depends_on = None

STATEMENTS = (
    "drop policy visible on mint.wallets",
    "alter table mint.mining_records add column number integer",
    "update mint.mining_records set number = place from (select id, row_number() over (order by id) as place from mint.mining_records) as counted where counted.id = mining_records.id",
    "alter table mint.mining_records alter column number set not null",
    "create index mining_records_activity_type_activity_id_idx on mint.mining_records (activity_type, activity_id)",
    "alter table mint.mining_records add constraint mining_records_number_key unique (number)",
    "create index mining_records_user_id_mined_at_idx on mint.mining_records (user_id, mined_at)",
    "alter table mint.stakes add column matured_at timestamp with time zone",
    "drop index mint.stakes_unlocking_idx",
    "create index stakes_maturing_idx on mint.stakes (unlocks_at) where status = 'active' and matured_at is null",
    "alter table mint.wallets add constraint wallets_id_payer_id_payee_id_currency_key unique (id, payer_id, payee_id, currency)",
    "create unique index wallets_platform_key on mint.wallets (currency) where kind = 'PLATFORM'",
    """
create or replace function mint.open_platform(money text) returns uuid
    language sql volatile security definer set search_path = '' as $$
      insert into mint.wallets (kind, currency) values ('PLATFORM', money::mint.currency)
      on conflict do nothing;
      select id from mint.wallets where kind = 'PLATFORM' and currency = money::mint.currency
    $$
    """,
    "revoke all on function mint.open_platform(text) from public",
    "grant execute on function mint.open_platform(text) to azora_app",
    """
create or replace function mint.post(
      actor uuid, key text, purpose text, senders uuid[], recipients uuid[], amounts numeric[],
      kinds text[], reasons text[], reversals uuid[]
    ) returns setof mint.transactions
    language plpgsql volatile security definer set search_path = '' as $$
    declare
      legs integer := coalesce(cardinality(senders), 0);
      posted uuid;
      asked bytea;
      ids uuid[];
      locked integer;
      first mint.wallets;
      second mint.wallets;
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
      -- In one order, so that two postings never wait for each other.
      if legs = 1 then
        -- Locked and read at once, which is most of what a posting costs.
        select * into first from mint.wallets
        where id = least(senders[1], recipients[1]) for no key update;
        select * into second from mint.wallets
        where id = greatest(senders[1], recipients[1]) for no key update;
        if first.id is null or second.id is null then
          raise exception 'a wallet is not there' using errcode = 'LG004';
        end if;
        if first.id = senders[1] then
          sender := first;
          recipient := second;
        else
          sender := second;
          recipient := first;
        end if;
      else
        ids := array(select distinct id from unnest(senders || recipients) as id);
        perform from mint.wallets where id = any (ids) order by id for no key update;
        get diagnostics locked = row_count;
        if locked <> cardinality(ids) then
          raise exception 'a wallet is not there' using errcode = 'LG004';
        end if;
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
        if legs > 1 then
          select * into sender from mint.wallets where id = senders[i];
          select * into recipient from mint.wallets where id = recipients[i];
        end if;
        if sender.currency <> recipient.currency then
          raise exception 'leg % is between two currencies', i using errcode = 'LG002';
        end if;
        if sender.status <> 'ACTIVE' or recipient.status <> 'ACTIVE' then
          raise exception 'leg % has a wallet that is not active', i using errcode = 'LG003',
            detail = case when sender.status <> 'ACTIVE' then 'sender' else 'recipient' end;
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
        if reversals[i] is not null then
          if not exists (
              select from mint.transactions where id = reversals[i]
                and from_id = recipients[i] and to_id = senders[i] and amount >= amounts[i])
            or exists (select from mint.transactions where reversal_of_id = reversals[i])
          then
            raise exception 'leg % takes nothing back', i using errcode = 'LG009';
          end if;
        end if;
        entry.hash := sha256(sender.head_hash || recipient.head_hash || convert_to(json_build_array(
          actor, key, i, kinds[i], senders[i], recipients[i], sender.currency, amounts[i],
          purpose, reasons[i], reversals[i], sender.version + 1, recipient.version + 1)::text, 'UTF8'));
        sender.balance := sender.balance - amounts[i];
        sender.version := sender.version + 1;
        recipient.balance := recipient.balance + amounts[i];
        recipient.version := recipient.version + 1;
        update mint.wallets set
          balance = case id when sender.id then sender.balance else recipient.balance end,
          version = version + 1, head_hash = entry.hash
        where id in (sender.id, recipient.id);
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
    """
create or replace function mint.transfer(
      actor uuid, administers boolean, key text, source uuid, target text, amount numeric, reason text,
      session_id uuid
    ) returns uuid
    language plpgsql volatile security definer set search_path = '' as $$
    declare
      way record;
      moved mint.transactions;
    begin
      select recipient.id, recipient.user_id,
        sender.kind = 'USER' and sender.user_id = actor
          or administers and sender.kind = 'PLATFORM' as is_theirs
      into way
      from (select) as asked
      left join mint.wallets sender on sender.id = source
      -- What is locked or held between two people is only paid into by those who account for it.
      left join mint.wallets recipient on recipient.address = target and recipient.kind = 'USER';
      if way.is_theirs is not true then
        raise exception 'the wallet is not theirs' using errcode = 'LG004', detail = 'sender';
      end if;
      if way.id is null then
        raise exception 'nobody has this address' using errcode = 'LG004', detail = 'recipient';
      end if;
      select * into moved from mint.post(
        actor, key, null, array[source], array[way.id], array[amount], array['transfer'],
        array[reason], array[null]::uuid[]);
      -- A repetition finds the posting of another transaction, and has nothing new to tell.
      if exists (
        select from mint.postings where id = moved.posting_id and xmin = pg_current_xact_id()::xid)
      then
        insert into kernel.outbox (topic, aggregate_id, body) values (
          'mint.money.transferred', moved.id, jsonb_build_object(
            'transaction_id', moved.id, 'actor_id', actor, 'recipient_id', way.user_id,
            'session_id', session_id));
      end if;
      return moved.id;
    end $$
    """,
    "revoke all on function mint.transfer(uuid,boolean,text,uuid,text,numeric,text,uuid) from public",
    "grant execute on function mint.transfer(uuid,boolean,text,uuid,text,numeric,text,uuid) to azora_app",
    """
create or replace function mint.mine(claims jsonb, moment timestamp with time zone)
    returns table (place bigint, ruling text, record_id uuid, again_at timestamp with time zone)
    language plpgsql volatile security definer set search_path = '' as $$
    declare
      source uuid := mint.open_issuance('AZR');
      people uuid[] := array(
        select distinct person from jsonb_to_recordset(claims) as claimed (person uuid)
        order by person);
      today timestamp with time zone := date_trunc('day', moment, 'UTC');
      ids uuid[];
      mined integer;
      issuance mint.wallets;
      claim record;
      own mint.wallets;
      rival timestamp with time zone;
      reward numeric;
      moved uuid;
    begin
      if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'money moves under read committed alone' using errcode = 'LG010';
      end if;
      insert into mint.wallets (user_id)
      select person from unnest(people) as person
      where not exists (
        select from mint.wallets where user_id = person and kind = 'USER' and currency = 'AZR')
      on conflict do nothing;
      ids := array(select id from mint.wallets
        where user_id = any (people) and kind = 'USER' and currency = 'AZR');
      -- All at once and in one order, as `mint.post` locks them. The source's lock makes numbers
      -- contiguous: nobody else mines until the end of the transaction.
      perform from mint.wallets where id = any (ids || source) order by id for no key update;
      select * into issuance from mint.wallets where id = source;
      select coalesce(max(number), 0) into mined from mint.mining_records;
      for claim in
        select * from rows from (jsonb_to_recordset(claims) as (
          person uuid, kind mint.activity_type, activity uuid, worth bigint, difficulty smallint,
          score numeric, proof text, details jsonb, rivals jsonb, apart numeric)
        ) with ordinality as given order by ordinality
      loop
        place := claim.ordinality;
        again_at := null;
        reward := (claim.worth >> least(mined / 210000, 63)) * 0.00000001;
        select * into own from mint.wallets
        where user_id = claim.person and kind = 'USER' and currency = 'AZR';
        select id into record_id from mint.mining_records
        where user_id = claim.person and activity_type = claim.kind and activity_id = claim.activity;
        select max(mined_at) + make_interval(secs => claim.apart) into rival
        from mint.mining_records
        where activity_type = claim.kind
          and activity_id in (select value::uuid from jsonb_array_elements_text(claim.rivals));
        if record_id is not null then
          ruling := 'already mined';
        elsif rival > moment then
          ruling := 'mined recently';
          again_at := rival;
        elsif reward = 0 then
          ruling := 'worthless';
        elsif own.status <> 'ACTIVE' or issuance.status <> 'ACTIVE' then
          ruling := 'wallet not active';
        elsif reward > 1000 - (
          select coalesce(sum(tokens_earned), 0) from mint.mining_records
          where user_id = claim.person and mined_at >= today and mined_at < today + interval '24 hours')
        then
          ruling := 'limit reached';
          again_at := today + interval '24 hours';
        elsif issuance.balance - reward < -1000000000 then
          ruling := 'supply exhausted';
        else
          ruling := 'mined';
          select id into strict moved from mint.post(
            null, concat_ws(':', 'mine', claim.person, claim.kind, claim.activity),
            concat_ws(':', claim.kind, claim.activity), array[source], array[own.id], array[reward],
            array['mining_reward'], array[null], array[null]::uuid[]);
          insert into mint.mining_records (
            number, user_id, wallet_id, transaction_id, activity_type, activity_id, tokens_earned,
            difficulty, score, proof_hash, details, mined_at)
          values (
            mined + 1, claim.person, own.id, moved, claim.kind, claim.activity, reward,
            claim.difficulty, claim.score, decode(claim.proof, 'hex'), claim.details, moment)
          returning id into record_id;
          mined := mined + 1;
          issuance.balance := issuance.balance - reward;
        end if;
        return next;
      end loop;
    end $$
    """,
    "revoke all on function mint.mine(jsonb,timestamp with time zone) from public",
    "grant execute on function mint.mine(jsonb,timestamp with time zone) to azora_app",
    """
create or replace function mint.record_metrics() returns uuid
    language sql volatile security definer set search_path = '' as $$
      with held as (
        select
          coalesce(sum(balance) filter (where kind in ('USER', 'PLATFORM')), 0) as circulating,
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
    "create policy visible on mint.wallets for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' and mint.wallets.kind in ('USER', 'ESCROW', 'PLATFORM') or mint.wallets.kind = 'USER' and mint.wallets.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or mint.wallets.payer_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_2) or mint.wallets.payee_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_3) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "alter table mint.mining_records add constraint mining_records_number_check check (number > 0)",
)


REVERSALS = (
    "alter table mint.mining_records drop constraint mining_records_number_check",
    "drop policy visible on mint.wallets",
    "revoke all on function mint.mine(jsonb,timestamp with time zone) from azora_app",
    "drop function mint.mine(jsonb,timestamp with time zone)",
    "revoke all on function mint.transfer(uuid,boolean,text,uuid,text,numeric,text,uuid) from azora_app",
    "drop function mint.transfer(uuid,boolean,text,uuid,text,numeric,text,uuid)",
    "revoke all on function mint.open_platform(text) from azora_app",
    "drop function mint.open_platform(text)",
    "drop index mint.wallets_platform_key",
    "alter table mint.wallets drop constraint wallets_id_payer_id_payee_id_currency_key",
    "drop index mint.stakes_maturing_idx",
    "create index stakes_unlocking_idx on mint.stakes (unlocks_at) where (status = 'active'::mint.stake_status)",
    "alter table mint.stakes drop column matured_at",
    "drop index mint.mining_records_user_id_mined_at_idx",
    "alter table mint.mining_records drop constraint mining_records_number_key",
    "drop index mint.mining_records_activity_type_activity_id_idx",
    "alter table mint.mining_records drop column number",
    "create policy visible on mint.wallets for select to azora_app using ((((( select current_setting('azora.role'::text, true) as current_setting_1) = 'admin'::text) and (kind = any (array['USER'::mint.wallet_kind, 'ESCROW'::mint.wallet_kind]))) or ((kind = 'USER'::mint.wallet_kind) and (user_id = ( select (nullif(current_setting('azora.user_id'::text, true), ''::text))::uuid as nullif_1))) or (payer_id = ( select (nullif(current_setting('azora.user_id'::text, true), ''::text))::uuid as nullif_2)) or (payee_id = ( select (nullif(current_setting('azora.user_id'::text, true), ''::text))::uuid as nullif_3)) or (( select current_setting('azora.role'::text, true) as current_setting_2) = 'system'::text)))",
    """
create or replace function mint.record_metrics()
     returns uuid
     language sql
     security definer
     set search_path to ''
    as $function$
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
        $function$
    """,
    """
create or replace function mint.post(actor uuid, key text, purpose text, senders uuid[], recipients uuid[], amounts numeric[], kinds text[], reasons text[], reversals uuid[])
     returns setof mint.transactions
     language plpgsql
     security definer
     set search_path to ''
    as $function$
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
        end $function$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in REVERSALS:
        op.execute(statement)
