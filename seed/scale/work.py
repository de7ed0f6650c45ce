"""Jobs of each employer, those who want them, and contracts with their money in escrow.

An employer has four jobs: one is open, one is being done, one is done, and the last is open, in
dispute or cancelled. Freelancers are the students who came before the employer.
"""

from domains.forge.models import (
    Application,
    Contract,
    Dispute,
    Job,
    Milestone,
    SkillProfile,
)
from domains.mint.models import Wallet

from .kinds import (
    APPLICATION,
    CONTRACT,
    DISPUTE,
    EMPLOYERS,
    JOB,
    MILESTONE,
    SKILL_PROFILE,
    STUDENTS,
    USER,
    WALLET,
)
from .people import MARKET, full_name
from .terms import (
    NUMBERS,
    Filling,
    LegTerm,
    Posting,
    Source,
    at,
    dice,
    key,
    moment,
    pick,
    posted,
)
from .words import CATEGORIES, SKILLS, TASKS

APPLICANTS = 6
WIDTH = 8
"""Places of what belongs to one job."""

ESCROW = 8
"""The first place of wallets between two people, after those of single people."""

PARTS = 3
DONE = 2
"""The place of the job that is done."""

FREELANCERS = 31
"""So many of the students of an employer offer to work."""

THIRD = f"trunc(agreed / {PARTS}.0, 2)"
SHARE = f"case part when {PARTS - 1} then agreed - {PARTS - 1} * {THIRD} else {THIRD} end"

JOBS = Source(
    f"{NUMBERS}, generate_series(0, {len(TASKS) - 1}) as j",
    f"n % {MARKET} = 0",
    {
        "variant": f"n / {MARKET} % 3",
        "budget": f"200 + 50 * {dice(41, 17, 'n * 4 + j')}",
    },
)
STATED = Source(
    str(JOBS),
    names={
        "state": "case when j = 0 or j = 3 and variant = 0 then 'open' when j = 2 then 'completed'"
        " when j = 3 and variant = 2 then 'cancelled' else 'in_progress' end",
        "disputed": "j = 3 and variant = 1",
    },
)
BIDS = Source(
    f"{STATED}, generate_series(0, {APPLICANTS - 1}) as i",
    names={
        "freelancer": f"n - case i when 0 then j else 4 + j * {APPLICANTS} + i end",
        "bid": f"budget * (80 + {dice(42, 20, 'n * 32 + j * 8 + i')}) / 100",
    },
)
AGREED = Source(
    str(BIDS),
    "i = 0 and state in ('in_progress', 'completed')",
    {
        "agreed": "cast(bid as numeric)",
        "employer_id": key(USER, j=EMPLOYERS),
        "freelancer_id": key(USER, "freelancer", STUDENTS),
        "contract_id": key(CONTRACT, j="j"),
        "escrow": key(WALLET, j=f"{ESCROW} + j"),
    },
)
MILESTONES = Source(
    f"{AGREED}, generate_series(0, {PARTS - 1}) as part",
    names={
        "milestone_id": key(MILESTONE, j=f"j * {WIDTH} + part"),
        "share": SHARE,
        "standing": "case when state = 'completed' or part = 0 then 'released'"
        " when part > 1 then 'pending' when disputed then 'disputed' else 'submitted' end",
    },
)
RELEASED = Source(str(MILESTONES), "standing = 'released'")

FUND = posted(
    "null",
    "'forge:' || milestone_id || ':fund'",
    "'milestone:' || milestone_id",
    LegTerm(key(WALLET, j=EMPLOYERS), "escrow", "share", "escrow_fund", "Set aside for work"),
)
SETTLE = posted(
    "null",
    "'forge:' || milestone_id || ':settle'",
    "'milestone:' || milestone_id",
    LegTerm("escrow", key(WALLET, "freelancer", STUDENTS), "share", "escrow_release", "Work done"),
)

HANDED_IN = moment(at(MILESTONE, j=f"j * {WIDTH} + part"), plus="5 days")
MILESTONE_COLUMNS = {
    "contract_id": "contract_id",
    "employer_id": "employer_id",
    "freelancer_id": "freelancer_id",
    "position": "part + 1",
    "description": pick(("A first draft", "The whole of it", "The last corrections"), "part"),
    "amount": "share",
    "status": "standing",
    "disputed_from": "case standing when 'disputed' then 'submitted' end",
    "submitted_at": f"case when standing <> 'pending' then {HANDED_IN} end",
    "due_at": moment(at(MILESTONE, j=f"j * {WIDTH} + part"), plus="14 days"),
}

OPENING_JOBS = dice(43, 12, "freelancer")
COMPLETED = f"case d when {DONE} then 1 else 0 end"
RATING = f"3 + {dice(44, 3)}"
"""Of the contract that is done."""

