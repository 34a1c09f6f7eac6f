-- The largest limits of an organization's active keys, a minute and an hour, where they are above those given; each is an end of an index. In PL/pgSQL, so
-- that a session plans it once: every request asks, and planning takes longer than looking.
CREATE OR REPLACE FUNCTION largest_key_limits(organization uuid, at timestamptz, minute integer, hour integer) RETURNS integer[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN ARRAY[
    (SELECT max(per_minute) FROM api_keys
     WHERE organization_id = organization AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > at) AND per_minute > minute),
    (SELECT max(per_hour) FROM api_keys
     WHERE organization_id = organization AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > at) AND per_hour > hour)];
END $$;
