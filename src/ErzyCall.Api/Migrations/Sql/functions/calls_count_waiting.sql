-- How many calls of an organization wait is the sum of these changes: a call begins to wait, or waits no more.
CREATE OR REPLACE FUNCTION calls_count_waiting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO waiting_call_changes (organization_id, calls) VALUES (NEW.organization_id, 1);
  ELSE
    INSERT INTO waiting_call_changes (organization_id, calls) VALUES (OLD.organization_id, -1);
  END IF;
  RETURN NULL;
END $$;
