-- Committed work announces itself on the channel that WorkListener hears, by the name of its table.
CREATE OR REPLACE FUNCTION announce_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('erzycall_work', TG_TABLE_NAME);
  RETURN NULL;
END $$;
