-- An account whose messages have waited.
CREATE OR REPLACE TRIGGER whatsapp_accounts_announce_active AFTER UPDATE OF status ON whatsapp_accounts
  FOR EACH ROW WHEN (OLD.status <> 'active' AND NEW.status = 'active') EXECUTE FUNCTION announce_work();
