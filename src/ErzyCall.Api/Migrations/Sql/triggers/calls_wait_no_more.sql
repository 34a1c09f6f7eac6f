CREATE OR REPLACE TRIGGER calls_wait_no_more AFTER UPDATE OF status ON calls
  FOR EACH ROW WHEN (OLD.status IN ('new', 'scheduled') AND NEW.status NOT IN ('new', 'scheduled')) EXECUTE FUNCTION calls_count_waiting();
