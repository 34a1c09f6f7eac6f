using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <summary>
    /// Two contact groups have one name when nobody could tell their names apart. Groups that are there already under such names all stay: the later ones get their
    /// id behind the name, for somebody to choose a better one.
    /// </summary>
    public partial class GroupNamesAsSeen : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_contact_groups_organization_id_name",
                table: "contact_groups");

            migrationBuilder.AddColumn<string>(
                name: "compared_name",
                table: "contact_groups",
                type: "text",
                nullable: true,
                computedColumnSql: "normalize(regexp_replace(name, '[\\U000000AD\\U0000034F\\U0000061C\\U0000115F-\\U00001160\\U000017B4-\\U000017B5\\U0000180B-\\U0000180F\\U0000200B-\\U0000200F\\U0000202A-\\U0000202E\\U00002060-\\U0000206F\\U00003164\\U0000FE00-\\U0000FE0F\\U0000FEFF\\U0000FFA0\\U0000FFF0-\\U0000FFF8\\U0001BCA0-\\U0001BCA3\\U0001D173-\\U0001D17A\\U000E0000-\\U000E0FFF]', '', 'g'), NFC)",
                stored: true);

            migrationBuilder.Sql(
                """
                UPDATE contact_groups SET name = left(contact_groups.name, 63) || ' ' || contact_groups.id
                FROM (SELECT id, row_number() OVER (PARTITION BY organization_id, compared_name ORDER BY created_at, id) AS place FROM contact_groups) AS alike
                WHERE alike.id = contact_groups.id AND place > 1;
                """);

            migrationBuilder.CreateIndex(
                name: "ix_contact_groups_organization_id_compared_name",
                table: "contact_groups",
                columns: new[] { "organization_id", "compared_name" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_contact_groups_organization_id_compared_name",
                table: "contact_groups");

            migrationBuilder.DropColumn(
                name: "compared_name",
                table: "contact_groups");

            migrationBuilder.CreateIndex(
                name: "ix_contact_groups_organization_id_name",
                table: "contact_groups",
                columns: new[] { "organization_id", "name" },
                unique: true);
        }
    }
}
