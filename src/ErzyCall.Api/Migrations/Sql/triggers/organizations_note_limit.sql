CREATE OR REPLACE TRIGGER organizations_note_limit BEFORE UPDATE OF max_concurrent_calls ON organizations
  FOR EACH ROW WHEN (OLD.max_concurrent_calls <> NEW.max_concurrent_calls) EXECUTE FUNCTION organizations_note_limit();
