CREATE OR REPLACE TRIGGER webhook_endpoints_note_subscription BEFORE UPDATE OF is_active, events ON webhook_endpoints
  FOR EACH ROW WHEN (OLD.is_active <> NEW.is_active OR OLD.events <> NEW.events) EXECUTE FUNCTION webhook_endpoints_note_subscription();
