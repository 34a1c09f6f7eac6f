using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <summary>One entry of the ledger for a number, in whatever form it is written, instead of one for each form.</summary>
    public partial class CanonicalPhone : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_do_not_call_entries_organization_id_phone",
                table: "do_not_call_entries");

            migrationBuilder.Sql(
                """
                -- The form of a number that stands for all its forms: the longest. As PhoneForms.Canonical has it.
                CREATE FUNCTION canonical_phone(phone text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
                  SELECT CASE
                    WHEN left(phone, 3) NOT IN ('+54', '+52', '+55') THEN phone
                    WHEN phone ~ '^\+54[0-9]{10}$' THEN '+549' || right(phone, 10)
                    WHEN phone ~ '^\+52[0-9]{10}$' THEN '+521' || right(phone, 10)
                    WHEN phone ~ '^\+55[1-9][0-9][6-9][0-9]{7}$' THEN left(phone, 5) || '9' || right(phone, 8)
                    ELSE phone
                  END
                $$;
                """);

            migrationBuilder.AddColumn<string>(
                name: "canonical_phone",
                table: "do_not_call_entries",
                type: "character varying(16)",
                maxLength: 16,
                nullable: false,
                computedColumnSql: "canonical_phone(phone)",
                stored: true,
                collation: "C");

            migrationBuilder.Sql(
                """
                -- Numbers that were entered in two forms keep their first entry; the other one becomes history.
                UPDATE do_not_call_entries SET lifted_at = now() FROM (
                  SELECT id, row_number() OVER (PARTITION BY organization_id, canonical_phone ORDER BY at, id) AS place FROM do_not_call_entries WHERE lifted_at IS NULL) AS entry
                WHERE do_not_call_entries.id = entry.id AND place > 1
                """);

            migrationBuilder.CreateIndex(
                name: "ix_do_not_call_entries_organization_id_canonical_phone",
                table: "do_not_call_entries",
                columns: new[] { "organization_id", "canonical_phone" },
                unique: true,
                filter: "lifted_at IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_do_not_call_entries_organization_id_canonical_phone",
                table: "do_not_call_entries");

            migrationBuilder.DropColumn(
                name: "canonical_phone",
                table: "do_not_call_entries");

            migrationBuilder.Sql("DROP FUNCTION canonical_phone(text)");

            migrationBuilder.CreateIndex(
                name: "ix_do_not_call_entries_organization_id_phone",
                table: "do_not_call_entries",
                columns: new[] { "organization_id", "phone" },
                unique: true,
                filter: "lifted_at IS NULL");
        }
    }
}