OFFERING = Source(
    f"{NUMBERS}, generate_series(0, {FREELANCERS - 1}) as d",
    f"n % {MARKET} = 0",
    {
        "freelancer": "n - d",
        "earned": f"coalesce((select amount from forge.contracts where d = {DONE}"
        f" and id = {key(CONTRACT, j=str(DONE))}), 0)",
    },
)
WORKED = Source(str(OFFERING), names={"opening": OPENING_JOBS})

FILLINGS = (
    Filling(
        Job,
        JOB,
        {
            "employer_id": key(USER, j=EMPLOYERS),
            "title": f"{pick(TASKS, 'j')} || ' with ' || {pick(SKILLS, 'n / 50 + j')}",
            "description": "'A small piece of work with a clear end. Show us what you have done.'",
            "category": pick(CATEGORIES, "n / 50 + j"),
            "skills": f"array[{pick(SKILLS, 'n / 50 + j')}, {pick(SKILLS, 'n / 50 + j + 3')}]",
            "budget": "budget",
            "status": "state",
            "deadline": f"case when j < 2 then {moment(at(JOB, j='j'), plus='60 days')} end",
        },
        str(STATED),
        j="j",
    ),
    Filling(
        Application,
        APPLICATION,
        {
            "job_id": key(JOB, j="j"),
            "employer_id": key(USER, j=EMPLOYERS),
            "freelancer_id": key(USER, "freelancer", STUDENTS),
            "proposal": "'I have done the like before, and can begin on Monday.'",
            "bid_amount": "bid",
            "status": f"case when i = {APPLICANTS - 1} then 'withdrawn' when state = 'open' then"
            " 'pending' when i = 0 and state <> 'cancelled' then 'accepted' else 'rejected' end",
        },
        str(BIDS),
        j=f"j * {WIDTH} + i",
    ),
    Filling(
        Wallet,
        WALLET,
        {"kind": "'ESCROW'", "payer_id": "employer_id", "payee_id": "freelancer_id"},
        str(AGREED),
        j=f"{ESCROW} + j",
    ),
    Filling(
        Contract,
        CONTRACT,
        {
            "job_id": key(JOB, j="j"),
            "application_id": key(APPLICATION, j=f"j * {WIDTH}"),
            "employer_id": "employer_id",
            "freelancer_id": "freelancer_id",
            "amount": "agreed",
            "status": "case when state = 'completed' then state"
            " when disputed then 'disputed' else 'active' end",
            "escrow_wallet_id": "escrow",
            "rating": f"case state when 'completed' then {RATING} end",
            "started_at": moment(at(CONTRACT, j="j")),
            "ended_at": f"case state when 'completed' then"
            f" {moment(at(CONTRACT, j='j'), plus='20 days')} end",
        },
        str(AGREED),
        j="j",
    ),
    Posting(FUND, str(MILESTONES), "standing <> 'pending'"),
    Filling(
        Milestone,
        MILESTONE,
        MILESTONE_COLUMNS,
        str(MILESTONES),
        "standing <> 'released'",
        j=f"j * {WIDTH} + part",
    ),
    Filling(
        Milestone,
        MILESTONE,
        MILESTONE_COLUMNS | {"released": "share", "settlement_transaction_id": "moved.id"},
        f"{RELEASED} cross join lateral {SETTLE} as moved",
        j=f"j * {WIDTH} + part",
    ),
    Filling(
        Dispute,
        DISPUTE,
        {
            "milestone_id": "milestone_id",
            "contract_id": "contract_id",
            "employer_id": "employer_id",
            "freelancer_id": "freelancer_id",
            "raised_by_id": "employer_id",
            "reason": "'What was handed in is not what we agreed on in writing.'",
        },
        str(MILESTONES),
        "standing = 'disputed'",
        j="j",
    ),
    Filling(
        SkillProfile,
        SKILL_PROFILE,
        {
            "user_id": key(USER, "freelancer", STUDENTS),
            "name": full_name("freelancer"),
            "headline": f"{pick(TASKS, 'freelancer')} || ' and more'",
            "skills": f"array[{pick(SKILLS, 'freelancer')}, {pick(SKILLS, 'freelancer + 2')}]",
            "opening_jobs_completed": "opening",
            "opening_rating_count": "opening",
            "opening_rating_total": "opening * 4",
            "opening_total_earned": "opening * 150",
            "jobs_completed": f"opening + {COMPLETED}",
            "rating_count": f"opening + {COMPLETED}",
            "rating_total": f"opening * 4 + ({RATING}) * {COMPLETED}",
            "total_earned": "opening * 150 + earned",
        },
        str(WORKED),
        n="freelancer",
    ),
)
