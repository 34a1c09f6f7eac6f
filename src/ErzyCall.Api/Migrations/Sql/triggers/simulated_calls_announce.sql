-- A simulated call that goes on, now or later, or is hung up.
CREATE OR REPLACE TRIGGER simulated_calls_announce AFTER INSERT OR UPDATE OF hung_up_at ON simulated_calls
  FOR EACH ROW WHEN (NEW.next_step_at IS NOT NULL) EXECUTE FUNCTION announce_work();
