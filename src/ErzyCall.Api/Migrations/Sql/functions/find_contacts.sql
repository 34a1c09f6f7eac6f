-- The contacts of an organization that match a text best, best first: equal to it, beginning with it, with a word that begins with it, with it
-- inside. Each rank leaves out the contacts of the ranks before it, and is looked for, and planned, only while those before it have not filled
-- the list: to plan all of them takes ten times as long as to find what begins with the text. What is equal or in a range is planned once in
-- a session; a pattern is planned with its value (EXECUTE), since the index to ask depends on it.
CREATE OR REPLACE FUNCTION find_contacts(
  organization uuid, folded text, begins text, word_begins text, inside text, literal text, has_words boolean, looks_inside boolean,
  by_marks boolean, most integer)
RETURNS TABLE (id uuid, rank bigint) LANGUAGE plpgsql STABLE ROWS 10 AS $$
#variable_conflict use_column
DECLARE
  -- Behind all that begins with the text, in the order of the columns: by code points, of which this is the last.
  behind CONSTANT text := folded || repeat(chr(1114111), 600);
  -- What the patterns leave to be looked at in the row itself, and the order of what they find.
  rest CONSTANT text :=
    'AND (NOT $3 OR search_has_marks(search_title) OR search_has_marks(search_email)) AND search_title NOT LIKE $4 AND search_email NOT LIKE $4
     AND ($5 = ''%'' OR search_title LIKE $5 OR search_email LIKE $5) ORDER BY created_at DESC, id DESC LIMIT $6';
  known bigint := 0;
  further bigint;
BEGIN
  RETURN QUERY SELECT found.id, row_number() OVER () FROM (
    SELECT contacts.id FROM contacts WHERE organization_id = organization AND search_title = folded ORDER BY contacts.id DESC LIMIT most) AS found;
  GET DIAGNOSTICS known = ROW_COUNT;
  IF known < most THEN
    RETURN QUERY SELECT found.id, known + row_number() OVER () FROM (
      SELECT contacts.id FROM contacts WHERE organization_id = organization AND search_email = folded AND search_title <> folded
      ORDER BY contacts.id DESC LIMIT most - known) AS found;
    GET DIAGNOSTICS further = ROW_COUNT;
    known := known + further;
  END IF;
  IF known < most THEN
    RETURN QUERY SELECT found.id, known + row_number() OVER () FROM (
      SELECT contacts.id FROM contacts
      WHERE organization_id = organization AND search_title > folded AND search_title <= behind AND search_email <> folded
      ORDER BY search_title, contacts.id LIMIT most - known) AS found;
    GET DIAGNOSTICS further = ROW_COUNT;
    known := known + further;
  END IF;
  IF known < most THEN
    RETURN QUERY SELECT found.id, known + row_number() OVER () FROM (
      SELECT contacts.id FROM contacts
      WHERE organization_id = organization AND search_email > folded AND search_email <= behind AND search_title NOT LIKE begins
      ORDER BY search_email, contacts.id LIMIT most - known) AS found;
    GET DIAGNOSTICS further = ROW_COUNT;
    known := known + further;
  END IF;
  IF known < most AND has_words THEN
    RETURN QUERY EXECUTE 'SELECT id, $7 + row_number() OVER () FROM (
      SELECT id FROM contacts WHERE organization_id = $1 AND search_words LIKE $2 ' || rest || ') AS found'
      USING organization, word_begins, by_marks, begins, literal, most - known, known;
    GET DIAGNOSTICS further = ROW_COUNT;
    known := known + further;
  END IF;
  IF known < most AND looks_inside THEN
    RETURN QUERY EXECUTE 'SELECT id, $7 + row_number() OVER () FROM (
      SELECT id FROM contacts WHERE organization_id = $1 AND search_words LIKE $2 AND NOT ($8 AND search_words LIKE $9) ' || rest || ') AS found'
      USING organization, inside, by_marks, begins, literal, most - known, known, has_words, word_begins;
  END IF;
END $$;
