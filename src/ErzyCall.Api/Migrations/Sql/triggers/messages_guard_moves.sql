CREATE OR REPLACE TRIGGER messages_guard_moves BEFORE UPDATE OF status ON messages
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION messages_guard_moves();
