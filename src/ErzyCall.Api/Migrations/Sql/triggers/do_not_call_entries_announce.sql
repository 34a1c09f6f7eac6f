-- Calls that ring at the number are hung up.
CREATE OR REPLACE TRIGGER do_not_call_entries_announce AFTER INSERT ON do_not_call_entries
  FOR EACH STATEMENT EXECUTE FUNCTION announce_work();
