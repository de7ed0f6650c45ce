"""What keeps milestones, contracts and disputes to each other, whoever writes them."""

ESCROW_FUNCTIONS = {
    "forge.move_milestone()": """
create or replace function forge.move_milestone() returns trigger
language plpgsql set search_path = '' as $$
declare
  next_states text[] := case old.status
    when 'pending' then '{funded, cancelled}'
    when 'funded' then '{submitted, refunded, disputed}'
    when 'submitted' then '{changes_requested, approved, refunded, disputed}'
    when 'changes_requested' then '{submitted, refunded, disputed}'
    when 'approved' then '{released}'
    -- Sent back for rework, what was handed in is no longer.
    when 'disputed' then case old.disputed_from
      when 'submitted' then '{submitted, changes_requested, resolved}'
      else array[cast(old.disputed_from as text), 'resolved']
    end
    else '{}'
  end;
begin
  if new.status <> old.status and cast(new.status as text) <> all(next_states) then
    raise check_violation
      using message = concat('a milestone does not go from ', old.status, ' to ', new.status);
  end if;
  if (old.status <> 'pending' and new.amount <> old.amount)
    or (new.status = old.status
      and (new.released, new.refunded, new.fee, new.settlement_transaction_id)
        is distinct from (old.released, old.refunded, old.fee, old.settlement_transaction_id))
  then
    raise check_violation
      using message = 'the money of a milestone is agreed on once and settled once';
  end if;
  if new.contract_id <> old.contract_id then
    raise check_violation using message = 'a milestone stays with its contract';
  end if;
  new.disputed_from := case
    when new.status <> 'disputed' then null
    when old.status = 'disputed' then old.disputed_from
    else old.status
  end;
  return new;
end $$
""",
    "forge.move_contract()": """
create or replace function forge.move_contract() returns trigger
language plpgsql set search_path = '' as $$
declare
  next_states text[] := case old.status
    when 'active' then '{disputed, completed, cancelled}'
    when 'disputed' then '{active}'
    else '{}'
  end;
begin
  if new.status <> old.status and cast(new.status as text) <> all(next_states) then
    raise check_violation
      using message = concat('a contract does not go from ', old.status, ' to ', new.status);
  end if;
  if (new.job_id, new.application_id, new.employer_id, new.freelancer_id, new.currency, new.fee_bps)
      <> (old.job_id, old.application_id, old.employer_id, old.freelancer_id, old.currency,
        old.fee_bps)
    or coalesce(old.escrow_wallet_id <> new.escrow_wallet_id, old.escrow_wallet_id is not null)
    or coalesce(old.rating <> new.rating, old.rating is not null)
  then
    raise check_violation using message = 'a contract stays as it was agreed on';
  end if;
  return new;
end $$
""",
    "forge.move_dispute()": """
create or replace function forge.move_dispute() returns trigger
language plpgsql set search_path = '' as $$
declare
  next_states text[] := case old.status
    when 'open' then '{escalated, resolved, withdrawn}'
    when 'escalated' then '{resolved, withdrawn}'
    else '{}'
  end;
begin
  if new.status <> old.status and cast(new.status as text) <> all(next_states) then
    raise check_violation
      using message = concat('a dispute does not go from ', old.status, ' to ', new.status);
  end if;
  if (new.milestone_id, new.raised_by_id, new.reason)
      <> (old.milestone_id, old.raised_by_id, old.reason)
    or (next_states = '{}' and (new.outcome, new.award_bps, new.resolution, new.resolved_by_id)
      is distinct from (old.outcome, old.award_bps, old.resolution, old.resolved_by_id))
  then
    raise check_violation using message = 'a dispute stays as it was raised and decided';
  end if;
  return new;
end $$
""",
    # The lock makes those who add milestones at the same time wait for each other.
    "forge.bound_milestones()": """
create or replace function forge.bound_milestones() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  contract uuid := cast(to_jsonb(new) ->> tg_argv[0] as uuid);
  agreed numeric;
begin
  select amount into agreed from forge.contracts where id = contract for no key update;
  if agreed < (
    select sum(amount) from forge.milestones where contract_id = contract and status <> 'cancelled'
  ) then
    raise check_violation
      using message = 'the milestones of a contract come to no more than its amount';
  end if;
  return null;
end $$
""",
    "forge.follow_disputes()": """
create or replace function forge.follow_disputes() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  found_open boolean;
begin
  perform from forge.contracts where id = new.contract_id for no key update;
  found_open := exists (
    select from forge.disputes
    where contract_id = new.contract_id and status in ('open', 'escalated')
  );
  update forge.contracts set status = 'disputed'
  where id = new.contract_id and status = 'active' and found_open;
  update forge.contracts set status = 'active'
  where id = new.contract_id and status = 'disputed' and not found_open;
  return null;
end $$
""",
}
"""By signature."""

ESCROW_TRIGGERS = {
    "move on forge.milestones": (
        "before update on forge.milestones for each row execute function forge.move_milestone()"
    ),
    "move on forge.contracts": (
        "before update on forge.contracts for each row execute function forge.move_contract()"
    ),
    "move on forge.disputes": (
        "before update on forge.disputes for each row execute function forge.move_dispute()"
    ),
    "bound on forge.milestones": (
        "after insert or update of amount, contract_id on forge.milestones for each row "
        "execute function forge.bound_milestones('contract_id')"
    ),
    "bound on forge.contracts": (
        "after update of amount on forge.contracts for each row "
        "execute function forge.bound_milestones('id')"
    ),
    "follow on forge.disputes": (
        "after insert or update of status on forge.disputes for each row "
        "execute function forge.follow_disputes()"
    ),
}
