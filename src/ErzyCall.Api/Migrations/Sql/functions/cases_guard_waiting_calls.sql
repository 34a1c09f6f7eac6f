-- The other side of calls_hold_what_they_use: a case is not deleted while calls wait with it.
CREATE OR REPLACE FUNCTION cases_guard_waiting_calls() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM calls WHERE organization_id = OLD.organization_id AND case_id = OLD.id AND status IN ('new', 'scheduled')) THEN
    RAISE EXCEPTION 'calls wait with case %', OLD.id USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN OLD;
END $$;
