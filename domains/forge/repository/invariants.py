"""What is true of contracts and of the money in their escrow."""

from domains.kernel.invariants import declare

HELD = "('funded', 'submitted', 'changes_requested', 'approved', 'disputed')"
SETTLED = "('released', 'refunded', 'resolved')"

ESCROW_EXPLAINED = declare(
    "I8",
    "An escrow wallet holds the funded milestones of its contract that are not settled",
    f"""
    select format('contract %s, wallet %s: %s held for milestones of %s',
                  contracts.id, wallets.id, balance, coalesce(due, 0))
    from forge.contracts left join (
      select contract_id, sum(amount) as due from forge.milestones
      where status in {HELD} group by contract_id
    ) as funded on contract_id = contracts.id
    full join (
      select * from mint.wallets where kind = 'ESCROW'
    ) as wallets on wallets.id = escrow_wallet_id
    where coalesce(balance, 0) <> coalesce(due, 0)
    """,  # noqa: S608 (of constants)
    over="forge.contracts",
)

MILESTONE_SETTLED = declare(
    "I9",
    "The movements of a milestone are what it says of its money",
    f"""
    with moved as (
      select postings.id as posting, split_part(idempotency_key, ':', 2) as milestone,
        split_part(idempotency_key, ':', 3) as act, type, amount, transactions.id,
        from_id, to_id, transactions.currency
      from mint.postings join mint.transactions on posting_id = postings.id
      -- Once an employer funded under a key of their own; nobody can post this type but the forge.
      where (actor_id is null or type = 'escrow_fund') and idempotency_key like 'forge:%'
    ), told as (
      select milestone,
        coalesce(sum(amount) filter (where act = 'fund' and type = 'escrow_fund'), 0) as funded,
        coalesce(sum(amount) filter (
          where act = 'settle' and type in ('escrow_release', 'fee')), 0) as released,
        coalesce(sum(amount) filter (where act = 'settle' and type = 'escrow_refund'), 0)
          as refunded,
        coalesce(sum(amount) filter (where act = 'settle' and type = 'fee'), 0) as fee,
        array_agg(id) filter (where act = 'settle') as settlement,
        sum(amount) as all_of_it,
        array_agg(distinct case act when 'fund' then to_id else from_id end) as escrows
      from moved group by milestone
    )
    select format('milestone %s (%s of %s): %s funded, %s released with a fee of %s, %s refunded',
                  coalesce(milestones.id::text, milestone), milestones.status,
                  milestones.amount, funded,
                  told.released, told.fee, told.refunded)
    from forge.milestones join forge.contracts on contracts.id = contract_id
    full join told on milestone = milestones.id::text
    where milestones.id is null
      or coalesce(funded, 0)
        <> case when milestones.status in {HELD} or milestones.status in {SETTLED}
          then milestones.amount else 0 end
      or (milestones.released, milestones.refunded, milestones.fee)
        <> (coalesce(told.released, 0), coalesce(told.refunded, 0), coalesce(told.fee, 0))
      or milestones.fee <> trunc(milestones.released * fee_bps / 10000, 8)
      or coalesce(all_of_it, 0) <> coalesce(funded + told.released + told.refunded, 0)
      or escrows <> array[escrow_wallet_id]
      or (settlement_transaction_id is not null) <> (milestones.status in {SETTLED})
      or settlement_transaction_id <> all (settlement)
    """,  # noqa: S608 (of constants)
    over="forge.milestones",
)

ESCROW_MOVES = declare(
    "I9m",
    "Money moves in and out of escrow for a milestone alone, and to its parties",
    """
    select format('transaction %s (%s of %s)', moved.id, moved.type, moved.amount)
    from mint.transactions as moved join mint.postings on postings.id = posting_id
    join mint.wallets as sender on sender.id = from_id
    join mint.wallets as recipient on recipient.id = to_id
    left join forge.milestones on idempotency_key in (
      concat('forge:', milestones.id, ':fund'), concat('forge:', milestones.id, ':settle'))
    where (sender.kind = 'ESCROW' or recipient.kind = 'ESCROW') and (
      milestones.id is null
      or case moved.type
        when 'escrow_fund' then sender.user_id is distinct from milestones.employer_id
          or recipient.kind <> 'ESCROW'
        when 'escrow_release' then recipient.user_id is distinct from milestones.freelancer_id
        when 'escrow_refund' then recipient.user_id is distinct from milestones.employer_id
        when 'fee' then recipient.kind <> 'PLATFORM'
        else true end)
    """,
    over="mint.transactions",
)
