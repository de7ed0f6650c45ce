SELECT CASE WHEN (set_config('azora.user_id', '', true) IS NOT NULL) AND (set_config('azora.role', 'anonymous', true) IS NOT NULL) THEN convert_to('{"data":{"courses":'
|| (SELECT '{"nodes":['
|| coalesce(string_agg(q3.e0, ','), '')
|| ']}'
FROM (SELECT '{"id":"'
|| encode('Course:'::bytea
|| uuid_send(t0.id), 'base64')
|| '","title":'
|| CAST(json_scalar(t0.title) AS text)
|| ',"level":"'
|| CASE t0.level WHEN 'beginner' THEN 'BEGINNER' WHEN 'intermediate' THEN 'INTERMEDIATE' WHEN 'advanced' THEN 'ADVANCED' ELSE upper(CAST(t0.level AS text)) END
|| '","category":'
|| CAST(json_scalar(t0.category) AS text)
|| ',"price":{"amount":"'
|| CAST(trim_scale(t0.price) AS text)
|| '","currency":"'
|| CASE t0.currency WHEN 'AZR' THEN 'AZR' WHEN 'BTC' THEN 'BTC' WHEN 'ETH' THEN 'ETH' WHEN 'USD' THEN 'USD' ELSE upper(CAST(t0.currency AS text)) END
|| '"},"modules":'
|| (SELECT '['
|| coalesce(string_agg(q2.item, ','), '')
|| ']'
FROM (SELECT '{"id":"'
|| encode('Module:'::bytea
|| uuid_send(t1.id), 'base64')
|| '","title":'
|| CAST(json_scalar(t1.title) AS text)
|| ',"description":'
|| coalesce(CAST(json_scalar(t1.description) AS text), 'null')
|| ',"position":'
|| CAST(t1.position AS text)
|| '}' AS item
FROM education.modules AS t1
WHERE (t1.course_id = t0.id) AND (t1.published) ORDER BY t1.position LIMIT $1::INTEGER) AS q2)
|| '}' AS e0
FROM education.courses AS t0
WHERE (t0.published_at IS NOT NULL OR t0.instructor_id = CAST(NULL AS UUID)) AND (t0.category = $2) ORDER BY t0.id DESC LIMIT $3::INTEGER) AS q3)
|| '}}', 'UTF8') END
