-- Usage counts a call once it is over; what is not over is counted when usage is read. A call that is over hardly ever changes: then what it
-- was counts no more, and what it is does.
CREATE OR REPLACE FUNCTION calls_count_usage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.ended_reason IS NOT NULL THEN
    INSERT INTO usage_changes (organization_id, hour, is_kept, status, ended_reason, amount, answered, seconds)
    VALUES (OLD.organization_id, date_trunc('hour', OLD.created_at, 'UTC'), true, OLD.status, OLD.ended_reason,
      -1, -(OLD.duration IS NOT NULL)::int, -coalesce(OLD.duration, 0));
  END IF;
  INSERT INTO usage_changes (organization_id, hour, is_kept, status, ended_reason, amount, answered, seconds)
  VALUES (NEW.organization_id, date_trunc('hour', NEW.created_at, 'UTC'), true, NEW.status, NEW.ended_reason,
    1, (NEW.duration IS NOT NULL)::int, coalesce(NEW.duration, 0));
  RETURN NULL;
END $$;
