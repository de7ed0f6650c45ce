SELECT CASE WHEN auth.prove_viewer($1::BYTEA, $2::VARCHAR, 'admin', $3::TIMESTAMP WITH TIME ZONE) THEN convert_to('{"data":{"enrollments":'
|| (SELECT '{"nodes":['
|| coalesce(array_to_string((array_agg(q1.e0))[1:$4::INTEGER], ','), '')
|| '],"pageInfo":{"hasNextPage":'
|| CAST(count(*) > $4::INTEGER AS text)
|| ',"endCursor":'
|| coalesce('"'
|| translate(encode(convert_to('["NEWEST","'
|| CAST((array_agg(q1.e1))[least(count(*), $4::INTEGER)] AS text)
|| '"]', 'UTF8'), 'base64'), E'\n', '')
|| '"', 'null')
|| '}}'
FROM (SELECT '{"id":"'
|| encode('Enrollment:'::bytea
|| uuid_send(t0.id), 'base64')
|| '","status":"'
|| CASE t0.status WHEN 'active' THEN 'ACTIVE' WHEN 'completed' THEN 'COMPLETED' WHEN 'dropped' THEN 'DROPPED' ELSE upper(CAST(t0.status AS text)) END
|| '","progress":"'
|| CAST(trim_scale(t0.progress) AS text)
|| '","price":{"amount":"'
|| CAST(trim_scale(t0.price) AS text)
|| '","currency":"'
|| CASE t0.currency WHEN 'AZR' THEN 'AZR' WHEN 'BTC' THEN 'BTC' WHEN 'ETH' THEN 'ETH' WHEN 'USD' THEN 'USD' ELSE upper(CAST(t0.currency AS text)) END
|| '"},"attempt":'
|| CAST(t0.attempt AS text)
|| ',"enrolledAt":'
|| CAST(json_scalar(t0.enrolled_at) AS text)
|| ',"completedAt":'
|| coalesce(CAST(json_scalar(t0.completed_at) AS text), 'null')
|| '}' AS e0, t0.id AS e1
FROM education.enrollments AS t0
WHERE (t0.status = 'active') AND ((t0.id) < ($5::UUID)) ORDER BY t0.id DESC LIMIT $4::INTEGER + 1) AS q1)
|| '}}', 'UTF8') END
