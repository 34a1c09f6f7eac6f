-- A message that the next one of its conversation has waited for.
CREATE OR REPLACE TRIGGER messages_announce_next AFTER UPDATE OF status ON messages
  FOR EACH ROW WHEN (OLD.status = 'queued' AND NEW.status <> 'queued') EXECUTE FUNCTION announce_work();
