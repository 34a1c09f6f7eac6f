CREATE OR REPLACE TRIGGER calls_hold_what_they_use BEFORE INSERT ON calls
  FOR EACH ROW WHEN (NEW.status IN ('new', 'scheduled')) EXECUTE FUNCTION calls_hold_what_they_use();
