-- An organization that may have more calls at once has room for one: as call_queues_bring_forward.
CREATE OR REPLACE FUNCTION organizations_make_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('call queue ' || NEW.id, 0));
  UPDATE call_queues SET awaits_room = false WHERE organization_id = NEW.id AND awaits_room;
  RETURN NULL;
END $$;
