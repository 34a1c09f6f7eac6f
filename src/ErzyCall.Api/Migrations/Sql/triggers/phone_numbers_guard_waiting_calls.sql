CREATE OR REPLACE TRIGGER phone_numbers_guard_waiting_calls BEFORE DELETE ON phone_numbers
  FOR EACH ROW EXECUTE FUNCTION phone_numbers_guard_waiting_calls();
