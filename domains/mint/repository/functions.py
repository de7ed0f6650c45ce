"""The functions of the database that write money.

They run as their owner, because the application's role may write neither balances nor
movements. SQLSTATEs of the class `LG` say why one refuses.
"""

from domains.mint.models import REWARDS, TransactionType

MOST_LEGS = 16
LONGEST_KEY = 255


def _labels(*types: TransactionType) -> str:
    return ", ".join(f"'{type.value}'" for type in types)


OPEN_WALLET = """
create or replace function mint.open_wallet(person uuid, purpose text, money text) returns uuid
language sql volatile security definer set search_path = '' as $$
  insert into mint.wallets (user_id, kind, currency)
  values (person, purpose::mint.wallet_kind, money::mint.currency)
  on conflict do nothing;
  select id from mint.wallets where user_id = person
    and kind = purpose::mint.wallet_kind and currency = money::mint.currency
$$
"""
"""Gives a person's wallet; of two who open it at once, one does."""

OPEN_ISSUANCE = """
create or replace function mint.open_issuance(money text) returns uuid
language sql volatile security definer set search_path = '' as $$
  insert into mint.wallets (kind, currency) values ('ISSUANCE', money::mint.currency)
  on conflict do nothing;
  select id from mint.wallets where kind = 'ISSUANCE' and currency = money::mint.currency
$$
"""
"""Gives the wallet that a currency comes from."""

OPEN_ESCROW = """
create or replace function mint.open_escrow(payer uuid, payee uuid, money text) returns uuid
language sql volatile security definer set search_path = '' as $$
  insert into mint.wallets (payer_id, payee_id, kind, currency)
  values (payer, payee, 'ESCROW', money::mint.currency)
  returning id
$$
"""
"""Makes a wallet between two people, a new one each time."""

POST = f"""
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
  if key is null or length(key) not between 1 and {LONGEST_KEY} then
    raise exception 'a key has 1 to {LONGEST_KEY} characters' using errcode = 'LG005';
  end if;
  if legs not between 1 and {MOST_LEGS} or (
    legs = all (array[cardinality(recipients), cardinality(amounts), cardinality(kinds),
                      cardinality(reasons), cardinality(reversals)])
  ) is not true then
    raise exception 'a posting has 1 to {MOST_LEGS} legs' using errcode = 'LG006';
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
    if sender.kind = 'ISSUANCE' and kinds[i] not in ({_labels(TransactionType.MINT, *REWARDS)})
      or recipient.kind = 'ISSUANCE'
        and kinds[i] not in ({_labels(TransactionType.BURN, TransactionType.REFUND)})
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
"""  # noqa: S608 (of constants)
"""The one writer of balances: moves money along all legs or along none, once for each key."""

RECORD_METRICS = """
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
"""
"""Notes how much money there is and where, as one snapshot shows it."""

FUNCTIONS = {
    "mint.open_wallet(uuid,text,text)": OPEN_WALLET,
    "mint.open_issuance(text)": OPEN_ISSUANCE,
    "mint.open_escrow(uuid,uuid,text)": OPEN_ESCROW,
    "mint.post(uuid,text,text,uuid[],uuid[],numeric[],text[],text[],uuid[])": POST,
    "mint.record_metrics()": RECORD_METRICS,
}
"""By their signatures, for the migrations."""
