CREATE OR REPLACE TRIGGER organizations_make_room AFTER UPDATE OF max_concurrent_calls ON organizations
  FOR EACH ROW WHEN (NEW.max_concurrent_calls > OLD.max_concurrent_calls) EXECUTE FUNCTION organizations_make_room();
