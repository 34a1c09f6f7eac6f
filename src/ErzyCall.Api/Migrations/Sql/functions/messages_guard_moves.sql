-- A WhatsApp message only moves forward, as Message does, whoever writes the row.
CREATE OR REPLACE FUNCTION messages_guard_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.status, NEW.status) NOT IN (
    ('queued', 'sent'), ('queued', 'delivered'), ('queued', 'read'), ('queued', 'failed'),
    ('sent', 'delivered'), ('sent', 'read'), ('sent', 'failed'),
    ('delivered', 'read'))
  THEN
    RAISE EXCEPTION 'message % cannot move from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
