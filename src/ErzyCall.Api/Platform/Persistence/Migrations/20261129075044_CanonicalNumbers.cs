using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <summary>
    /// Numbers are compared by their canonical form wherever they are stored, and the code decides what that is: the database no longer
    /// computes it. Here each number gets itself as it is written, which is unique already; the code brings the rows over afterwards, and
    /// no server starts before that (<see cref="IBringsRowsOver"/>). An older server can no longer read the ledger, so it calls nobody: it
    /// knows fewer forms of a number.
    /// </summary>
    public partial class CanonicalNumbers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_conversations_account_id_wa_user_phone",
                table: "conversations");

            migrationBuilder.Sql(
                """
                ALTER TABLE do_not_call_entries ALTER COLUMN canonical_phone DROP EXPRESSION;
                ALTER TABLE do_not_call_entries RENAME COLUMN canonical_phone TO canonical_number;
                ALTER INDEX ix_do_not_call_entries_organization_id_canonical_phone RENAME TO ix_do_not_call_entries_organization_id_canonical_number;
                DROP FUNCTION canonical_phone(text);

                -- Computed for the rows that are there, and from then on an ordinary column: that is one pass over the table, and makes no second version of each row.
                ALTER TABLE contacts ADD COLUMN canonical_number varchar(16) COLLATE "C" NOT NULL GENERATED ALWAYS AS (phone) STORED;
                ALTER TABLE contacts ALTER COLUMN canonical_number DROP EXPRESSION;
                ALTER TABLE conversations ADD COLUMN canonical_number varchar(16) COLLATE "C" NOT NULL GENERATED ALWAYS AS (wa_user_phone) STORED;
                ALTER TABLE conversations ALTER COLUMN canonical_number DROP EXPRESSION;
                """);

            migrationBuilder.AddColumn<short>(
                name: "number_turn",
                table: "contacts",
                type: "smallint",
                nullable: false,
                defaultValue: (short)0);

            migrationBuilder.CreateTable(
                name: "row_versions",
                columns: table => new
                {
                    rows = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    version = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_row_versions", x => x.rows);
                });

            migrationBuilder.CreateIndex(
                name: "ix_conversations_account_id_canonical_number",
                table: "conversations",
                columns: new[] { "account_id", "canonical_number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_contacts_organization_id_canonical_number_number_turn",
                table: "contacts",
                columns: new[] { "organization_id", "canonical_number", "number_turn" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "row_versions");

            migrationBuilder.DropIndex(
                name: "ix_conversations_account_id_canonical_number",
                table: "conversations");

            migrationBuilder.DropIndex(
                name: "ix_contacts_organization_id_canonical_number_number_turn",
                table: "contacts");

            migrationBuilder.DropColumn(
                name: "canonical_number",
                table: "conversations");

            migrationBuilder.DropColumn(
                name: "canonical_number",
                table: "contacts");

            migrationBuilder.DropColumn(
                name: "number_turn",
                table: "contacts");

            migrationBuilder.Sql(
                """
                CREATE FUNCTION canonical_phone(phone text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
                  SELECT CASE
                    WHEN left(phone, 3) NOT IN ('+54', '+52', '+55') THEN phone
                    WHEN phone ~ '^\+54[0-9]{10}$' THEN '+549' || right(phone, 10)
                    WHEN phone ~ '^\+52[0-9]{10}$' THEN '+521' || right(phone, 10)
                    WHEN phone ~ '^\+55[1-9][0-9][6-9][0-9]{7}$' THEN left(phone, 5) || '9' || right(phone, 8)
                    ELSE phone
                  END
                $$;
                ALTER TABLE do_not_call_entries DROP COLUMN canonical_number;
                ALTER TABLE do_not_call_entries ADD COLUMN canonical_phone varchar(16) COLLATE "C" NOT NULL GENERATED ALWAYS AS (canonical_phone(phone)) STORED;
                CREATE UNIQUE INDEX ix_do_not_call_entries_organization_id_canonical_phone ON do_not_call_entries (organization_id, canonical_phone) WHERE lifted_at IS NULL;
                """);

            migrationBuilder.CreateIndex(
                name: "ix_conversations_account_id_wa_user_phone",
                table: "conversations",
                columns: new[] { "account_id", "wa_user_phone" },
                unique: true);
        }
    }
}
