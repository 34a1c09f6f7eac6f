CREATE OR REPLACE TRIGGER calls_queue_up AFTER INSERT ON calls
  FOR EACH ROW WHEN (NEW.status IN ('new', 'scheduled')) EXECUTE FUNCTION call_queues_bring_forward();
