-- The digest by which call_metadata_entries has an entry of a call's metadata. It is of the organization too, so that nobody reads what
-- others have. PostgreSQL keeps its hashes as they are: hash-partitioned tables depend on them.
CREATE OR REPLACE FUNCTION call_metadata_digest(organization_id uuid, key text, value text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT hashtextextended(organization_id::text || key || '=' || value, 0)
$$;
