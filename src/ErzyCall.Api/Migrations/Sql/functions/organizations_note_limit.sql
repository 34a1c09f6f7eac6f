-- Since when an organization has its limit: calls may be more than a limit that has been lowered, and the audit must know. By PostgreSQL's
-- clock, read when the row is locked: what is claimed under the same lock comes after it.
CREATE OR REPLACE FUNCTION organizations_note_limit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.limit_set_at := clock_timestamp();
  RETURN NEW;
END $$;
