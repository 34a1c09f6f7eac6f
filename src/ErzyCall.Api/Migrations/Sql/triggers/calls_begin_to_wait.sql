CREATE OR REPLACE TRIGGER calls_begin_to_wait AFTER INSERT ON calls
  FOR EACH ROW WHEN (NEW.status IN ('new', 'scheduled')) EXECUTE FUNCTION calls_count_waiting();
