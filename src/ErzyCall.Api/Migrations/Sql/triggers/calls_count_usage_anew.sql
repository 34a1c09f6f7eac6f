CREATE OR REPLACE TRIGGER calls_count_usage_anew AFTER UPDATE OF status, ended_reason, duration, created_at ON calls
  FOR EACH ROW WHEN (NEW.ended_reason IS NOT NULL AND (OLD.status, OLD.ended_reason, OLD.duration, OLD.created_at)
    IS DISTINCT FROM (NEW.status, NEW.ended_reason, NEW.duration, NEW.created_at)) EXECUTE FUNCTION calls_count_usage();
