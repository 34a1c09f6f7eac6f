-- Usage counts messages that have come in, and those that Meta has taken. A message that is deleted stays in the usage of its hour, among
-- what is not there any more.
CREATE OR REPLACE FUNCTION messages_count_usage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  message messages := coalesce(NEW, OLD);
  counted CONSTANT text := CASE message.direction WHEN 'inbound' THEN 'received' ELSE 'sent' END;
BEGIN
  IF TG_OP <> 'INSERT' AND (OLD.direction = 'inbound' OR OLD.sent_at IS NOT NULL) THEN
    INSERT INTO usage_changes (organization_id, hour, is_kept, status, ended_reason, amount, answered, seconds)
    VALUES (OLD.organization_id, date_trunc('hour', OLD.created_at, 'UTC'), true, counted, '', -1, 0, 0);
  END IF;
  IF message.direction = 'inbound' OR message.sent_at IS NOT NULL THEN
    INSERT INTO usage_changes (organization_id, hour, is_kept, status, ended_reason, amount, answered, seconds)
    VALUES (message.organization_id, date_trunc('hour', message.created_at, 'UTC'), TG_OP <> 'DELETE', counted, '', 1, 0, 0);
  END IF;
  RETURN NULL;
END $$;
