-- A call to be dialled now.
CREATE OR REPLACE TRIGGER calls_announce_new AFTER INSERT ON calls
  FOR EACH ROW WHEN (NEW.status = 'new') EXECUTE FUNCTION announce_work();
