-- A call's script is there. The model would give the foreign key an index, and nothing looks for the calls of a script.
ALTER TABLE calls
  DROP CONSTRAINT IF EXISTS fk_calls_call_scripts,
  ADD CONSTRAINT fk_calls_call_scripts FOREIGN KEY (organization_id, script_hash) REFERENCES call_scripts (organization_id, hash);
