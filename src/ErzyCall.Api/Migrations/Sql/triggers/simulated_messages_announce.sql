-- A simulated message that goes on, now or later.
CREATE OR REPLACE TRIGGER simulated_messages_announce AFTER INSERT ON simulated_messages
  FOR EACH ROW WHEN (NEW.next_step_at IS NOT NULL) EXECUTE FUNCTION announce_work();
