"""The platform's fee, and how disputes end."""

from alembic import op

revision = "61c7e29eb26c"
down_revision = "895a879a6477"
branch_labels = None
depends_on = None

STATEMENTS = (
    "create type forge.dispute_outcome as enum ('release', 'refund', 'split', 'rework')",
    "alter table forge.contracts add column fee_bps smallint default 0 not null",
    "alter table forge.disputes add column outcome forge.dispute_outcome",
    "alter table forge.milestones add column fee numeric(18, 8) default 0 not null",
    """
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
    """
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
    "revoke all on function forge.move_contract() from public",
    """
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
    "revoke all on function forge.move_dispute() from public",
    "create or replace trigger move before update on forge.contracts for each row execute function forge.move_contract()",
    "create or replace trigger move before update on forge.disputes for each row execute function forge.move_dispute()",
    "alter table forge.contracts add constraint contracts_fee_bps_check check (fee_bps between 0 and 10000)",
    "alter table forge.milestones add constraint milestones_fee_check check (fee between 0 and released)",
    "alter table forge.milestones drop constraint milestones_settlement_check, add constraint milestones_settlement_check check ((settlement_transaction_id is not null) = (status in ('released', 'refunded', 'resolved')))",
    "alter table forge.disputes drop constraint disputes_resolved_check",
    "alter table forge.disputes disable trigger user",
    "update forge.disputes set outcome = case award_bps when 10000 then 'release' when 0 then 'refund' else 'split' end::forge.dispute_outcome where status = 'resolved'",
    "alter table forge.disputes enable trigger user",
    "alter table forge.disputes add constraint disputes_resolved_check check (num_nonnulls(resolution, outcome, resolved_by_id, resolved_at) = case status when 'resolved' then 4 else 0 end), add constraint disputes_awarded_check check ((award_bps is null) = (outcome is null or outcome = 'rework')), add constraint disputes_outcome_check check (award_bps = case outcome when 'release' then 10000 when 'refund' then 0 else award_bps end)",
)


REVERSALS = (
    "alter table forge.disputes disable trigger user",
    "alter table forge.disputes drop constraint disputes_outcome_check, drop constraint disputes_awarded_check, drop constraint disputes_resolved_check",
    "update forge.disputes set award_bps = 0 where outcome = 'rework'",
    "alter table forge.disputes enable trigger user",
    "alter table forge.disputes add constraint disputes_resolved_check check (num_nonnulls(resolution, award_bps, resolved_by_id, resolved_at) = case status when 'resolved' then 4 else 0 end)",
    "alter table forge.milestones drop constraint milestones_settlement_check, add constraint milestones_settlement_check check (settlement_transaction_id is null or status in ('released', 'refunded', 'resolved'))",
    "alter table forge.milestones drop constraint milestones_fee_check",
    "alter table forge.contracts drop constraint contracts_fee_bps_check",
    "drop trigger move on forge.disputes",
    "drop trigger move on forge.contracts",
    "revoke all on function forge.move_dispute() from azora_app",
    "drop function forge.move_dispute()",
    "revoke all on function forge.move_contract() from azora_app",
    "drop function forge.move_contract()",
    "alter table forge.milestones drop column fee",
    "alter table forge.disputes drop column outcome",
    "alter table forge.contracts drop column fee_bps",
    "drop type forge.dispute_outcome",
    """
create or replace function forge.move_milestone()
     returns trigger
     language plpgsql
     set search_path to ''
    as $function$
        declare
          next_states text[] := case old.status
            when 'pending' then '{funded, cancelled}'
            when 'funded' then '{submitted, refunded, disputed}'
            when 'submitted' then '{changes_requested, approved, refunded, disputed}'
            when 'changes_requested' then '{submitted, refunded, disputed}'
            when 'approved' then '{released}'
            when 'disputed' then array[cast(old.disputed_from as text), 'resolved']
            else '{}'
          end;
        begin
          if new.status <> old.status and cast(new.status as text) <> all(next_states) then
            raise check_violation
              using message = concat('a milestone does not go from ', old.status, ' to ', new.status);
          end if;
          if (old.status <> 'pending' and new.amount <> old.amount)
            or (new.status = old.status and (new.released, new.refunded) <> (old.released, old.refunded))
          then
            raise check_violation
              using message = 'the money of a milestone is agreed on once and settled once';
          end if;
          new.disputed_from := case
            when new.status <> 'disputed' then null
            when old.status = 'disputed' then old.disputed_from
            else old.status
          end;
          return new;
        end $function$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for statement in REVERSALS:
        op.execute(statement)
