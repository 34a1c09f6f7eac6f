-- The search over the titles of cases: the model cannot tell of an index over what a function makes.
DROP INDEX IF EXISTS ix_cases_search;
CREATE INDEX ix_cases_search ON cases USING gin (search_fold(title) gin_trgm_ops);
