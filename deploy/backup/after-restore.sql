-- To be run on a database that is older than what was done with it, before a server runs there: after restore, and after a recovery to a point
-- in time. What was asked for by now may have been dialled or sent since then, so it is not any more: the server ends such calls as
-- deadline-exceeded and such messages as not sent, tells their integrators, and dials what was asked for later.
BEGIN;
WITH ended AS (
  UPDATE calls SET deadline_at = now()
  WHERE status IN ('new', 'scheduled') AND COALESCE(scheduled_at, created_at) <= now() RETURNING id)
SELECT count(*) || ' calls will not be dialled, since they may have been' FROM ended;
WITH ended AS (UPDATE messages SET send_by = now() WHERE status = 'queued' AND claimed_at IS NULL RETURNING id)
SELECT count(*) || ' messages will not be sent, since they may have been' FROM ended;
DELETE FROM key_writes;
COMMIT;
ANALYZE;
