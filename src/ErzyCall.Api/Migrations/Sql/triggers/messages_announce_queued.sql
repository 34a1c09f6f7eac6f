-- A message to be sent now.
CREATE OR REPLACE TRIGGER messages_announce_queued AFTER INSERT ON messages
  FOR EACH ROW WHEN (NEW.status = 'queued') EXECUTE FUNCTION announce_work();
