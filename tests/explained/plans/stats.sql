SELECT CASE WHEN (set_config('azora.user_id', '', true) IS NOT NULL) AND (set_config('azora.role', 'anonymous', true) IS NOT NULL) THEN convert_to('{"data":{"courseStats":'
|| (SELECT '['
|| coalesce(string_agg(q1.item, ','), '')
|| ']'
FROM (SELECT '{"category":'
|| CAST(json_scalar(t0.category) AS text)
|| ',"level":"'
|| CASE t0.level WHEN 'beginner' THEN 'BEGINNER' WHEN 'intermediate' THEN 'INTERMEDIATE' WHEN 'advanced' THEN 'ADVANCED' ELSE upper(CAST(t0.level AS text)) END
|| '","currency":"'
|| CASE t0.currency WHEN 'AZR' THEN 'AZR' WHEN 'BTC' THEN 'BTC' WHEN 'ETH' THEN 'ETH' WHEN 'USD' THEN 'USD' ELSE upper(CAST(t0.currency AS text)) END
|| '","count":'
|| CAST(count(*) AS text)
|| ',"price":{"sum":"'
|| CAST(trim_scale(CAST(sum(t0.price) AS numeric)) AS text)
|| '","average":"'
|| CAST(trim_scale(round(round(CAST(sum(t0.price) AS numeric), 24) / count(*), 8)) AS text)
|| '","min":"'
|| CAST(trim_scale(min(t0.price)) AS text)
|| '","max":"'
|| CAST(trim_scale(max(t0.price)) AS text)
|| '"},"durationHours":{"average":"'
|| CAST(trim_scale(round(round(CAST(sum(t0.duration_hours) AS numeric), 24) / count(*), 8)) AS text)
|| '"}}' AS item
FROM education.courses AS t0
WHERE t0.published_at IS NOT NULL OR t0.instructor_id = CAST(NULL AS UUID) GROUP BY t0.category, t0.level, t0.currency ORDER BY t0.category NULLS LAST, t0.level NULLS LAST, t0.currency NULLS LAST LIMIT 100) AS q1)
|| '}}', 'UTF8') END
