CREATE OR REPLACE TRIGGER calls_free_line AFTER UPDATE OF line_free_at ON calls
  FOR EACH ROW WHEN (NEW.status = 'processing' AND OLD.line_free_at IS NULL AND NEW.line_free_at IS NOT NULL)
  EXECUTE FUNCTION call_queues_bring_forward();
