CREATE OR REPLACE TRIGGER contact_group_members_joined AFTER INSERT ON contact_group_members
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION contact_group_members_count();
