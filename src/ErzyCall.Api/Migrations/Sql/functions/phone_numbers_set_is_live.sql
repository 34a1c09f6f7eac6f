-- A live number belongs to one organization at most. The index that decides it cannot look at the organization's mode, so each number
-- carries it, whoever writes the row.
CREATE OR REPLACE FUNCTION phone_numbers_set_is_live() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.is_live := EXISTS (SELECT FROM organizations WHERE id = NEW.organization_id AND mode = 'Live');
  RETURN NEW;
END $$;
