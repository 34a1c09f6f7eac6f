CREATE OR REPLACE TRIGGER calls_wait_and_go AFTER DELETE ON calls
  FOR EACH ROW WHEN (OLD.status IN ('new', 'scheduled')) EXECUTE FUNCTION calls_count_waiting();
