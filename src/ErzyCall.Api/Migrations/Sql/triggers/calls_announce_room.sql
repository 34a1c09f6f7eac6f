-- Room for another call.
CREATE OR REPLACE TRIGGER calls_announce_room AFTER UPDATE OF status ON calls
  FOR EACH ROW WHEN (OLD.status = 'processing' AND NEW.status <> 'processing') EXECUTE FUNCTION announce_work();
