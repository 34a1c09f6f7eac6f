using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Migrations
{
    /// <summary>
    /// Whoever places a call sums the changes of how many wait by their index: PostgreSQL took the table for small, and read all of it.
    /// </summary>
    public partial class WaitingCallsByIndex : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) =>
            migrationBuilder.CreateOrReplace("functions/room_for_waiting_calls");
    }
}
