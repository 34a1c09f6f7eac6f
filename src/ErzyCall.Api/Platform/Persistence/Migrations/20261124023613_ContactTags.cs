using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <summary>Asks the index over the tags for the contacts that have several.</summary>
    public partial class ContactTags : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) =>
            migrationBuilder.Sql(
                """
                -- The settings belong to the function: within it the planner may not read a list in its order, which is what it prefers when it
                -- takes two tags for independent that never come together.
                CREATE FUNCTION contacts_with_tags(of_organization uuid, all_of text[], at_most int) RETURNS SETOF uuid LANGUAGE sql STABLE
                SET enable_seqscan = off SET enable_indexscan = off AS $$
                  SELECT id FROM contacts WHERE organization_id = of_organization AND tags @> all_of LIMIT at_most
                $$;
                """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP FUNCTION contacts_with_tags(uuid, text[], int)");
    }
}
