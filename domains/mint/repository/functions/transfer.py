"""What a person sends to another: one statement, which is a transaction of its own."""

from domains.mint.events import MoneyTransferred

TRANSFER = f"""
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
      '{MoneyTransferred.topic}', moved.id, jsonb_build_object(
        'transaction_id', moved.id, 'actor_id', actor, 'recipient_id', way.user_id,
        'session_id', session_id));
  end if;
  return moved.id;
end $$
"""  # noqa: S608 (of constants)
"""Moves money from a wallet of the actor's to the person with an address, and tells of it."""

FUNCTIONS = {
    "mint.transfer(uuid,boolean,text,uuid,text,numeric,text,uuid)": TRANSFER,
}
"""By their signatures."""
