CREATE OR REPLACE TRIGGER calls_count_usage AFTER INSERT ON calls
  FOR EACH ROW WHEN (NEW.ended_reason IS NOT NULL) EXECUTE FUNCTION calls_count_usage();
