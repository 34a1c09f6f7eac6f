-- Every organization has its feed.
CREATE OR REPLACE FUNCTION organizations_make_feed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO event_feeds (organization_id, last_sequence) VALUES (NEW.id, 0);
  RETURN NULL;
END $$;
