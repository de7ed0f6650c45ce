"""Jobs, applications, contracts with their milestones and disputes, and profiles of skills."""

from alembic import op

revision = "6d8943f85ea3"
down_revision = "0822017d84e5"
branch_labels = None
depends_on = None

STATEMENTS = (
    "create schema forge",
    "create type forge.application_status as enum ('pending', 'accepted', 'rejected', 'withdrawn')",
    "create type forge.job_status as enum ('open', 'in_progress', 'completed', 'cancelled')",
    "create type forge.dispute_status as enum ('open', 'escalated', 'resolved', 'withdrawn')",
    "create type forge.milestone_status as enum ('pending', 'funded', 'submitted', 'changes_requested', 'approved', 'released', 'refunded', 'disputed', 'resolved', 'cancelled')",
    "create type forge.contract_status as enum ('active', 'completed', 'disputed', 'cancelled')",
    """
create table forge.jobs (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    employer_id uuid not null,
    title varchar not null,
    description varchar not null,
    category varchar not null,
    skills citext[] default '{}' not null,
    budget numeric(18, 8) not null,
    currency mint.currency default 'AZR' not null,
    status forge.job_status default 'open' not null,
    deadline timestamp with time zone,
    deadline_or_never timestamp with time zone generated always as (coalesce(deadline, '9999-12-31 00:00:00+00'::timestamptz)) stored not null,
    search tsvector generated always as (setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', category), 'B') || setweight(to_tsvector('english', array_to_tsvector(skills::text[])::text), 'B') || setweight(to_tsvector('english', description), 'C')) stored not null,
    constraint jobs_pkey primary key (id),
    constraint jobs_budget_check check (budget > 0 and budget <> 'NaN'),
    constraint jobs_skills_check check (cardinality(skills) <= 50 and array_position(skills, null) is null and '' <> all (skills)),
    constraint jobs_title_check check (length(title) between 3 and 200),
    constraint jobs_id_employer_id_currency_key unique (id, employer_id, currency)
)
    """,
    "create index jobs_budget_id_idx on forge.jobs (budget, id)",
    "create index jobs_category_id_idx on forge.jobs (category, id)",
    "create index jobs_currency_budget_id_idx on forge.jobs (currency, budget, id)",
    "create index jobs_deadline_or_never_id_idx on forge.jobs (deadline_or_never, id)",
    "create index jobs_employer_id_id_idx on forge.jobs (employer_id, id)",
    "create index jobs_search_idx on forge.jobs using gin (search)",
    "create index jobs_skills_idx on forge.jobs using gin (skills)",
    "create index jobs_status_id_idx on forge.jobs (status, id)",
    """
create table forge.skill_profiles (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    user_id uuid not null,
    name varchar not null,
    headline varchar,
    skills citext[] default '{}' not null,
    rating_total integer default 0 not null,
    rating_count integer default 0 not null,
    rating numeric(3, 2) generated always as (coalesce(rating_total::numeric / nullif(rating_count, 0), 0)) stored not null,
    jobs_completed integer default 0 not null,
    total_earned numeric(18, 8) default 0 not null,
    currency mint.currency default 'AZR' not null,
    opening_rating_total integer default 0 not null,
    opening_rating_count integer default 0 not null,
    opening_jobs_completed integer default 0 not null,
    opening_total_earned numeric(18, 8) default 0 not null,
    constraint skill_profiles_pkey primary key (id),
    constraint skill_profiles_skills_check check (cardinality(skills) <= 50 and array_position(skills, null) is null and '' <> all (skills)),
    constraint skill_profiles_total_earned_check check (total_earned >= opening_total_earned and opening_total_earned >= 0 and total_earned <> 'NaN'),
    constraint skill_profiles_jobs_completed_check check (jobs_completed >= opening_jobs_completed and opening_jobs_completed >= 0),
    constraint skill_profiles_headline_check check (length(headline) between 3 and 200),
    constraint skill_profiles_name_check check (length(name) between 2 and 100),
    constraint skill_profiles_opening_rating_total_check check (opening_rating_total between opening_rating_count and 5 * opening_rating_count),
    constraint skill_profiles_rating_count_check check (rating_count >= opening_rating_count and opening_rating_count >= 0),
    constraint skill_profiles_rating_total_check check (rating_total between rating_count and 5 * rating_count),
    constraint skill_profiles_user_id_key unique (user_id)
)
    """,
    "create index skill_profiles_jobs_completed_id_idx on forge.skill_profiles (jobs_completed, id)",
    "create index skill_profiles_rating_id_idx on forge.skill_profiles (rating, id)",
    "create index skill_profiles_skills_idx on forge.skill_profiles using gin (skills)",
    """
create table forge.applications (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    job_id uuid not null,
    employer_id uuid not null,
    freelancer_id uuid not null,
    proposal varchar not null,
    bid_amount numeric(18, 8) not null,
    currency mint.currency default 'AZR' not null,
    status forge.application_status default 'pending' not null,
    constraint applications_pkey primary key (id),
    constraint applications_bid_amount_check check (bid_amount > 0 and bid_amount <> 'NaN'),
    constraint applications_parties_check check (freelancer_id <> employer_id),
    constraint applications_job_id_employer_id_currency_fkey foreign key(job_id, employer_id, currency) references forge.jobs (id, employer_id, currency) on delete restrict,
    constraint applications_id_job_id_employer_id_freelancer_id_currency_key unique (id, job_id, employer_id, freelancer_id, currency),
    constraint applications_job_id_freelancer_id_key unique (job_id, freelancer_id)
)
    """,
    "create index applications_employer_id_id_idx on forge.applications (employer_id, id)",
    "create index applications_freelancer_id_id_idx on forge.applications (freelancer_id, id)",
    "create index applications_job_id_bid_amount_id_idx on forge.applications (job_id, bid_amount, id)",
    "create index applications_job_id_id_idx on forge.applications (job_id, id)",
    "create unique index applications_one_accepted_key on forge.applications (job_id) where status = 'accepted'",
    "create index applications_status_id_idx on forge.applications (status, id)",
    """
create table forge.contracts (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    job_id uuid not null,
    application_id uuid not null,
    employer_id uuid not null,
    freelancer_id uuid not null,
    amount numeric(18, 8) not null,
    currency mint.currency default 'AZR' not null,
    status forge.contract_status default 'active' not null,
    escrow_wallet_id uuid,
    rating integer,
    started_at timestamp with time zone default now() not null,
    ended_at timestamp with time zone,
    constraint contracts_pkey primary key (id),
    constraint contracts_ended_at_check check ((status in ('completed', 'cancelled')) = (ended_at is not null)),
    constraint contracts_amount_check check (amount > 0 and amount <> 'NaN'),
    constraint contracts_rated_check check (rating is null or status = 'completed'),
    constraint contracts_parties_check check (freelancer_id <> employer_id),
    constraint contracts_rating_check check (rating between 1 and 5),
    constraint contracts_application_fkey foreign key(application_id, job_id, employer_id, freelancer_id, currency) references forge.applications (id, job_id, employer_id, freelancer_id, currency) on delete restrict,
    constraint contracts_application_id_key unique (application_id),
    constraint contracts_escrow_wallet_id_key unique (escrow_wallet_id),
    constraint contracts_id_employer_id_freelancer_id_currency_key unique (id, employer_id, freelancer_id, currency)
)
    """,
    "create index contracts_employer_id_id_idx on forge.contracts (employer_id, id)",
    "create index contracts_freelancer_id_id_idx on forge.contracts (freelancer_id, id)",
    "create index contracts_job_id_id_idx on forge.contracts (job_id, id)",
    "create unique index contracts_one_running_key on forge.contracts (job_id) where status in ('active', 'disputed')",
    "create index contracts_status_id_idx on forge.contracts (status, id)",
    """
create table forge.milestones (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    contract_id uuid not null,
    employer_id uuid not null,
    freelancer_id uuid not null,
    position integer not null,
    description varchar not null,
    amount numeric(18, 8) not null,
    released numeric(18, 8) default 0 not null,
    refunded numeric(18, 8) default 0 not null,
    currency mint.currency default 'AZR' not null,
    status forge.milestone_status default 'pending' not null,
    disputed_from forge.milestone_status,
    due_at timestamp with time zone,
    submitted_at timestamp with time zone,
    auto_release_at timestamp with time zone,
    settlement_transaction_id uuid,
    constraint milestones_pkey primary key (id),
    constraint milestones_disputed_from_check check ((status = 'disputed') = (disputed_from is not null) and disputed_from in ('funded', 'submitted', 'changes_requested')),
    constraint milestones_amount_check check (amount > 0 and amount <> 'NaN'),
    constraint milestones_auto_release_at_check check (auto_release_at is null or status in ('submitted', 'disputed')),
    constraint milestones_settled_check check (case status when 'released' then released = amount and refunded = 0 when 'refunded' then refunded = amount and released = 0 when 'resolved' then released >= 0 and refunded >= 0 and released + refunded = amount else released = 0 and refunded = 0 end),
    constraint milestones_settlement_check check (settlement_transaction_id is null or status in ('released', 'refunded', 'resolved')),
    constraint milestones_submitted_at_check check (status not in ('submitted', 'changes_requested', 'approved', 'released') or submitted_at is not null),
    constraint milestones_position_check check (position > 0),
    constraint milestones_contract_id_employer_id_freelancer_id_currency_fkey foreign key(contract_id, employer_id, freelancer_id, currency) references forge.contracts (id, employer_id, freelancer_id, currency) on delete restrict,
    constraint milestones_contract_id_position_key unique (contract_id, position) deferrable initially deferred,
    constraint milestones_id_contract_id_employer_id_freelancer_id_key unique (id, contract_id, employer_id, freelancer_id),
    constraint milestones_settlement_transaction_id_key unique (settlement_transaction_id)
)
    """,
    "create index milestones_auto_release_idx on forge.milestones (auto_release_at) where status = 'submitted'",
    "create index milestones_contract_id_id_idx on forge.milestones (contract_id, id)",
    "create index milestones_due_at_id_idx on forge.milestones (due_at, id) where due_at is not null",
    "create index milestones_employer_id_id_idx on forge.milestones (employer_id, id)",
    "create index milestones_freelancer_id_id_idx on forge.milestones (freelancer_id, id)",
    "create index milestones_status_id_idx on forge.milestones (status, id)",
    """
create table forge.disputes (
    id uuid default uuidv7() not null,
    created_at timestamp with time zone default now() not null,
    updated_at timestamp with time zone default now() not null,
    milestone_id uuid not null,
    contract_id uuid not null,
    employer_id uuid not null,
    freelancer_id uuid not null,
    raised_by_id uuid not null,
    reason varchar not null,
    status forge.dispute_status default 'open' not null,
    resolution varchar,
    award_bps integer,
    resolved_by_id uuid,
    escalated_at timestamp with time zone,
    resolved_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    constraint disputes_pkey primary key (id),
    constraint disputes_withdrawn_at_check check ((status = 'withdrawn') = (withdrawn_at is not null)),
    constraint disputes_resolved_check check (num_nonnulls(resolution, award_bps, resolved_by_id, resolved_at) = case status when 'resolved' then 4 else 0 end),
    constraint disputes_escalated_at_check check (status <> 'escalated' or escalated_at is not null),
    constraint disputes_award_bps_check check (award_bps between 0 and 10000),
    constraint disputes_reason_check check (length(reason) >= 20),
    constraint disputes_raised_by_id_check check (raised_by_id in (employer_id, freelancer_id)),
    constraint disputes_impartial_check check (resolved_by_id not in (employer_id, freelancer_id)),
    constraint disputes_milestone_id_contract_id_employer_id_freelance_cf17 foreign key(milestone_id, contract_id, employer_id, freelancer_id) references forge.milestones (id, contract_id, employer_id, freelancer_id) on delete restrict
)
    """,
    "create index disputes_contract_id_id_idx on forge.disputes (contract_id, id)",
    "create index disputes_employer_id_id_idx on forge.disputes (employer_id, id)",
    "create index disputes_freelancer_id_id_idx on forge.disputes (freelancer_id, id)",
    "create index disputes_milestone_id_id_idx on forge.disputes (milestone_id, id)",
    "create unique index disputes_one_open_key on forge.disputes (milestone_id) where status in ('open', 'escalated')",
    "create index disputes_resolved_by_id_idx on forge.disputes (resolved_by_id)",
    "create index disputes_status_id_idx on forge.disputes (status, id)",
    "grant usage on schema forge to azora_app",
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
    end $$
    """,
    "revoke all on function forge.move_milestone() from public",
    """
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
    "revoke all on function forge.bound_milestones() from public",
    """
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
    "revoke all on function forge.follow_disputes() from public",
    """
create or replace function forge.viewer_applied_job_ids() returns setof uuid language sql stable security definer set search_path = '' as $$ SELECT forge.applications.job_id
    FROM forge.applications
    WHERE forge.applications.freelancer_id = (SELECT CAST(nullif(current_setting('azora.user_id', true), '') AS UUID) AS nullif_1) $$
    """,
    "revoke all on function forge.viewer_applied_job_ids() from public",
    "grant execute on function forge.viewer_applied_job_ids() to azora_app",
    "create or replace trigger touch before update on forge.applications for each row execute function kernel.touch_updated_at()",
    "create or replace trigger touch before update on forge.contracts for each row execute function kernel.touch_updated_at()",
    "create or replace trigger touch before update on forge.disputes for each row execute function kernel.touch_updated_at()",
    "create or replace trigger touch before update on forge.jobs for each row execute function kernel.touch_updated_at()",
    "create or replace trigger touch before update on forge.milestones for each row execute function kernel.touch_updated_at()",
    "create or replace trigger touch before update on forge.skill_profiles for each row execute function kernel.touch_updated_at()",
    "create or replace trigger move before update on forge.milestones for each row execute function forge.move_milestone()",
    "create or replace trigger bound after insert or update of amount, contract_id on forge.milestones for each row execute function forge.bound_milestones('contract_id')",
    "create or replace trigger bound after update of amount on forge.contracts for each row execute function forge.bound_milestones('id')",
    "create or replace trigger follow after insert or update of status on forge.disputes for each row execute function forge.follow_disputes()",
    "alter table forge.applications enable row level security, force row level security",
    "create policy visible on forge.applications for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or forge.applications.employer_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or forge.applications.freelancer_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_2) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on forge.applications for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on forge.applications for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on forge.applications for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table forge.contracts enable row level security, force row level security",
    "create policy visible on forge.contracts for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or forge.contracts.employer_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or forge.contracts.freelancer_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_2) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on forge.contracts for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on forge.contracts for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on forge.contracts for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table forge.disputes enable row level security, force row level security",
    "create policy visible on forge.disputes for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or forge.disputes.employer_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or forge.disputes.freelancer_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_2) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on forge.disputes for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on forge.disputes for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on forge.disputes for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table forge.jobs enable row level security, force row level security",
    "create policy visible on forge.jobs for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or forge.jobs.status = 'open' or forge.jobs.employer_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or forge.jobs.id = any (array((select forge.viewer_applied_job_ids() as viewer_applied_job_ids_1))) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on forge.jobs for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on forge.jobs for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on forge.jobs for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table forge.milestones enable row level security, force row level security",
    "create policy visible on forge.milestones for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or forge.milestones.employer_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or forge.milestones.freelancer_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_2) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on forge.milestones for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on forge.milestones for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on forge.milestones for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "alter table forge.skill_profiles enable row level security, force row level security",
    "create policy visible on forge.skill_profiles for select to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'admin' or (select current_setting('azora.role', true) as current_setting_1) = 'employer' or forge.skill_profiles.user_id = (select cast(nullif(current_setting('azora.user_id', true), '') as uuid) as nullif_1) or (select current_setting('azora.role', true) as current_setting_2) = 'system')",
    "create policy insertable on forge.skill_profiles for insert to azora_app with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy updatable on forge.skill_profiles for update to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system') with check ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "create policy deletable on forge.skill_profiles for delete to azora_app using ((select current_setting('azora.role', true) as current_setting_1) = 'system')",
    "revoke all on forge.applications from azora_app",
    "grant select, insert, update on forge.applications to azora_app",
    "revoke all on forge.contracts from azora_app",
    "grant select, insert, update on forge.contracts to azora_app",
    "revoke all on forge.disputes from azora_app",
    "grant select, insert, update on forge.disputes to azora_app",
    "revoke all on forge.jobs from azora_app",
    "grant select, insert, update on forge.jobs to azora_app",
    "revoke all on forge.milestones from azora_app",
    "grant select, insert, update on forge.milestones to azora_app",
    "revoke all on forge.skill_profiles from azora_app",
    "grant select, insert, update on forge.skill_profiles to azora_app",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop schema forge cascade")
