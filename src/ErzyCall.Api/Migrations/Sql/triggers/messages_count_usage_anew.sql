CREATE OR REPLACE TRIGGER messages_count_usage_anew AFTER UPDATE OF sent_at, created_at ON messages
  FOR EACH ROW WHEN ((OLD.sent_at IS NULL, OLD.created_at) IS DISTINCT FROM (NEW.sent_at IS NULL, NEW.created_at))
  EXECUTE FUNCTION messages_count_usage();
