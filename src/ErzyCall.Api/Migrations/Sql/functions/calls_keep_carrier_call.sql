-- A call is bound to one call of its carrier's, for good: whatever else the carrier makes of the order is a second ringing.
CREATE OR REPLACE FUNCTION calls_keep_carrier_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'call % is bound to % already', OLD.id, OLD.carrier_call_id USING ERRCODE = 'check_violation';
END $$;
