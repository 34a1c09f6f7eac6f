-- What may be sent now: it is due, nobody is sending it, and no earlier event of the same resource is still to be tried for the first time.
-- OFFSET 0 keeps PostgreSQL from joining the queue with all of itself, as it does while its statistics are old: whether an earlier event
-- waits is looked up by the index, for each delivery that is asked for. Of the indexes over what is pending only one can answer what is
-- asked inside, whatever the statistics say.
CREATE OR REPLACE FUNCTION due_deliveries(at timestamptz) RETURNS SETOF webhook_deliveries LANGUAGE sql STABLE AS $$
  SELECT * FROM webhook_deliveries AS delivery
  WHERE status = 'pending' AND next_attempt_at <= at AND (leased_until IS NULL OR leased_until <= at)
    AND NOT EXISTS (
      SELECT FROM webhook_deliveries AS earlier
      WHERE earlier.endpoint_id = delivery.endpoint_id AND earlier.resource_id = delivery.resource_id AND earlier.position < delivery.position
        AND earlier.failures = 0 AND earlier.next_attempt_at IS NOT NULL
      OFFSET 0)
$$;
