-- How many of as many more calls as are wanted may begin to wait in this transaction. Each statement in here sees what was committed before
-- it. The table of changes has few rows and many that are gone, which PostgreSQL would rather read as a whole; its index takes a third of the
-- time. One plan is as good as any.
CREATE OR REPLACE FUNCTION room_for_waiting_calls(organization uuid, most_by_default integer, wanted integer) RETURNS integer
LANGUAGE plpgsql SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  -- More than all who hold the lock together can be about to place: four batches of a thousand, and as many single calls as there are connections.
  under_way CONSTANT integer := 5000;
  queue CONSTANT bigint := hashtextextended('waiting calls ' || organization, 0);
  most bigint;
  waiting bigint;
BEGIN
  SELECT coalesce(max_waiting_calls, most_by_default) INTO most FROM organizations WHERE id = organization;
  SELECT coalesce(sum(calls), 0) INTO waiting FROM waiting_call_changes WHERE organization_id = organization;
  IF waiting + under_way <= most THEN
    PERFORM pg_advisory_xact_lock_shared(queue);
    SELECT coalesce(sum(calls), 0) INTO waiting FROM waiting_call_changes WHERE organization_id = organization;
    IF waiting + under_way <= most THEN
      RETURN wanted;
    END IF;
    RAISE EXCEPTION 'calls of organization % have come near their limit meanwhile', organization USING ERRCODE = 'serialization_failure';
  END IF;

  -- Near the limit: one after the other, and after all who did not see it near.
  PERFORM pg_advisory_xact_lock(queue);
  SELECT coalesce(sum(calls), 0) INTO waiting FROM waiting_call_changes WHERE organization_id = organization;
  RETURN greatest(0, least(wanted, most - waiting));
END $$;
