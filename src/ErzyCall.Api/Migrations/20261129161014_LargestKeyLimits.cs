using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Migrations
{
    /// <summary>
    /// The largest limits of an organization's keys are looked up by a function that a session plans once, and not by every request.
    /// </summary>
    public partial class LargestKeyLimits : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateOrReplace("functions/largest_key_limits");
    }
}
