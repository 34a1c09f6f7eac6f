-- The contacts that have all of several tags. The settings belong to the function: within it the planner may not read a list in its order,
-- which is what it prefers when it takes a rare tag for a frequent one.
CREATE OR REPLACE FUNCTION contacts_with_tags(of_organization uuid, all_of text[], at_most int) RETURNS SETOF uuid LANGUAGE sql STABLE
SET enable_seqscan = off SET enable_indexscan = off AS $$
  SELECT id FROM contacts WHERE contact_tag_keys(organization_id, tags) @> contact_tag_keys(of_organization, all_of) LIMIT at_most
$$;
