-- Whether a folded text has a mark behind what is no letter or digit, or three in a row that are none: 'wow!!', 'a - b', 'a (b)'. By the
-- same classes of characters as search_words, whatever the collation of the column: in "C" only ASCII has letters.
CREATE OR REPLACE FUNCTION search_has_marks(text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT $1 COLLATE "default" ~ '[^[:alnum:]]([^[:alnum:] ]|[^[:alnum:]]{2})'
$$;
