SELECT CASE WHEN (set_config('azora.user_id', '', true) IS NOT NULL) AND (set_config('azora.role', 'anonymous', true) IS NOT NULL) THEN convert_to('{"data":{"course":'
|| coalesce((SELECT '{"id":"'
|| encode('Course:'::bytea
|| uuid_send(t0.id), 'base64')
|| '","title":'
|| CAST(json_scalar(t0.title) AS text)
|| ',"description":'
|| CAST(json_scalar(t0.description) AS text)
|| ',"price":{"amount":"'
|| CAST(trim_scale(t0.price) AS text)
|| '","currency":"'
|| CASE t0.currency WHEN 'AZR' THEN 'AZR' WHEN 'BTC' THEN 'BTC' WHEN 'ETH' THEN 'ETH' WHEN 'USD' THEN 'USD' ELSE upper(CAST(t0.currency AS text)) END
|| '"},"durationHours":'
|| CAST(t0.duration_hours AS text)
|| ',"level":"'
|| CASE t0.level WHEN 'beginner' THEN 'BEGINNER' WHEN 'intermediate' THEN 'INTERMEDIATE' WHEN 'advanced' THEN 'ADVANCED' ELSE upper(CAST(t0.level AS text)) END
|| '","category":'
|| CAST(json_scalar(t0.category) AS text)
|| ',"publishedAt":'
|| coalesce(CAST(json_scalar(t0.published_at) AS text), 'null')
|| '}' AS item
FROM education.courses AS t0
WHERE (t0.id = $1::UUID) AND (t0.published_at IS NOT NULL OR t0.instructor_id = CAST(NULL AS UUID)) LIMIT 1), 'null')
|| '}}', 'UTF8') END
