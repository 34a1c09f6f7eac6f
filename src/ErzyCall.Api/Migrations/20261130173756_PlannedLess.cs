using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Migrations
{
    /// <summary>
    /// Whoever places a call sums the changes of how many wait by their index: PostgreSQL took the table for small, and read all of it. And
    /// contacts are searched for by functions, which plan no more than they need.
    /// </summary>
    public partial class PlannedLess : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) =>
            migrationBuilder.CreateOrReplace(
                "functions/room_for_waiting_calls", "functions/find_contacts", "functions/find_contacts_by_phone");
    }
}
