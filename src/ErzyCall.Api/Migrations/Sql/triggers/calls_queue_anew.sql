CREATE OR REPLACE TRIGGER calls_queue_anew AFTER UPDATE OF due_at ON calls
  FOR EACH ROW WHEN (NEW.status IN ('new', 'scheduled') AND NEW.due_at < OLD.due_at) EXECUTE FUNCTION call_queues_bring_forward();
