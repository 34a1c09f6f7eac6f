CREATE OR REPLACE TRIGGER contact_group_members_left AFTER DELETE ON contact_group_members
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION contact_group_members_count();
