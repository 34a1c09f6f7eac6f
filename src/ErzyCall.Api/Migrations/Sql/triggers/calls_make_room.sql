CREATE OR REPLACE TRIGGER calls_make_room AFTER UPDATE OF status ON calls
  FOR EACH ROW WHEN (OLD.status = 'processing' AND NEW.status <> 'processing') EXECUTE FUNCTION call_queues_bring_forward();
