-- The search by tags, by organization and tag together: the model cannot tell of an index over what a function makes.
DROP INDEX IF EXISTS ix_contacts_tags;
CREATE INDEX ix_contacts_tags ON contacts USING gin (contact_tag_keys(organization_id, tags));
