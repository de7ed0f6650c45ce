WITH ids_of__education__viewer_taught_course_ids AS (SELECT array((SELECT education.viewer_taught_course_ids())) AS ids), ids_of__education__viewer_enrolled_course_ids AS (SELECT array((SELECT education.viewer_enrolled_course_ids())) AS ids), ids_of__education__viewer_student_ids AS (SELECT array((SELECT education.viewer_student_ids())) AS ids) SELECT CASE WHEN auth.prove_viewer($1::BYTEA, $2::VARCHAR, 'student', $3::TIMESTAMP WITH TIME ZONE) THEN convert_to('{"data":{"viewer":'
|| coalesce((SELECT '{"name":'
|| CAST(json_scalar(t0.name) AS text)
|| ',"student":'
|| coalesce((SELECT '{"enrollments":'
|| (SELECT '{"nodes":['
|| coalesce(string_agg(q6.e0, ','), '')
|| ']}'
FROM (SELECT '{"progress":"'
|| CAST(trim_scale(t2.progress) AS text)
|| '","course":'
|| coalesce((SELECT '{"title":'
|| CAST(json_scalar(t3.title) AS text)
|| ',"modules":'
|| (SELECT '['
|| coalesce(string_agg(q5.item, ','), '')
|| ']'
FROM (SELECT '{"title":'
|| CAST(json_scalar(t4.title) AS text)
|| '}' AS item
FROM education.modules AS t4
WHERE (t4.course_id = t3.id) AND (t4.published OR t4.course_id = ANY (CAST((SELECT ids
FROM ids_of__education__viewer_taught_course_ids) AS UUID[])) OR t4.course_id = ANY (CAST((SELECT ids
FROM ids_of__education__viewer_enrolled_course_ids) AS UUID[]))) ORDER BY t4.position LIMIT $4::INTEGER) AS q5)
|| '}' AS item
FROM education.courses AS t3
WHERE (t3.id = t2.course_id) AND (t3.published_at IS NOT NULL OR t3.instructor_id = $5::UUID OR t3.id = ANY (CAST((SELECT ids
FROM ids_of__education__viewer_enrolled_course_ids) AS UUID[])))), 'null')
|| '}' AS e0
FROM education.enrollments AS t2
WHERE t2.student_id = t1.id ORDER BY t2.id DESC LIMIT $6::INTEGER) AS q6)
|| ',"tutoringSessions":'
|| (SELECT '{"nodes":['
|| coalesce(string_agg(q10.e0, ','), '')
|| ']}'
FROM (SELECT '{"topic":'
|| CAST(json_scalar(t7.topic) AS text)
|| ',"messages":'
|| (SELECT '{"nodes":['
|| coalesce(string_agg(q9.e0, ','), '')
|| ']}'
FROM (SELECT '{"role":"'
|| CASE t8.role WHEN 'user' THEN 'USER' WHEN 'assistant' THEN 'ASSISTANT' WHEN 'system' THEN 'SYSTEM' ELSE upper(CAST(t8.role AS text)) END
|| '","content":'
|| CAST(json_scalar(t8.content) AS text)
|| '}' AS e0
FROM sapiens.messages AS t8
WHERE (t8.student_id = ANY (CAST((SELECT ids
FROM ids_of__education__viewer_student_ids) AS UUID[]))) AND (t8.session_id = t7.id) ORDER BY t8.seq LIMIT $7::INTEGER) AS q9)
|| '}' AS e0
FROM sapiens.tutoring_sessions AS t7
WHERE t7.student_id = t1.id ORDER BY t7.id DESC LIMIT $8::INTEGER) AS q10)
|| '}' AS item
FROM education.students AS t1
WHERE t1.user_id = t0.id), 'null')
|| ',"wallets":'
|| (SELECT '{"nodes":['
|| coalesce(string_agg(q15.e0, ','), '')
|| ']}'
FROM (SELECT '{"balance":{"amount":"'
|| CAST(trim_scale(t11.balance) AS text)
|| '","currency":"'
|| CASE t11.currency WHEN 'AZR' THEN 'AZR' WHEN 'BTC' THEN 'BTC' WHEN 'ETH' THEN 'ETH' WHEN 'USD' THEN 'USD' ELSE upper(CAST(t11.currency AS text)) END
|| '"},"transactions":'
|| (SELECT '{"nodes":['
|| coalesce(string_agg(q14.e0, ','), '')
|| ']}'
FROM (SELECT '{"type":"'
|| CASE t13.type WHEN 'mint' THEN 'MINT' WHEN 'burn' THEN 'BURN' WHEN 'transfer' THEN 'TRANSFER' WHEN 'payment' THEN 'PAYMENT' WHEN 'refund' THEN 'REFUND' WHEN 'reward' THEN 'REWARD' WHEN 'mining_reward' THEN 'MINING_REWARD' WHEN 'stake' THEN 'STAKE' WHEN 'unstake' THEN 'UNSTAKE' WHEN 'stake_reward' THEN 'STAKE_REWARD' WHEN 'escrow_fund' THEN 'ESCROW_FUND' WHEN 'escrow_release' THEN 'ESCROW_RELEASE' WHEN 'escrow_refund' THEN 'ESCROW_REFUND' WHEN 'fee' THEN 'FEE' ELSE upper(CAST(t13.type AS text)) END
|| '","amount":{"amount":"'
|| CAST(trim_scale(t13.amount) AS text)
|| '"}}' AS e0
FROM ((SELECT t12.id, t12.type, t12.amount
FROM mint.transactions AS t12
WHERE t12.from_id = t11.id ORDER BY t12.id DESC LIMIT $9::INTEGER) UNION ALL (SELECT t12.id, t12.type, t12.amount
FROM mint.transactions AS t12
WHERE (t12.to_id = t11.id) AND (t12.from_id IS DISTINCT
FROM t11.id) ORDER BY t12.id DESC LIMIT $9::INTEGER)) AS t13 ORDER BY t13.id DESC LIMIT $9::INTEGER) AS q14)
|| '}' AS e0
FROM mint.wallets AS t11
WHERE (t11.kind = 'USER' AND t11.user_id = $5::UUID OR t11.payer_id = $5::UUID OR t11.payee_id = $5::UUID) AND (t11.user_id = t0.id) ORDER BY t11.id DESC LIMIT $10::INTEGER) AS q15)
|| ',"skillProfile":'
|| coalesce((SELECT '{"skills":'
|| CAST(to_json(t16.skills) AS text)
|| ',"rating":"'
|| CAST(trim_scale(t16.rating) AS text)
|| '"}' AS item
FROM forge.skill_profiles AS t16
WHERE t16.user_id = t0.id), 'null')
|| ',"recommendations":'
|| (SELECT '{"nodes":['
|| coalesce(string_agg(q18.e0, ','), '')
|| ']}'
FROM (SELECT '{"itemName":'
|| CAST(json_scalar(t17.item_name) AS text)
|| ',"score":"'
|| CAST(trim_scale(t17.score) AS text)
|| '"}' AS e0
FROM nexus.recommendations AS t17
WHERE t17.user_id = t0.id ORDER BY t17.id DESC LIMIT $11::INTEGER) AS q18)
|| ',"conversations":'
|| (SELECT '{"nodes":['
|| coalesce(string_agg(q21.e0, ','), '')
|| ']}'
FROM (SELECT '{"member":'
|| coalesce((SELECT '{"name":'
|| CAST(json_scalar(t20.name) AS text)
|| '}' AS item
FROM family.family_members AS t20
WHERE t20.id = t19.member_id), 'null')
|| '}' AS e0
FROM family.conversations AS t19
WHERE t19.user_id = t0.id ORDER BY t19.updated_at DESC, t19.id DESC LIMIT $12::INTEGER) AS q21)
|| ',"notifications":'
|| (SELECT '{"nodes":['
|| coalesce(string_agg(q23.e0, ','), '')
|| ']}'
FROM (SELECT '{"title":'
|| CAST(json_scalar(t22.title) AS text)
|| ',"readAt":'
|| coalesce(CAST(json_scalar(t22.read_at) AS text), 'null')
|| '}' AS e0
FROM notifications.notifications AS t22
WHERE (t22.deleted_at IS NULL) AND (t22.user_id = t0.id) ORDER BY t22.id DESC LIMIT $13::INTEGER) AS q23)
|| '}' AS item
FROM auth.users AS t0
WHERE (t0.id = $5::UUID) AND (t0.id = $5::UUID AND t0.deleted_at IS NULL OR t0.role IN ('educator', 'employer') AND t0.deleted_at IS NULL AND t0.disabled_at IS NULL AND t0.deletion_requested_at IS NULL) LIMIT 1), 'null')
|| ',"serviceLogs":'
|| (SELECT '{"nodes":['
|| coalesce(string_agg(q25.e0, ','), '')
|| ']}'
FROM (SELECT '{"level":"'
|| CASE t24.level WHEN 'DEBUG' THEN 'DEBUG' WHEN 'INFO' THEN 'INFO' WHEN 'WARN' THEN 'WARN' WHEN 'ERROR' THEN 'ERROR' WHEN 'FATAL' THEN 'FATAL' ELSE upper(CAST(t24.level AS text)) END
|| '","service":'
|| CAST(json_scalar(t24.service) AS text)
|| '}' AS e0
FROM health.logs AS t24
WHERE false ORDER BY t24.id DESC LIMIT $14::INTEGER) AS q25)
|| '}}', 'UTF8') END
