CREATE OR REPLACE TRIGGER calls_guard_moves BEFORE UPDATE OF status ON calls
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION calls_guard_moves();
