using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Migrations
{
    /// <summary>
    /// Browsers in which somebody has shown an API key. A server of before does not know of them and takes keys alone.
    /// </summary>
    public partial class KeySessions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "key_sessions",
                columns: table => new
                {
                    token_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    key_id = table.Column<Guid>(type: "uuid", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_key_sessions", x => x.token_hash);
                    table.ForeignKey(
                        name: "fk_key_sessions_api_keys_key_id",
                        column: x => x.key_id,
                        principalTable: "api_keys",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_key_sessions_expires_at",
                table: "key_sessions",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "ix_key_sessions_key_id",
                table: "key_sessions",
                column: "key_id");
        }
    }
}
