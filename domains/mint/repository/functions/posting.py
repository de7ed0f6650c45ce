"""`mint.post`, the one writer of balances.

SQLSTATEs of the class `LG` say why it refuses.
"""

from domains.mint.models import REWARDS, TransactionType

MOST_LEGS = 16
LONGEST_KEY = 255


def _labels(*types: TransactionType) -> str:
    return ", ".join(f"'{type.value}'" for type in types)


POST = f"""
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
    if sender.kind = 'ISSUANCE' and kinds[i] not in ({_labels(TransactionType.MINT, *REWARDS)})
      or recipient.kind = 'ISSUANCE'
        and kinds[i] not in ({_labels(TransactionType.BURN, TransactionType.REFUND)})
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
"""  # noqa: S608 (of constants)
"""The one writer of balances: moves money along all legs or along none, once for each key."""

FUNCTIONS = {
    "mint.post(uuid,text,text,uuid[],uuid[],numeric[],text[],text[],uuid[])": POST,
}
"""By their signatures."""
