WITH viewer AS
(SELECT auth.prove_viewer($1::BYTEA, $2::VARCHAR, $3::VARCHAR, $4::TIMESTAMP WITH TIME ZONE) AS proven),
changed AS
(UPDATE notifications.notifications SET read_at=coalesce(notifications.notifications.read_at, $5::TIMESTAMP WITH TIME ZONE)
WHERE notifications.notifications.id = $6::UUID AND notifications.notifications.user_id = $7::UUID AND notifications.notifications.deleted_at IS NULL AND (SELECT viewer.proven
FROM viewer) RETURNING notifications.notifications.id)
 SELECT viewer.proven, changed.id
FROM viewer LEFT OUTER JOIN changed ON true

SELECT CASE WHEN (set_config('azora.user_id', $1::VARCHAR, true) IS NOT NULL) AND (set_config('azora.role', 'student', true) IS NOT NULL) THEN convert_to((SELECT '['
|| coalesce(string_agg(q2.item, ','), '')
|| ']'
FROM (SELECT coalesce((SELECT '{"id":"'
|| encode('Notification:'::bytea
|| uuid_send(t1.id), 'base64')
|| '","readAt":'
|| coalesce(CAST(json_scalar(t1.read_at) AS text), 'null')
|| '}' AS item
FROM notifications.notifications AS t1
WHERE (t1.id = k0.key) AND ((t1.deleted_at IS NULL) AND (t1.user_id = $2::UUID))), 'null') AS item
FROM unnest($3::UUID[]) WITH ORDINALITY AS k0(key, position) ORDER BY k0.position) AS q2), 'UTF8') END
