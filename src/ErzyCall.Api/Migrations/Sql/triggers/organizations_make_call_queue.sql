CREATE OR REPLACE TRIGGER organizations_make_call_queue AFTER INSERT ON organizations
  FOR EACH ROW EXECUTE FUNCTION organizations_make_call_queue();
