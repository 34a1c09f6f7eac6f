-- The words of a folded text, with one space before and behind each: ' ada lovelace ada example com '.
CREATE OR REPLACE FUNCTION search_words(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT ' ' || btrim(regexp_replace($1, '[^[:alnum:]]+', ' ', 'g')) || ' '
$$;
