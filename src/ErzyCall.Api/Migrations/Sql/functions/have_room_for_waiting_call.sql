-- Refuses one more waiting call in this transaction when there is no room for it.
CREATE OR REPLACE FUNCTION have_room_for_waiting_call(organization uuid, most_by_default integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF room_for_waiting_calls(organization, most_by_default, 1) = 0 THEN
    RAISE EXCEPTION 'organization % has as many waiting calls as it may', organization
      USING ERRCODE = 'check_violation', CONSTRAINT = 'max_waiting_calls';
  END IF;
END $$;
