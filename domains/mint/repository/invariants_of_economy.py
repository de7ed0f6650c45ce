"""What is true of stakes, of mining and of the noted figures, as the ledger has it."""

from domains.kernel.invariants import declare
from domains.mint.engine.mining import DAILY_CAP

STAKED = declare(
    "I7",
    "A wallet of stakes holds the active stakes of its owner",
    """
    select format('stakes of %s in %s: %s active, %s held', user_id, currency, staked, balance)
    from (select user_id, currency, balance from mint.wallets where kind = 'STAKE') as held
    full join (
      select user_id, currency, sum(amount) as staked from mint.stakes
      where status = 'active' group by user_id, currency
    ) as told using (user_id, currency)
    where coalesce(balance, 0) <> coalesce(staked, 0)
    """,
    over="mint.stakes",
)

LOCKED_ONCE = declare(
    "I7l",
    "A stake was locked by one movement of its own, of its amount and out of its wallet",
    """
    select format('stake %s, transaction %s', stakes.id, coalesce(transaction_id, moved.id))
    from mint.stakes full join (
      select id, from_id, amount from mint.transactions where type = 'stake'
    ) as moved on moved.id = transaction_id
    where (wallet_id, stakes.amount) is distinct from (from_id, moved.amount)
    """,
    over="mint.stakes",
)

STAKES_PAID = declare(
    "I10",
    "A stake paid the rewards that it counts, and its amount when it was closed",
    """
    select format('stake %s: %s paid in %s claims, %s moved in %s; %s came back',
                  coalesce(stakes.id::text, stake), reward_paid, claims, rewards, times, returned)
    from mint.stakes full join (
      select case when actor_id is null and idempotency_key like 'stake:%'
          then split_part(idempotency_key, ':', 2) end as stake,
        coalesce(sum(amount) filter (where type = 'stake_reward'), 0) as rewards,
        count(*) filter (where type = 'stake_reward') as times,
        coalesce(sum(amount) filter (where type = 'unstake'), 0) as returned
      from mint.transactions left join mint.postings on postings.id = posting_id
      where type in ('stake_reward', 'unstake') group by 1
    ) as told on stake = stakes.id::text
    where stakes.id is null
      or (reward_paid, claims) <> (coalesce(rewards, 0), coalesce(times, 0))
      or coalesce(returned, 0) <> case status when 'active' then 0 else stakes.amount end
    """,
    over="mint.stakes",
)

MINED_ONCE = declare(
    "I11",
    "A proof of knowledge was paid by one movement of its own, into its wallet",
    """
    select format('record %s, transaction %s', records.id, coalesce(transaction_id, moved.id))
    from mint.mining_records as records full join (
      select id, to_id, amount from mint.transactions where type = 'mining_reward'
    ) as moved on moved.id = transaction_id
    where (wallet_id, tokens_earned) is distinct from (to_id, moved.amount)
    """,
    over="mint.mining_records",
)

MINED_IN_ORDER = declare(
    "I11n",
    "Proofs are numbered from 1 without a gap, as their movements left the issuance",
    """
    select format('record %s has the number %s, not %s', id, number, place) from (
      select records.id, number, row_number() over (order by from_seq) as place
      from mint.mining_records as records left join mint.transactions as moved
        on moved.id = transaction_id
    ) as told where number <> place
    """,
    over="mint.mining_records",
)

MINED_WITHIN_THE_CAP = declare(
    "I11c",
    "A person mines at most so much in a day of UTC",
    f"""
    select format('person %s mined %s on %s', user_id, sum(tokens_earned),
                  (mined_at at time zone 'UTC')::date)
    from mint.mining_records
    group by user_id, (mined_at at time zone 'UTC')::date having sum(tokens_earned) > {DAILY_CAP}
    """,  # noqa: S608 (of constants)
    over="mint.mining_records",
)

# A movement may have been under way, and so unseen, when the figures were noted; then there are
# fewer noted than it seems now, and the sums say nothing.
METRICS_TRUE = declare(
    "I16",
    "What was noted of the economy is what the movements until then come to",
    """
    with events as (
      select moved.created_at as at, null::uuid as noted, 1 as one, amount,
        amount * ((recipient.kind = 'STAKE')::int - (sender.kind = 'STAKE')::int) as staked,
        amount * ((recipient.kind = 'ESCROW')::int - (sender.kind = 'ESCROW')::int) as escrowed,
        amount * (sender.kind = 'ISSUANCE')::int as minted,
        amount * (recipient.kind = 'ISSUANCE')::int as burned
      from mint.transactions as moved
      join mint.wallets as sender on sender.id = from_id
      join mint.wallets as recipient on recipient.id = to_id
      where moved.currency = 'AZR'
      union all
      select recorded_at, id, 0, 0, 0, 0, 0, 0 from mint.economic_metrics
    ), running as (
      select noted,
        sum(one) over past as counted,
        coalesce(sum(one) over long_past, 0) as settled,
        sum(staked) over past as staked,
        sum(escrowed) over past as escrowed,
        sum(minted) over past as minted,
        sum(minted - burned) over past as supply,
        sum(amount) over short_day as least_volume,
        sum(amount) over long_day as most_volume
      from events
      window
        past as (order by at range unbounded preceding),
        long_past as (order by at range between unbounded preceding
                      and interval '10 minutes' preceding),
        short_day as (order by at range interval '23:59:59' preceding),
        long_day as (order by at range interval '24:00:01' preceding)
    )
    select format('noted at %s: %s transactions, supply %s; there were %s, and %s',
                  recorded_at, transactions, total_supply, counted, supply)
    from mint.economic_metrics as metrics join running on noted = metrics.id
    where transactions not between settled and counted
      or transactions = counted and (
        (total_supply, circulating_supply, total_staked, total_escrowed, total_minted)
          <> (supply, supply - staked - escrowed, staked, escrowed, minted)
        or daily_volume not between least_volume and most_volume)
    """,
    over="mint.economic_metrics",
)
