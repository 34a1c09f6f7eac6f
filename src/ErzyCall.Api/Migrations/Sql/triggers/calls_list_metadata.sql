CREATE OR REPLACE TRIGGER calls_list_metadata AFTER INSERT ON calls
  FOR EACH ROW WHEN (NEW.metadata::text <> '{}') EXECUTE FUNCTION calls_list_metadata();
