using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Migrations
{
    /// <summary>
    /// Calls and events keep the span in which they came to be, so that what follows from them is recorded in the same trace. It is only
    /// there where traces are collected.
    /// </summary>
    public partial class TraceParents : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "trace_parent",
                table: "events",
                type: "character varying(55)",
                maxLength: 55,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "trace_parent",
                table: "calls",
                type: "character varying(55)",
                maxLength: 55,
                nullable: true);
        }
    }
}
