SELECT CASE WHEN auth.prove_viewer($1::BYTEA, $2::VARCHAR, 'admin', $3::TIMESTAMP WITH TIME ZONE) THEN convert_to('{"data":{"students":'
|| (SELECT '{"nodes":['
|| coalesce(string_agg(q6.e0, ','), '')
|| ']}'
FROM (SELECT '{"id":"'
|| encode('Student:'::bytea
|| uuid_send(t0.id), 'base64')
|| '","firstName":'
|| CAST(json_scalar(t0.first_name) AS text)
|| ',"lastName":'
|| CAST(json_scalar(t0.last_name) AS text)
|| ',"enrollments":'
|| (SELECT '{"nodes":['
|| coalesce(string_agg(q5.e0, ','), '')
|| ']}'
FROM (SELECT '{"id":"'
|| encode('Enrollment:'::bytea
|| uuid_send(t1.id), 'base64')
|| '","status":"'
|| CASE t1.status WHEN 'active' THEN 'ACTIVE' WHEN 'completed' THEN 'COMPLETED' WHEN 'dropped' THEN 'DROPPED' ELSE upper(CAST(t1.status AS text)) END
|| '","progress":"'
|| CAST(trim_scale(t1.progress) AS text)
|| '","course":'
|| coalesce((SELECT '{"id":"'
|| encode('Course:'::bytea
|| uuid_send(t2.id), 'base64')
|| '","title":'
|| CAST(json_scalar(t2.title) AS text)
|| ',"modules":'
|| (SELECT '['
|| coalesce(string_agg(q4.item, ','), '')
|| ']'
FROM (SELECT '{"id":"'
|| encode('Module:'::bytea
|| uuid_send(t3.id), 'base64')
|| '","title":'
|| CAST(json_scalar(t3.title) AS text)
|| ',"position":'
|| CAST(t3.position AS text)
|| '}' AS item
FROM education.modules AS t3
WHERE t3.course_id = t2.id ORDER BY t3.position LIMIT $4::INTEGER) AS q4)
|| '}' AS item
FROM education.courses AS t2
WHERE t2.id = t1.course_id), 'null')
|| '}' AS e0
FROM education.enrollments AS t1
WHERE t1.student_id = t0.id ORDER BY t1.id DESC LIMIT $5::INTEGER) AS q5)
|| '}' AS e0
FROM education.students AS t0 ORDER BY t0.id DESC LIMIT $6::INTEGER) AS q6)
|| '}}', 'UTF8') END
