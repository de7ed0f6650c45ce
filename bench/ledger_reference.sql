-- What Azora's ledger is compared with. `raw` is the least that moves money and does so once for
-- a key. `hardened` is the prototype that the ledger was designed from: legs, locks in one order,
-- a hash chain for each wallet, replays, and keys that tie both wallets to one currency.
create schema raw;
create schema hardened;

create table raw.wallets (
  id uuid primary key default uuidv7(),
  balance numeric(18, 8) not null default 0 check (balance >= 0)
) with (fillfactor = 70);

create table raw.transactions (
  id uuid primary key default uuidv7(),
  from_id uuid not null references raw.wallets (id),
  to_id uuid not null references raw.wallets (id),
  amount numeric(18, 8) not null check (amount > 0),
  type text not null,
  idempotency_key text not null unique,
  created_at timestamptz not null default now()
);
create index on raw.transactions (from_id);
create index on raw.transactions (to_id);
create index on raw.transactions (type);
create index on raw.transactions (created_at);

create function raw.transfer(key text, sender uuid, recipient uuid, much numeric) returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  made uuid;
begin
  perform from raw.wallets where id in (sender, recipient) order by id for no key update;
  select id into made from raw.transactions where idempotency_key = key;
  if found then
    return made;
  end if;
  update raw.wallets set balance = balance - much where id = sender;
  update raw.wallets set balance = balance + much where id = recipient;
  insert into raw.transactions (from_id, to_id, amount, type, idempotency_key)
  values (sender, recipient, much, 'TRANSFER', key) returning id into made;
  return made;
end $$;

create table hardened.wallets (
  id uuid primary key default uuidv7(),
  user_id uuid,
  kind text not null default 'USER' check (kind in ('USER', 'STAKE', 'ESCROW', 'ISSUANCE')),
  currency text not null check (currency in ('AZR', 'BTC', 'ETH', 'USD')),
  status text not null default 'ACTIVE' check (status in ('ACTIVE', 'FROZEN', 'CLOSED')),
  balance numeric(18, 8) not null default 0,
  version bigint not null default 0,
  head_hash bytea not null default '\x',
  created_at timestamptz not null default now(),
  check ((kind in ('USER', 'STAKE')) = (user_id is not null)),
  check (balance <> 'NaN'),
  check (balance >= 0 or kind = 'ISSUANCE'),
  check (status <> 'CLOSED' or balance = 0),
  unique (id, currency)
) with (fillfactor = 70);
create unique index on hardened.wallets (user_id, kind, currency) where user_id is not null;
create unique index on hardened.wallets (currency) where kind = 'ISSUANCE';

create table hardened.transactions (
  id uuid primary key default uuidv7(),
  from_id uuid not null,
  to_id uuid not null,
  currency text not null,
  amount numeric(18, 8) not null check (amount > 0 and amount <> 'NaN'),
  type text not null check (type in (
    'TRANSFER', 'DEPOSIT', 'WITHDRAWAL', 'BONUS', 'REWARD', 'MINING_REWARD', 'STAKE_LOCK',
    'STAKE_RELEASE', 'STAKE_REWARD', 'ESCROW_FUND', 'ESCROW_RELEASE', 'ESCROW_REFUND',
    'COURSE_PAYMENT', 'EXCHANGE', 'REVERSAL')),
  actor_id text not null,
  idempotency_key text not null,
  leg smallint not null,
  request_hash bytea not null,
  reference text,
  reversal_of uuid unique references hardened.transactions (id),
  from_seq bigint,
  to_seq bigint,
  from_balance_after numeric(18, 8),
  to_balance_after numeric(18, 8),
  hash bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  check (from_id <> to_id),
  foreign key (from_id, currency) references hardened.wallets (id, currency),
  foreign key (to_id, currency) references hardened.wallets (id, currency),
  constraint once unique (actor_id, idempotency_key, leg),
  unique (from_id, from_seq),
  unique (to_id, to_seq)
);
create index on hardened.transactions (type);
create index on hardened.transactions (created_at);
create index on hardened.transactions (reference) where reference is not null;

create function hardened.deny() returns trigger language plpgsql as $$
begin
  raise exception 'append_only' using errcode = 'LG009';
end $$;
create trigger append_only before update or delete or truncate on hardened.transactions
for each statement execute function hardened.deny();
create trigger no_delete before delete or truncate on hardened.wallets
for each statement execute function hardened.deny();

