using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Migrations
{
    /// <summary>
    /// The calls with an entry of metadata are read in the order of the list: a table has each entry at its call's place. Servers of the
    /// version before find them without their index until they are replaced, and the triggers enter the metadata of the calls that they
    /// place.
    /// </summary>
    public partial class CallMetadata : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_calls_metadata_search",
                table: "calls");

            migrationBuilder.CreateTable(
                name: "call_metadata_entries",
                columns: table => new
                {
                    digest = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    call_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_call_metadata_entries", x => new { x.digest, x.created_at, x.call_id });
                });

            migrationBuilder.CreateOrReplace(
                "functions/call_metadata_digest",
                "functions/calls_list_metadata",
                "triggers/calls_list_metadata",
                "triggers/calls_list_metadata_anew");
        }
    }
}
