"""What is true of the ledger at every moment, however many write in it."""

from domains.kernel.invariants import declare
from domains.mint.models import SUPPLY_CAP

SIDES = """
select from_id as wallet, from_seq as seq, -amount as amount,
  from_balance_after as balance, hash from mint.transactions
union all
select to_id, to_seq, amount, to_balance_after, hash from mint.transactions
"""
"""Each movement as its two wallets have it."""

NOTHING_MADE = declare(
    "I1",
    "The balances of a currency come to nothing",
    """
    select format('%s: all balances come to %s', currency, sum(balance))
    from mint.wallets group by currency having sum(balance) <> 0
    """,
    over="mint.wallets",
)

BALANCE_EXPLAINED = declare(
    "I2",
    "A wallet holds what came in less what went out",
    f"""
    select format('wallet %s holds %s, and its movements come to %s',
                  coalesce(id, wallet), balance, coalesce(moved, 0))
    from mint.wallets full join (
      select wallet, sum(amount) as moved from ({SIDES}) as sides group by wallet
    ) as told on wallet = id
    where balance is distinct from coalesce(moved, 0)
    """,  # noqa: S608 (of constants)
    over="mint.wallets",
)

BALANCE_POSSIBLE = declare(
    "I3",
    "No wallet holds less than nothing, a closed one nothing, and the supply is capped",
    f"""
    select format('wallet %s (%s, %s) holds %s', id, kind, status, balance) from mint.wallets
    where balance = 'NaN' or (kind <> 'ISSUANCE' and balance < 0)
      or (status = 'CLOSED' and balance <> 0)
      or (kind = 'ISSUANCE' and (balance > 0 or currency = 'AZR' and balance < -{SUPPLY_CAP}))
    """,  # noqa: S608 (of constants)
    over="mint.wallets",
)

NUMBERED = declare(
    "I4",
    "The movements of a wallet are numbered from 1 to its version",
    f"""
    select format('wallet %s of version %s has %s movements, from %s to %s',
                  coalesce(id, wallet), version, counted, lowest, highest)
    from mint.wallets full join (
      select wallet, count(distinct seq) as counted, count(*) as all_of_them,
        min(seq) as lowest, max(seq) as highest
      from ({SIDES}) as sides group by wallet
    ) as told on wallet = id
    where version is distinct from coalesce(counted, 0)
      or counted <> all_of_them or lowest <> 1 or highest <> counted
    """,  # noqa: S608 (of constants)
    over="mint.wallets",
)

BALANCE_RUNS = declare(
    "I5",
    "Each movement leaves the balance before it, more or less by its amount",
    f"""
    select format('wallet %s after movement %s: %s instead of %s', wallet, seq, balance, expected)
    from (
      select wallet, seq, balance,
        amount + lag(balance, 1, 0::numeric) over (partition by wallet order by seq) as expected
      from ({SIDES}) as sides
    ) as told where balance <> expected
    """,  # noqa: S608 (of constants)
    over="mint.transactions",
)

CHAINED = declare(
    "I6",
    "Each movement's hash follows from itself and the hashes before it",
    f"""
    with links as materialized (
      select wallet, seq, lag(hash, 1, ''::bytea) over (partition by wallet order by seq) as past
      from ({SIDES}) as sides
    )
    select format('transaction %s has a hash that does not follow', moved.id)
    from mint.transactions as moved
    left join mint.postings on postings.id = posting_id
    left join links as sender on sender.wallet = from_id and sender.seq = from_seq
    left join links as recipient on recipient.wallet = to_id and recipient.seq = to_seq
    where hash is distinct from sha256(sender.past || recipient.past || convert_to(
      json_build_array(actor_id, idempotency_key, leg, type, from_id, to_id, currency, amount,
        reference, reason, reversal_of_id, from_seq, to_seq)::text, 'UTF8'))
    """,  # noqa: S608 (of constants)
    over="mint.transactions",
)

HEADED = declare(
    "I6h",
    "A wallet's hash is that of its last movement",
    f"""
    select format('wallet %s does not have the hash of its movement %s', id, version)
    from mint.wallets left join ({SIDES}) as sides on wallet = id and seq = version
    where head_hash is distinct from coalesce(hash, ''::bytea)
    """,  # noqa: S608 (of constants)
    over="mint.wallets",
)

ASKED_ONCE = declare(
    "I12",
    "A key was granted one request, whose legs are all there",
    """
    select format('posting %s of the key %s', coalesce(postings.id, legs.posting_id),
                  idempotency_key)
    from mint.postings full join (
      select posting_id, array_agg(leg::integer order by leg) as numbers, sha256(convert_to(
        json_build_array(
          (array_agg(reference))[1], array_agg(from_id order by leg), array_agg(to_id order by leg),
          array_agg(amount order by leg), array_agg(type order by leg),
          array_agg(reason order by leg), array_agg(reversal_of_id order by leg))::text, 'UTF8')
      ) as asked
      from mint.transactions group by posting_id
    ) as legs on posting_id = postings.id
    where request_hash is distinct from asked
      or numbers <> array(select generate_series(1, cardinality(numbers)))
    union all
    select format('key %s of %s was granted %s times', idempotency_key, actor_id, count(*))
    from mint.postings group by actor_id, idempotency_key having count(*) > 1
    """,
    over="mint.postings",
)

TAKEN_BACK_ONCE = declare(
    "I15",
    "What takes a movement back goes the other way, once, and is no more than it",
    """
    select format('transaction %s takes back %s', back.id, back.reversal_of_id)
    from mint.transactions as back left join mint.transactions as first
      on first.id = back.reversal_of_id
    where back.reversal_of_id is not null and (
      (first.from_id, first.to_id) is distinct from (back.to_id, back.from_id)
      or back.amount > first.amount)
    union all
    select format('transaction %s was taken back %s times', reversal_of_id, count(*))
    from mint.transactions where reversal_of_id is not null
    group by reversal_of_id having count(*) > 1
    """,
    over="mint.transactions",
)
