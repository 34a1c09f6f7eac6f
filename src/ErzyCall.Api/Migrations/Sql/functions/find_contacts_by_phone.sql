-- The contacts of an organization whose number matches best, best first: the number itself, those that begin with it, those with the pattern.
-- It is planned as find_contacts is.
CREATE OR REPLACE FUNCTION find_contacts_by_phone(organization uuid, number text, pattern text, most integer)
RETURNS TABLE (id uuid, rank bigint) LANGUAGE plpgsql STABLE ROWS 10 AS $$
#variable_conflict use_column
DECLARE
  -- Behind all numbers that begin so: a number has nothing but digits behind its first character.
  behind CONSTANT text := number || ':';
  known bigint := 0;
  further bigint;
BEGIN
  RETURN QUERY SELECT contacts.id, 1::bigint FROM contacts WHERE organization_id = organization AND phone = number;
  GET DIAGNOSTICS known = ROW_COUNT;
  IF known < most THEN
    RETURN QUERY SELECT found.id, known + row_number() OVER () FROM (
      SELECT contacts.id FROM contacts WHERE organization_id = organization AND phone > number AND phone < behind
      ORDER BY phone LIMIT most - known) AS found;
    GET DIAGNOSTICS further = ROW_COUNT;
    known := known + further;
  END IF;
  IF known < most THEN
    RETURN QUERY EXECUTE 'SELECT id, $5 + row_number() OVER () FROM (
      SELECT id FROM contacts WHERE organization_id = $1 AND phone LIKE $2 AND NOT (phone >= $3 AND phone < $6)
      ORDER BY created_at DESC, id DESC LIMIT $4) AS found'
      USING organization, pattern, number, most - known, known, behind;
  END IF;
END $$;
