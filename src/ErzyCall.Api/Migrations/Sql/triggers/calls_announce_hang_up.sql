-- A call to be hung up, also one that is over, which its carrier may have got late.
CREATE OR REPLACE TRIGGER calls_announce_hang_up AFTER UPDATE OF hang_up_requested_at, submitted_at ON calls
  FOR EACH ROW WHEN (NEW.hang_up_requested_at IS NOT NULL AND NEW.hang_up_sent_at IS NULL) EXECUTE FUNCTION announce_work();
