"""The economy as one snapshot of the ledger shows it."""

RECORD_METRICS = """
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
"""
"""Notes how much money there is and where, as one snapshot shows it."""

FUNCTIONS = {
    "mint.record_metrics()": RECORD_METRICS,
}
"""By their signatures."""