create type hardened.leg as (from_id uuid, to_id uuid, amount numeric, type text);

create function hardened.post(actor text, key text, request bytea, legs hardened.leg[], about text)
returns setof hardened.transactions
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  entry record;
  leg hardened.leg;
  number int := 0;
  link bytea;
  ids uuid[] := '{}';
  held hardened.wallets[] := '{}';
  wallet hardened.wallets;
  sender hardened.wallets;
  recipient hardened.wallets;
  x int;
  y int;
  made hardened.transactions;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'read_committed_required' using errcode = 'LG010';
  end if;
  if key is null or length(key) not between 1 and 255 then
    raise exception 'idempotency_key_required' using errcode = 'LG005';
  end if;
  if coalesce(cardinality(legs), 0) not between 1 and 16 then
    raise exception 'bad_legs' using errcode = 'LG006';
  end if;
  foreach leg in array legs loop
    if leg.amount is null or leg.amount = 'NaN' or leg.amount <= 0 or leg.amount >= 1e10
      or leg.amount <> trunc(leg.amount, 8)
    then
      raise exception 'bad_amount' using errcode = 'LG006';
    end if;
    if leg.from_id is null or leg.to_id is null then
      raise exception 'wallet_not_found' using errcode = 'LG004';
    end if;
    if leg.from_id = leg.to_id then
      raise exception 'self_transfer' using errcode = 'LG007';
    end if;
    ids := ids || leg.from_id || leg.to_id;
  end loop;

  for wallet in
    select * from hardened.wallets q where q.id = any (ids) order by q.id for no key update
  loop
    held := held || wallet;
    number := number + 1;
  end loop;
  ids := array(select distinct u from unnest(ids) u order by u);
  if number <> cardinality(ids) then
    raise exception 'wallet_not_found' using errcode = 'LG004';
  end if;

  number := 0;
  for entry in
    select * from hardened.transactions q
    where q.actor_id = actor and q.idempotency_key = key order by q.leg
  loop
    if entry.request_hash <> request then
      raise exception 'idempotency_conflict' using errcode = 'LG008';
    end if;
    number := number + 1;
    return next entry;
  end loop;
  if number > 0 then
    return;
  end if;

  foreach leg in array legs loop
    x := array_position(ids, leg.from_id);
    y := array_position(ids, leg.to_id);
    sender := held[x];
    recipient := held[y];
    if sender.currency <> recipient.currency then
      raise exception 'currency_mismatch' using errcode = 'LG002';
    end if;
    if sender.status <> 'ACTIVE' or recipient.status <> 'ACTIVE' then
      raise exception 'wallet_not_active' using errcode = 'LG003';
    end if;
    if sender.kind <> 'ISSUANCE' and sender.balance < leg.amount then
      raise exception 'insufficient_funds' using errcode = 'LG001';
    end if;
    link := sha256(sender.head_hash || recipient.head_hash || convert_to(concat_ws('|',
      leg.from_id, leg.to_id, sender.currency, leg.amount::numeric(18, 8), leg.type, actor, key,
      number, sender.version + 1, recipient.version + 1), 'UTF8'));
    update hardened.wallets q
    set balance = q.balance - leg.amount, version = q.version + 1, head_hash = link
    where q.id = leg.from_id returning q.balance, q.version, q.head_hash
    into sender.balance, sender.version, sender.head_hash;
    update hardened.wallets q
    set balance = q.balance + leg.amount, version = q.version + 1, head_hash = link
    where q.id = leg.to_id returning q.balance, q.version, q.head_hash
    into recipient.balance, recipient.version, recipient.head_hash;
    held[x] := sender;
    held[y] := recipient;
    insert into hardened.transactions (
      from_id, to_id, currency, amount, type, actor_id, idempotency_key, leg, request_hash,
      reference, from_seq, to_seq, from_balance_after, to_balance_after, hash)
    values (
      leg.from_id, leg.to_id, sender.currency, leg.amount, leg.type, actor, key, number, request,
      about, sender.version, recipient.version, sender.balance, recipient.balance, link)
    on conflict on constraint once do nothing returning * into made;
    if not found then
      raise exception 'idempotency_conflict' using errcode = 'LG008';
    end if;
    number := number + 1;
    return next made;
  end loop;
end $$;

grant usage on schema raw, hardened to azora_app;
grant select on raw.wallets, hardened.wallets to azora_app;
