-- The tags of a contact together with its organization, so that a search by tags reads nothing of what others have tagged.
CREATE OR REPLACE FUNCTION contact_tag_keys(organization_id uuid, tags text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY(SELECT organization_id::text || ':' || tag FROM unnest(tags) AS tag)
$$;
