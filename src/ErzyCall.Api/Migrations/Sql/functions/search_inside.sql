-- The pattern of what has a text, folded, somewhere inside.
CREATE OR REPLACE FUNCTION search_inside(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT '%' || regexp_replace(search_fold($1), '([\\%_])', '\\\1', 'g') || '%'
$$;
