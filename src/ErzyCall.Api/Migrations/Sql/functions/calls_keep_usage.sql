-- A call that was over stays in the usage of its hour when it is deleted, among what is not there any more.
CREATE OR REPLACE FUNCTION calls_keep_usage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO usage_changes (organization_id, hour, is_kept, status, ended_reason, amount, answered, seconds)
  SELECT organization_id, date_trunc('hour', created_at, 'UTC'), is_kept, status, ended_reason,
    sign * count(*), sign * count(duration), sign * coalesce(sum(duration), 0)
  FROM deleted CROSS JOIN (VALUES (true, -1), (false, 1)) AS side (is_kept, sign)
  WHERE ended_reason IS NOT NULL
  GROUP BY organization_id, date_trunc('hour', created_at, 'UTC'), is_kept, sign, status, ended_reason;
  RETURN NULL;
END $$;
