-- Calls that wait are to be judged anew.
CREATE OR REPLACE TRIGGER calling_policies_announce AFTER INSERT OR UPDATE ON calling_policies
  FOR EACH STATEMENT EXECUTE FUNCTION announce_work();
