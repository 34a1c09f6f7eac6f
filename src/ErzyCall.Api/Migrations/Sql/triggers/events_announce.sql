-- Events to be published.
CREATE OR REPLACE TRIGGER events_announce AFTER INSERT ON events
  FOR EACH STATEMENT EXECUTE FUNCTION announce_work();
