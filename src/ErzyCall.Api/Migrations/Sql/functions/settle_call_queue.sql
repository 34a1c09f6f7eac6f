-- Says when an organization's queue is worth the next look, at the end of one: under the lock of the organization's row, as the last
-- statement before the commit. Nothing is put off while somebody is about to bring the queue forward (call_queues_bring_forward): it is
-- looked at again, once that is committed. Each statement in here sees what was committed before it. (The bound of -infinity is for the index
-- of what waits, which alone can use it.)
CREATE OR REPLACE FUNCTION settle_call_queue(organization uuid, may_be_full boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  first_due timestamptz;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('call queue ' || organization, 0)) THEN
    RETURN;
  END IF;

  SELECT min(first.due_at) INTO first_due FROM (VALUES (false), (true)) AS lane (is_batched)
  CROSS JOIN LATERAL (
    SELECT due_at FROM calls
    WHERE organization_id = organization AND calls.is_batched = lane.is_batched AND status IN ('new', 'scheduled')
      AND due_at > '-infinity'
    ORDER BY due_at LIMIT 1) AS first;
  UPDATE call_queues
  SET first_due_at = first_due,
    awaits_room = may_be_full AND first_due IS NOT NULL
      AND (SELECT count(*) FROM calls WHERE organization_id = organization AND status = 'processing' AND line_free_at IS NULL)
        >= (SELECT max_concurrent_calls FROM organizations WHERE id = organization)
  WHERE organization_id = organization;
END $$;
