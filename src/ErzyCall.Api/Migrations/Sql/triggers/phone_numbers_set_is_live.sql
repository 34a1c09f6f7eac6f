CREATE OR REPLACE TRIGGER phone_numbers_set_is_live BEFORE INSERT OR UPDATE OF organization_id, is_live ON phone_numbers
  FOR EACH ROW EXECUTE FUNCTION phone_numbers_set_is_live();
