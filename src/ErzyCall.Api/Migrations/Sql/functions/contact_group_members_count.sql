-- The size of a group is what was counted and these changes. A membership is made or ends; it never moves.
CREATE OR REPLACE FUNCTION contact_group_members_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO contact_group_changes (group_id, contacts)
  SELECT group_id, CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END FROM changed GROUP BY group_id;
  RETURN NULL;
END $$;
