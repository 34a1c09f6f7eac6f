using System;
using Microsoft.EntityFrameworkCore.Migrations;
using NpgsqlTypes;

#nullable disable

namespace ErzyCall.Api.Migrations
{
    /// <summary>
    /// How far a replica must have come before a key reads from it. Nothing is written there where no replica is configured.
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
        }
    }
}
