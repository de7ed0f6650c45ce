"""What is true of disputes, of contracts as a whole, and of what freelancers have done."""

from domains.kernel.invariants import declare

DISPUTED = declare(
    "I13",
    "A milestone is disputed exactly while one dispute about it is open, and so is its contract",
    """
    with open as (
      select milestone_id, contract_id, count(*) as disputes from forge.disputes
      where status in ('open', 'escalated') group by milestone_id, contract_id
    )
    select format('milestone %s is %s and has %s open disputes', id, status, coalesce(disputes, 0))
    from forge.milestones left join open on milestone_id = id
    where coalesce(disputes, 0) <> (status = 'disputed')::int
    union all
    select format('contract %s is %s', id, status) from forge.contracts
    where (status = 'disputed') <> (id in (select contract_id from open))
    """,
    over="forge.milestones",
)

AGREED = declare(
    "I17",
    "Milestones come to no more than their contract, which runs until all of them have ended",
    """
    select format('contract %s (%s of %s): milestones of %s, %s of %s ended',
                  id, status, amount, agreed, ended, counted)
    from forge.contracts join (
      select contract_id, count(*) as counted,
        coalesce(sum(amount) filter (where status <> 'cancelled'), 0) as agreed,
        count(*) filter (where status = 'cancelled') as cancelled,
        count(*) filter (where status in ('cancelled', 'released', 'refunded', 'resolved')) as ended
      from forge.milestones group by contract_id
    ) as parts on contract_id = id
    where agreed > amount or case status
      when 'completed' then ended < counted or cancelled = counted
      when 'cancelled' then ended < counted
      else ended = counted end
    """,
    over="forge.contracts",
)

PROFILES_COUNTED = declare(
    "I18",
    "What a freelancer has done is what their completed contracts come to",
    """
    with done as (
      select contracts.freelancer_id, contracts.currency, rating,
        sum(released) as released, sum(released - fee) as earned
      from forge.contracts join forge.milestones on contract_id = contracts.id
      where contracts.status = 'completed' group by contracts.id
    )
    select format('profile %s: %s jobs, %s earned, ratings of %s in %s', id, jobs_completed,
                  total_earned, rating_total, rating_count)
    from forge.skill_profiles left join lateral (
      select count(*) filter (where released > 0) as jobs,
        coalesce(sum(rating), 0) as stars, count(rating) as ratings,
        coalesce(sum(earned) filter (where done.currency = skill_profiles.currency), 0) as earned
      from done where freelancer_id = user_id
    ) as told on true
    where (jobs_completed, total_earned, rating_total, rating_count) <> (
      opening_jobs_completed + jobs, opening_total_earned + earned,
      opening_rating_total + stars, opening_rating_count + ratings)
    """,
    over="forge.skill_profiles",
)
