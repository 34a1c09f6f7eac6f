using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <summary>
    /// Folds more of what readers take for the same letters, and keeps what was folded anew; gives the search over cases an index, and the
    /// one over tags the organization, so that nobody reads what others have tagged.
    /// </summary>
    public partial class SearchFolds : Migration
    {
        private const string Before =
            """
            CREATE OR REPLACE FUNCTION search_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
              SELECT replace(replace(replace(
                translate(lower(regexp_replace(normalize($1, NFD), '[\u0300-\u036F]+', '', 'g')), 'øłđħıðþ', 'oldhidt'),
                'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe')
            $$;
            """;

        // Out of their compatibility decomposition: ligatures, full-width and other forms become plain letters. Taken out: accents and
        // vowel points (Latin, Greek, Cyrillic, Hebrew, Arabic), the Arabic letter extender, and what is not seen (joiners, marks of
        // direction, variation selectors, soft hyphens). Then letters that are the same to a reader: final forms (ς, ך), forms of alef,
        // yeh, kaf and heh, digits, apostrophes, quotation marks and dashes. Composed again at the end, so that Korean syllables and voiced
        // kana stay whole.
        private const string Now =
            """
            CREATE OR REPLACE FUNCTION search_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
              SELECT normalize(replace(replace(replace(
                translate(
                  lower(regexp_replace(
                    normalize($1, NFKD),
                    '[\u00AD\u0300-\u036F\u0483-\u0487\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A\u061C\u0640\u064B-\u065F\u0670'
                    '\u06D6-\u06DC\u06DF-\u06E4\u06E7\u06E8\u06EA-\u06ED\u180B-\u180F\u1AB0-\u1AFF\u1DC0-\u1DFF\u200B-\u200F\u202A-\u202E\u2060-\u206F'
                    '\u20D0-\u20FF\uFE00-\uFE0F\uFE20-\uFE2F\uFEFF]+',
                    '', 'g')),
                  'øłđħıðþŋŧς' || 'ךםןףץ' || 'ٱىةکیە' || '٠١٢٣٤٥٦٧٨٩' || '۰۱۲۳۴۵۶۷۸۹' || '’‘‛ʼʻ′`' || '“”„‟«»″' || '‐‒–—―−',
                  'oldhidtntσ' || 'כמנפצ' || 'ايهكيه' || '0123456789' || '0123456789' || repeat('''', 7) || repeat('"', 7) || repeat('-', 6)),
                'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), NFC)
            $$;
            """;

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(Now);
            migrationBuilder.Sql(FoldedAnew("left(search_fold(title), 600)"));
            migrationBuilder.Sql(
                """
                CREATE FUNCTION search_inside(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
                  SELECT '%' || regexp_replace(search_fold($1), '([\\%_])', '\\\1', 'g') || '%'
                $$;

                CREATE INDEX ix_cases_search ON cases USING gin (search_fold(title) gin_trgm_ops);

                CREATE FUNCTION contact_tag_keys(organization_id uuid, tags text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
                  SELECT ARRAY(SELECT organization_id::text || ':' || tag FROM unnest(tags) AS tag)
                $$;

                DROP INDEX ix_contacts_tags;
                CREATE INDEX ix_contacts_tags ON contacts USING gin (contact_tag_keys(organization_id, tags));

                -- The settings belong to the function: within it the planner may not read a list in its order, which is what it prefers when it
                -- takes a rare tag for a frequent one.
                CREATE OR REPLACE FUNCTION contacts_with_tags(of_organization uuid, all_of text[], at_most int) RETURNS SETOF uuid LANGUAGE sql STABLE
                SET enable_seqscan = off SET enable_indexscan = off AS $$
                  SELECT id FROM contacts WHERE contact_tag_keys(organization_id, tags) @> contact_tag_keys(of_organization, all_of) LIMIT at_most
                $$;
                """);

            migrationBuilder.CreateIndex(
                name: "ix_webhook_deliveries_endpoint_id_event_created_at_id",
                table: "webhook_deliveries",
                columns: new[] { "endpoint_id", "event", "created_at", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_webhook_deliveries_endpoint_id_event_created_at_id",
                table: "webhook_deliveries");

            migrationBuilder.Sql(
                """
                CREATE OR REPLACE FUNCTION contacts_with_tags(of_organization uuid, all_of text[], at_most int) RETURNS SETOF uuid LANGUAGE sql STABLE
                SET enable_seqscan = off SET enable_indexscan = off AS $$
                  SELECT id FROM contacts WHERE organization_id = of_organization AND tags @> all_of LIMIT at_most
                $$;
                DROP INDEX ix_contacts_tags;
                CREATE INDEX ix_contacts_tags ON contacts USING gin (tags);
                DROP FUNCTION contact_tag_keys(uuid, text[]);
                DROP INDEX ix_cases_search;
                DROP FUNCTION search_inside(text);
                """);
            migrationBuilder.Sql(Before);
            migrationBuilder.Sql(FoldedAnew("search_fold(title)"));
        }

        /// <summary>
        /// Makes the folded columns again, which keep what the function said when a row was written, and with them the indexes that went
        /// with the columns.
        /// </summary>
        private static string FoldedAnew(string title) =>
            $"""
             ALTER TABLE contacts DROP COLUMN search_title, DROP COLUMN search_email, DROP COLUMN search_words;
             ALTER TABLE contacts
               ADD COLUMN search_email text COLLATE "C" GENERATED ALWAYS AS (left(search_fold(coalesce(email, '')), 200)) STORED,
               ADD COLUMN search_title text COLLATE "C" GENERATED ALWAYS AS ({title}) STORED,
               ADD COLUMN search_words text GENERATED ALWAYS AS (search_words(search_fold(title || ' ' || coalesce(email, '')))) STORED;
             CREATE INDEX ix_contacts_organization_id_search_email_id ON contacts (organization_id, search_email, id);
             CREATE INDEX ix_contacts_organization_id_search_title_id ON contacts (organization_id, search_title, id);
             CREATE INDEX ix_contacts_search_words ON contacts USING gin (search_words gin_trgm_ops);
             CREATE INDEX ix_contacts_organization_id_created_at_id1 ON contacts (organization_id, created_at, id)
               WHERE search_has_marks(search_title) OR search_has_marks(search_email);
             """;
    }
}
