CREATE OR REPLACE TRIGGER calls_keep_carrier_call BEFORE UPDATE OF carrier_account_id, carrier_call_id ON calls
  FOR EACH ROW WHEN (
    (OLD.carrier_call_id IS NOT NULL AND OLD.carrier_call_id IS DISTINCT FROM NEW.carrier_call_id)
    OR (OLD.carrier_account_id IS NOT NULL AND OLD.carrier_account_id IS DISTINCT FROM NEW.carrier_account_id))
  EXECUTE FUNCTION calls_keep_carrier_call();
