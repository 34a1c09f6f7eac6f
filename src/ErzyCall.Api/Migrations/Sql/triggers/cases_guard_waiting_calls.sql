CREATE OR REPLACE TRIGGER cases_guard_waiting_calls BEFORE DELETE ON cases
  FOR EACH ROW EXECUTE FUNCTION cases_guard_waiting_calls();
