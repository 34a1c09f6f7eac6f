using System;
using Microsoft.EntityFrameworkCore.Migrations;
using NpgsqlTypes;

#nullable disable

namespace ErzyCall.Api.Migrations
{
    /// <summary>
    /// How far a replica must have come before a key reads from it: nothing is written there where no replica is configured. Whoever places
    /// a call sums the changes of how many wait by their index, since PostgreSQL took the table for small and read all of it. And contacts
    /// are searched for by functions, which plan no more than they need.
    /// </summary>
    public partial class KeyWrites : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "key_writes",
                columns: table => new
                {
                    key_id = table.Column<Guid>(type: "uuid", nullable: false),
                    place = table.Column<NpgsqlLogSequenceNumber>(type: "pg_lsn", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_key_writes", x => x.key_id);
                });
            migrationBuilder.CreateOrReplace(
                "functions/room_for_waiting_calls", "functions/find_contacts", "functions/find_contacts_by_phone");
        }
    }
}
