-- Every organization has its queue of calls.
CREATE OR REPLACE FUNCTION organizations_make_call_queue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO call_queues (organization_id, awaits_room) VALUES (NEW.id, false);
  RETURN NULL;
END $$;
