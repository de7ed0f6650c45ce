"""What is true of places in courses and of the money that was paid for them."""

from domains.kernel.invariants import declare

PLACES_PAID = declare(
    "I14",
    "A place was paid for once at its price, and each earlier taking of it was paid back",
    """
    select format('enrollment %s, attempt %s at %s %s: %s %s was paid',
                  places.id, places.attempt, price, places.currency, amount, moved.currency)
    from education.enrollments as places
    left join education.transactions as payment on enrollment_id = places.id
      and payment.attempt = places.attempt and payment.type = 'payment'
    left join mint.transactions as moved on moved.id = mint_transaction_id
    where case when price = 0 then payment.id is not null
      else (amount, moved.currency::text) is distinct from (price, places.currency::text) end
    union all
    select format('enrollment %s is %s, and attempt %s was %s', places.id, status, payment.attempt,
                  case when refund.id is null then 'not paid back' else 'paid back' end)
    from education.enrollments as places
    join education.transactions as payment on payment.enrollment_id = places.id
      and payment.type = 'payment'
    left join education.transactions as refund on refund.enrollment_id = places.id
      and refund.attempt = payment.attempt and refund.type = 'refund'
    where case when payment.attempt > places.attempt then true
      when payment.attempt < places.attempt then refund.id is null
      else refund.id is not null and status <> 'dropped' end
    """,
    over="education.enrollments",
)

LEARNING_MONEY = declare(
    "I14m",
    "What a student's wallet tells of is a movement of the student's money, told once",
    """
    select format('student transaction %s (%s), transaction %s',
                  told.id, told.type, told.mint_transaction_id)
    from education.transactions as told
    join education.wallets on wallets.id = told.wallet_id
    join education.students on students.id = wallets.student_id
    left join education.enrollments as places on places.id = told.enrollment_id
    left join education.courses on courses.id = course_id
    left join mint.transactions as moved on moved.id = told.mint_transaction_id
    left join mint.wallets as sender on sender.id = from_id
    left join mint.wallets as recipient on recipient.id = to_id
    left join education.transactions as payment on payment.enrollment_id = places.id
      and payment.attempt = told.attempt and payment.type = 'payment'
    where moved.id is null or case told.type
      when 'earning' then recipient.user_id is distinct from students.user_id
      when 'payment' then moved.type <> 'payment' or sender.kind <> 'USER'
        or places.student_id is distinct from students.id
        or (sender.user_id, recipient.user_id)
          is distinct from (students.user_id, courses.instructor_id)
      else moved.type <> 'refund' or recipient.user_id is distinct from students.user_id
        or moved.reversal_of_id is distinct from payment.mint_transaction_id
        or moved.amount <> (
          select amount from mint.transactions where id = moved.reversal_of_id) end
    union all
    select format('the key %s is told of %s times', idempotency_key, count(told.id))
    from mint.postings join mint.transactions as moved on posting_id = postings.id
    left join education.transactions as told on mint_transaction_id = moved.id
    where actor_id is null and idempotency_key like 'edu:%'
    group by postings.id, idempotency_key having count(told.id) <> 1
    """,
    over="education.transactions",
)
