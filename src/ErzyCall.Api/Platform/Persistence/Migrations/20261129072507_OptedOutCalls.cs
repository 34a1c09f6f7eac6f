using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <summary>
    /// A call knows the form of its number by which numbers are compared, and why it is to be hung up: cancelled, or its number entered into the do-not-call
    /// ledger. That is announced also of a call that is over, which a carrier may have got late; and so is an entry.
    /// </summary>
    public partial class OptedOutCalls : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.RenameColumn(
                name: "cancel_requested_at",
                table: "calls",
                newName: "hang_up_requested_at");

            migrationBuilder.AddColumn<string>(
                name: "hang_up_reason",
                table: "calls",
                type: "character varying(100)",
                maxLength: 100,
                nullable: true);

            migrationBuilder.Sql(
                """
                -- Computed for the rows that are there, and from then on an ordinary column: that makes no second version of each row.
                ALTER TABLE calls ADD COLUMN canonical_to varchar(16) COLLATE "C" NOT NULL GENERATED ALWAYS AS (canonical_phone("to")) STORED;
                ALTER TABLE calls ALTER COLUMN canonical_to DROP EXPRESSION;
                UPDATE calls SET hang_up_requested_at = NULL WHERE hang_up_requested_at IS NOT NULL AND status <> 'processing';
                UPDATE calls SET hang_up_reason = 'manually-canceled' WHERE hang_up_requested_at IS NOT NULL;

                DROP TRIGGER calls_announce_hang_up ON calls;
                CREATE TRIGGER calls_announce_hang_up AFTER UPDATE OF hang_up_requested_at, handed_over_at ON calls
                  FOR EACH ROW WHEN (NEW.hang_up_requested_at IS NOT NULL AND NEW.hang_up_sent_at IS NULL) EXECUTE FUNCTION announce_work();

                -- Calls that ring at the number are hung up.
                CREATE TRIGGER do_not_call_entries_announce AFTER INSERT ON do_not_call_entries
                  FOR EACH STATEMENT EXECUTE FUNCTION announce_work();
                """);

            migrationBuilder.CreateIndex(
                name: "ix_calls_hang_up_requested_at",
                table: "calls",
                column: "hang_up_requested_at",
                filter: "hang_up_requested_at IS NOT NULL AND hang_up_sent_at IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                DROP TRIGGER do_not_call_entries_announce ON do_not_call_entries;
                DROP TRIGGER calls_announce_hang_up ON calls;
                CREATE TRIGGER calls_announce_hang_up AFTER UPDATE OF hang_up_requested_at, handed_over_at ON calls
                  FOR EACH ROW WHEN (NEW.status = 'processing' AND NEW.hang_up_requested_at IS NOT NULL) EXECUTE FUNCTION announce_work();
                """);

            migrationBuilder.DropIndex(
                name: "ix_calls_hang_up_requested_at",
                table: "calls");

            migrationBuilder.DropColumn(
                name: "canonical_to",
                table: "calls");

            migrationBuilder.DropColumn(
                name: "hang_up_reason",
                table: "calls");

            migrationBuilder.RenameColumn(
                name: "hang_up_requested_at",
                table: "calls",
                newName: "cancel_requested_at");
        }
    }
}
