-- A queue is looked at as soon as a call in it may be claimed: a call waits from its time on, or another one has made room.
--
-- The dispatcher does not see what is not committed, and must not put the queue off meanwhile. So whoever brings a queue forward, or finds
-- that it need not be, holds the queue's lock with others until the commit; and only who holds it alone puts the queue off
-- (settle_call_queue), which is tried and never waited for. What is read here is read behind the lock. The row itself is written only when
-- it has to be, so that calls that are placed at once do not wait for each other. A transaction that moves calls of several organizations
-- does so in the order of their ids.
CREATE OR REPLACE FUNCTION call_queues_bring_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('call queue ' || NEW.organization_id, 0));
  IF NEW.status IN ('new', 'scheduled') THEN
    UPDATE call_queues SET first_due_at = NEW.due_at
    WHERE organization_id = NEW.organization_id AND (first_due_at IS NULL OR first_due_at > NEW.due_at);
  ELSE
    UPDATE call_queues SET awaits_room = false WHERE organization_id = NEW.organization_id AND awaits_room;
  END IF;
  RETURN NULL;
END $$;
