-- Takes the lock of an idempotency key, if nobody has it, and finds the response that is stored under the key. The response is looked for by a
-- statement of its own: its snapshot is younger than the lock, so it sees what the lock's last holder committed.
CREATE OR REPLACE FUNCTION look_at_key(
  lock bigint, organization uuid, hash bytea,
  OUT is_mine boolean, OUT fingerprint bytea, OUT status smallint, OUT content_type text, OUT location text, OUT body bytea, OUT holds_secret boolean,
  OUT expires_at timestamptz) LANGUAGE plpgsql AS $$
BEGIN
  is_mine := pg_try_advisory_xact_lock(lock);
  SELECT stored.fingerprint, stored.status, stored.content_type, stored.location, stored.body, stored.holds_secret, stored.expires_at
    INTO fingerprint, status, content_type, location, body, holds_secret, expires_at
    FROM idempotency_records AS stored WHERE stored.organization_id = organization AND stored.request_hash = hash;
END $$;
