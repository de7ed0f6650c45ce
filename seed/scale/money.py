"""Wallets, and the movements between them: each goes through the ledger."""

from domains.education.models import Transaction as StudentTransaction
from domains.mint.models import MiningRecord, Stake, Wallet

from .kinds import (
    EDUCATORS,
    MINING_RECORD,
    STAKE,
    STUDENT,
    STUDENT_TRANSACTION,
    STUDENT_WALLET,
    STUDENTS,
    USER,
    WALLET,
)
from .learning import ENROLLMENT_ID, PLACE, PLACES
from .people import PEOPLE
from .terms import NUMBERS, Filling, LegTerm, Posting, Source, at, key, moment, posted

ISSUANCE = "(select id from mint.wallets where kind = 'ISSUANCE' and currency = 'AZR')"
OPENING = 400
"""What a student begins with."""

OPENINGS = f"case role when 'student' then {OPENING} when 'employer' then 20000 else 100 end"
STAKED = 50
MINED_SO_FAR = "(select coalesce(max(number), 0) from mint.mining_records)"
LOCKED = "4"
"""The place of a wallet of what is staked, after those of `kinds`."""

OWN_WALLET = key(WALLET, j=STUDENTS)

SOLD = Source(
    f"{PLACES} join education.courses on courses.id = course_id",
    "price > 0",
    {
        "payer": OWN_WALLET,
        "payee": key(WALLET, "founder", EDUCATORS),
        "bought": ENROLLMENT_ID,
    },
)
MINED = Source(
    str(PLACES),
    "status = 'completed'",
    {
        "miner": key(USER, j=STUDENTS),
        "wallet": OWN_WALLET,
        "difficulty": "course + 1",
        "proof": "'course_completion:' || course_id || ':' || " + key(STUDENT),
        "earned": "trunc(10 * (course + 1) * score / 100.0, 8)",
    },
)
STAKING = Source(
    NUMBERS,
    "n % 25 = 0",
    {"staker": key(USER, j=STUDENTS), "wallet": OWN_WALLET, "locked": key(WALLET, j=LOCKED)},
)

OPEN = posted(
    "null",
    "'scale:opening:' || role || n",
    "null",
    LegTerm(ISSUANCE, key(WALLET, j="place"), OPENINGS, "mint", "Opening balance"),
)
PAY = posted(
    "null",
    "'edu:' || bought || ':pay:1'",
    "'enrollment:' || bought",
    LegTerm("payer", "payee", "price", "payment", "Place in a course"),
)
MINE = posted(
    "null",
    "'mine:' || proof",
    "'course:' || course_id",
    LegTerm(ISSUANCE, "wallet", "earned", "mining_reward", "Course completion"),
)
LOCK = posted(
    "staker",
    "'scale:stake:' || n",
    "null",
    LegTerm("wallet", "locked", str(STAKED), "stake", "Locked for a year"),
)

WALLETS = (
    Filling(
        Wallet,
        WALLET,
        {"user_id": key(USER, j="place"), "kind": "'USER'"},
        PEOPLE,
        "there",
        j="place",
    ),
    Filling(
        Wallet,
        WALLET,
        {"user_id": key(USER, j=STUDENTS), "kind": "'STAKE'"},
        where="n % 25 = 0",
        j=LOCKED,
    ),
    Posting(OPEN, PEOPLE, "there and role <> 'admin'"),
)
MOVEMENTS = (
    Filling(
        StudentTransaction,
        STUDENT_TRANSACTION,
        {
            "wallet_id": key(STUDENT_WALLET),
            "mint_transaction_id": "moved.id",
            "type": "'payment'",
            "description": "title",
            "enrollment_id": "bought",
            "created_at": "moved.created_at",
        },
        f"{SOLD} cross join lateral {PAY} as moved",
        j=PLACE,
    ),
    Filling(
        MiningRecord,
        MINING_RECORD,
        {
            "number": f"{MINED_SO_FAR} + row_number() over ()",
            "user_id": "miner",
            "wallet_id": "wallet",
            "transaction_id": "moved.id",
            "activity_type": "'course_completion'",
            "activity_id": "course_id",
            "tokens_earned": "moved.amount",
            "difficulty": "difficulty",
            "score": "score",
            "proof_hash": "sha256(convert_to(proof, 'UTF8'))",
            "mined_at": "moved.created_at",
        },
        f"{MINED} cross join lateral {MINE} as moved",
        j=PLACE,
    ),
    Filling(
        Stake,
        STAKE,
        {
            "user_id": "staker",
            "wallet_id": "wallet",
            "transaction_id": "moved.id",
            "currency": "'AZR'",
            "amount": "moved.amount",
            "reward_rate": "0.15",
            "started_at": moment(at(STAKE)),
            "unlocks_at": moment(at(STAKE), plus="365 days"),
        },
        f"{STAKING} cross join lateral {LOCK} as moved",
    ),
)
