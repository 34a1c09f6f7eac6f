-- A delivery that somebody wants sent again.
CREATE OR REPLACE TRIGGER webhook_deliveries_announce_anew AFTER UPDATE OF next_attempt_at ON webhook_deliveries
  FOR EACH ROW WHEN (NEW.failures = 0 AND NEW.next_attempt_at IS NOT NULL AND NEW.next_attempt_at IS DISTINCT FROM OLD.next_attempt_at)
  EXECUTE FUNCTION announce_work();
