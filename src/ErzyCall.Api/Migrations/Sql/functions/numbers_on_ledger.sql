-- Those of the numbers, in their canonical form, that an organization must not call. In PL/pgSQL, so that a session plans it once.
CREATE OR REPLACE FUNCTION numbers_on_ledger(organization uuid, numbers text[]) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN ARRAY(
    SELECT canonical_number FROM do_not_call_entries
    WHERE organization_id = organization AND canonical_number = ANY (numbers) AND lifted_at IS NULL);
END $$;
