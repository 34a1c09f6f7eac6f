using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Migrations
{
    /// <summary>
    /// Servers announce work after they have committed it, and no longer triggers, which made commits wait for each other. Those of the
    /// version before find by polling what others commit. A request asks with one function what it asked with several statements.
    /// </summary>
    public partial class AnnounceAfterCommit : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // With its triggers, in a database that still has them.
            migrationBuilder.Sql("DROP FUNCTION IF EXISTS announce_work() CASCADE");
            migrationBuilder.CreateOrReplace(
                "functions/look_at_key", "functions/have_room_for_waiting_call", "functions/numbers_on_ledger");
        }
    }
}
