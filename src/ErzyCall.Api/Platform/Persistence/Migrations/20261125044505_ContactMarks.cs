using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <summary>What finds a contact by marks alone, which are in no index of words.</summary>
    public partial class ContactMarks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                -- Whether a folded text has a mark behind what is no letter or digit, or three in a row that are none: 'wow!!', 'a - b', 'a (b)'. By the same classes of
                -- characters as search_words, whatever the collation of the column: in "C" only ASCII has letters.
                CREATE FUNCTION search_has_marks(text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
                  SELECT $1 COLLATE "default" ~ '[^[:alnum:]]([^[:alnum:] ]|[^[:alnum:]]{2})'
                $$;
                """);

            migrationBuilder.CreateIndex(
                name: "ix_contacts_organization_id_created_at_id1",
                table: "contacts",
                columns: new[] { "organization_id", "created_at", "id" },
                filter: "search_has_marks(search_title) OR search_has_marks(search_email)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_contacts_organization_id_created_at_id1",
                table: "contacts");

            migrationBuilder.Sql("DROP FUNCTION search_has_marks(text)");
        }
    }
}
