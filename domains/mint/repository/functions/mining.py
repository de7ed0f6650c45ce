"""The function of the database that pays for proofs of knowledge, one or many at a time."""

from domains.mint.engine.mining import DAILY_CAP, ERA
from domains.mint.models import SUPPLY_CAP

MINE = f"""
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
    reward := (claim.worth >> least(mined / {ERA}, 63)) * 0.00000001;
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
    elsif reward > {DAILY_CAP} - (
      select coalesce(sum(tokens_earned), 0) from mint.mining_records
      where user_id = claim.person and mined_at >= today and mined_at < today + interval '24 hours')
    then
      ruling := 'limit reached';
      again_at := today + interval '24 hours';
    elsif issuance.balance - reward < -{SUPPLY_CAP} then
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
"""  # noqa: S608 (of constants)
"""Pays for each claim that can be paid for, and says of each what became of it."""

FUNCTIONS = {"mint.mine(jsonb,timestamp with time zone)": MINE}
"""By their signatures."""
