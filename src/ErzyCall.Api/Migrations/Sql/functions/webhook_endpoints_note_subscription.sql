-- Since when an endpoint has its subscription: events may have no delivery to an endpoint that was switched off, and the audit must know.
-- By PostgreSQL's clock, read when the row is locked: what is published under the same lock comes after it.
CREATE OR REPLACE FUNCTION webhook_endpoints_note_subscription() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.subscribed_at := clock_timestamp();
  RETURN NEW;
END $$;
