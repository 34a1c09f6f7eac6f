using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <summary>
    /// A live number belongs to one organization at most. The index that decides it cannot look at the organization's mode, so each number carries it; a trigger
    /// sets it, whoever writes the row.
    /// </summary>
    public partial class LiveNumbers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "is_live",
                table: "phone_numbers",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.Sql(
                """
                CREATE FUNCTION phone_numbers_set_is_live() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  NEW.is_live := EXISTS (SELECT FROM organizations WHERE id = NEW.organization_id AND mode = 'Live');
                  RETURN NEW;
                END $$;

                CREATE TRIGGER phone_numbers_set_is_live BEFORE INSERT OR UPDATE OF organization_id, is_live ON phone_numbers
                  FOR EACH ROW EXECUTE FUNCTION phone_numbers_set_is_live();

                UPDATE phone_numbers SET is_live = true;
                """);

            migrationBuilder.CreateIndex(
                name: "ix_phone_numbers_phone_number",
                table: "phone_numbers",
                column: "phone_number",
                unique: true,
                filter: "is_live");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                DROP TRIGGER phone_numbers_set_is_live ON phone_numbers;
                DROP FUNCTION phone_numbers_set_is_live();
                """);

            migrationBuilder.DropIndex(
                name: "ix_phone_numbers_phone_number",
                table: "phone_numbers");

            migrationBuilder.DropColumn(
                name: "is_live",
                table: "phone_numbers");
        }
    }
}
