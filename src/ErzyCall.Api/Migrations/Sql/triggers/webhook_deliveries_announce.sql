-- Deliveries to be sent at once.
CREATE OR REPLACE TRIGGER webhook_deliveries_announce AFTER INSERT ON webhook_deliveries
  FOR EACH STATEMENT EXECUTE FUNCTION announce_work();
