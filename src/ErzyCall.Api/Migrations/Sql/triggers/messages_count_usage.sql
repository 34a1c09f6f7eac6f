CREATE OR REPLACE TRIGGER messages_count_usage AFTER INSERT OR DELETE ON messages FOR EACH ROW EXECUTE FUNCTION messages_count_usage();
