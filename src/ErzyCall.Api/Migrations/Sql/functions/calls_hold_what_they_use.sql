-- A case or a phone number that a call waits with cannot be deleted, also when both happen at once. A call keeps both after they are gone,
-- so no foreign key can say it. As one would, a call that is placed to wait locks what it uses against deletion and sees that it is there;
-- a deletion locks the row (PostgreSQL does so before it fires the trigger), so it waits for such calls to commit, and then looks for them.
-- Both refuse as a foreign key does, and are answered as one.
CREATE OR REPLACE FUNCTION calls_hold_what_they_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM phone_numbers WHERE organization_id = NEW.organization_id AND phone_number = NEW."from" FOR KEY SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'phone number % of call % is gone', NEW."from", NEW.id USING ERRCODE = 'foreign_key_violation';
  END IF;
  IF NEW.case_id IS NOT NULL THEN
    PERFORM FROM cases WHERE id = NEW.case_id FOR KEY SHARE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'case % of call % is gone', NEW.case_id, NEW.id USING ERRCODE = 'foreign_key_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
