CREATE OR REPLACE TRIGGER calls_list_metadata_anew AFTER UPDATE OF organization_id, metadata, created_at, id OR DELETE ON calls
  FOR EACH ROW EXECUTE FUNCTION calls_list_metadata();
