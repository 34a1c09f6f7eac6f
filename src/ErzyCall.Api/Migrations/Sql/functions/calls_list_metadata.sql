-- Keeps call_metadata_entries: each entry of a call's metadata, at the call's place in the list.
CREATE OR REPLACE FUNCTION calls_list_metadata() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM call_metadata_entries AS entry USING json_each_text(OLD.metadata)
    WHERE entry.digest = call_metadata_digest(OLD.organization_id, key, value) AND entry.created_at = OLD.created_at AND entry.call_id = OLD.id;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO call_metadata_entries (digest, created_at, call_id)
    SELECT call_metadata_digest(NEW.organization_id, key, value), NEW.created_at, NEW.id FROM json_each_text(NEW.metadata);
  END IF;
  RETURN NULL;
END $$;
