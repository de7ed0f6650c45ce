"""Mistakes in courses, in work, and in what stands before all of them."""

from .mutant import BUSY, EVERYTHING, LEARNING, MONEY, WORK, Mutant

ENROLLMENTS = "domains/education/service/enrollments.py"
PAYMENTS = "domains/education/service/payments.py"
ESCROW = "domains/forge/service/escrow.py"
SETTLEMENT = "domains/forge/service/settlement.py"
DISPUTES = "domains/forge/service/disputes.py"
ARBITRATION = "domains/forge/service/arbitration.py"
CONTRACTS = "domains/forge/service/contracts.py"
AGREEMENTS = "domains/forge/service/agreements.py"
SHARES = "domains/forge/engine/shares.py"
TRIGGERS = "migrations/escrow.py"
ONCE = "domains/kernel/once.py"

MUTANTS = (
    Mutant(
        "a key of a request stands for anything",
        ONCE,
        "        col(Request.request_hash) == digest,\n",
        "",
        (MONEY, "tests/mint/test_stakes.py"),
    ),
    Mutant(
        "a request is granted as often as it comes",
        ONCE,
        "    if id is None:\n        return await _answered(session, actor_id, key, digest)\n",
        "",
        (MONEY, LEARNING),
    ),
    Mutant(
        "a place that was paid back is still paid for",
        PAYMENTS,
        "    return await repository.told(session, place, TransactionType.REFUND) is None",
        "    return True",
        (LEARNING, "tests/education/test_enrollment_drop.py"),
    ),
    Mutant(
        "a refund is never too late",
        PAYMENTS,
        "    if now() > until or place.progress",
        "    if place.progress",
        (LEARNING, "tests/education/test_enrollment_drop.py"),
    ),
    Mutant(
        "a refund goes to whoever was paid",
        PAYMENTS,
        "mint.Leg(payee, payer, deal.place.price, type, title, reversal_of_id=payment_id)",
        "mint.Leg(payer, payee, deal.place.price, type, title)",
        (BUSY, LEARNING),
    ),
    Mutant(
        "a student pays more than they were ready to",
        ENROLLMENTS,
        "        _check_price(place, maximum)\n",
        "        pass\n",
        (LEARNING, "tests/education/test_course_enroll.py"),
    ),
    Mutant(
        "a place is taken for nothing",
        ENROLLMENTS,
        "    if costs:\n        await payments.pay",
        "    if False:\n        await payments.pay",
        (BUSY,),
    ),
    Mutant(
        "a price is not what was agreed on",
        ENROLLMENTS,
        "    place.price, place.currency = course.price, course.currency\n",
        "",
        (LEARNING, "tests/education/test_enrollment_drop.py"),
    ),
    Mutant(
        "a place that is given up stays",
        ENROLLMENTS,
        "    place.status = EnrollmentStatus.DROPPED\n",
        "",
        (BUSY,),
    ),
    Mutant(
        "a payment is not told of",
        PAYMENTS,
        "    _tell(session, deal, TransactionType.PAYMENT, moved)\n",
        "",
        (BUSY,),
    ),
    Mutant(
        "money leaves its escrow as often as one likes",
        SETTLEMENT,
        'f"forge:{id}:settle"',
        'f"forge:{id}:settle:{shares.employer}"',
        (WORK,),
    ),
    Mutant(
        "what is left over of an award goes to the freelancer",
        SHARES,
        "    released = units * award_bps // BASIS_POINTS",
        "    released = -(-units * award_bps // BASIS_POINTS)",
        (BUSY, WORK),
    ),
    Mutant(
        "a fee is rounded up",
        SHARES,
        "    fee = released * fee_bps // BASIS_POINTS",
        "    fee = -(-released * fee_bps // BASIS_POINTS)",
        (BUSY, WORK),
    ),
    Mutant(
        "a fee is a part of what comes back as well",
        SHARES,
        "    fee = released * fee_bps // BASIS_POINTS",
        "    fee = units * fee_bps // BASIS_POINTS if released else 0",
        (BUSY, WORK),
    ),
    Mutant(
        "a fee is kept and not written down",
        SETTLEMENT,
        "    milestone.released, milestone.fee = shares.released, shares.platform",
        "    milestone.released = shares.released",
        (BUSY, WORK),
    ),
    Mutant(
        "what is funded is not put aside",
        ESCROW,
        "    await _put_aside(session, found.contract, found.milestone)\n",
        "",
        (BUSY,),
    ),
    Mutant(
        "money is put aside that stays pending",
        ESCROW,
        "    found.milestone.status = MilestoneStatus.FUNDED\n",
        "",
        (BUSY, WORK),
    ),
    Mutant(
        "work is good before it is handed in",
        ESCROW,
        "held(session, asked.viewer, id, Side.EMPLOYER, MilestoneStatus.SUBMITTED)\n"
        "    await settlement.approve",
        "held(session, asked.viewer, id, Side.EMPLOYER, *WORKED_ON)\n    await settlement.approve",
        (WORK,),
    ),
    Mutant(
        "an employer takes the money back alone",
        ESCROW,
        "held(session, asked.viewer, id, Side.FREELANCER, *WORKED_ON)",
        "held(session, asked.viewer, id, Side.EITHER, *WORKED_ON)",
        (WORK,),
    ),
    Mutant(
        "silence counts at once",
        SETTLEMENT,
        "due is not None and due <= now()",
        "due is not None",
        (WORK, "tests/forge/test_auto_release.py"),
    ),
    Mutant(
        "a quarrel costs the employer time",
        DISPUTES,
        "        milestone.auto_release_at += now() - dispute.created_at",
        "        milestone.auto_release_at += now() - now()",
        ("tests/forge/test_disputes.py", WORK),
    ),
    Mutant(
        "a party judges",
        ARBITRATION,
        "    if user_id in {dispute.employer_id, dispute.freelancer_id}:",
        "    if False:",
        (WORK, EVERYTHING, "tests/forge/test_disputes.py"),
    ),
    Mutant(
        "a dispute is decided twice",
        DISPUTES,
        "    if dispute.status not in OPEN:",
        "    if False:",
        ("tests/forge/test_disputes.py", WORK, EVERYTHING),
    ),
    Mutant(
        "disputes do not stop their contract",
        TRIGGERS,
        "  where id = new.contract_id and status = 'active' and found_open;",
        "  where false;",
        (BUSY, WORK),
    ),
    Mutant(
        "a contract ends with its first part",
        CONTRACTS,
        "    if contract.status is not ContractStatus.ACTIVE or not statuses <= WITHOUT_MONEY - {\n"
        "        MilestoneStatus.PENDING\n    }:",
        "    if contract.status is not ContractStatus.ACTIVE:",
        (WORK,),
    ),
    Mutant(
        "earnings are counted with the fee",
        CONTRACTS,
        "        earned = released - sum((fee for *_, fee in parts), Decimal(0))",
        "        earned = released",
        (BUSY, WORK),
    ),
    Mutant(
        "the parts of the work come to less",
        AGREEMENTS,
        "    if not found and given != offer.bid_amount:",
        "    if not found and given > offer.bid_amount:",
        (WORK, "tests/forge/test_application_accept.py"),
    ),
    Mutant(
        "two milestones are settled at once",
        "domains/forge/repository/milestones.py",
        "query.with_for_update(key_share=True).execution_options(populate_existing=True)",
        "query.execution_options(populate_existing=True)",
        ("tests/forge/test_milestone_races.py",),
        "The contract's row is locked before, and every service takes that lock first.",
    ),
    Mutant(
        "people leave with money",
        "domains/mint/service/leaving.py",
        "        elif wallet.balance and wallet.kind is WalletKind.USER:",
        "        elif False:",
        (EVERYTHING, "tests/mint/test_leaving.py"),
    ),
    Mutant(
        "people leave in the middle of their work",
        "domains/forge/service/farewell.py",
        '    return [*_reason(contracts, "running contract"), *_reason(disputes, "open dispute")]',
        "    return []",
        (EVERYTHING, "tests/forge/test_farewell.py"),
    ),
)
