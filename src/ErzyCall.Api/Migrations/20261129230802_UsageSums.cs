using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Migrations
{
    /// <summary>
    /// The sums of usage by hour and day, and what writes them: to count calls and messages one by one takes seconds when there are
    /// millions.
    /// </summary>
    public partial class UsageSums : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "usage_changes",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    hour = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    is_kept = table.Column<bool>(type: "boolean", nullable: false),
                    status = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false, collation: "C"),
                    ended_reason = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    amount = table.Column<int>(type: "integer", nullable: false),
                    answered = table.Column<int>(type: "integer", nullable: false),
                    seconds = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                });

            migrationBuilder.CreateTable(
                name: "usage_sums",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    is_day = table.Column<bool>(type: "boolean", nullable: false),
                    starts_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    is_kept = table.Column<bool>(type: "boolean", nullable: false),
                    status = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false, collation: "C"),
                    ended_reason = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    amount = table.Column<long>(type: "bigint", nullable: false),
                    answered = table.Column<long>(type: "bigint", nullable: false),
                    seconds = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_usage_sums", x => new { x.organization_id, x.is_day, x.starts_at, x.is_kept, x.status, x.ended_reason });
                    table.ForeignKey(
                        name: "fk_usage_sums_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_usage_changes_organization_id_hour",
                table: "usage_changes",
                columns: new[] { "organization_id", "hour" });

            migrationBuilder.CreateOrReplace(
                "functions/calls_count_usage",
                "functions/calls_keep_usage",
                "functions/messages_count_usage",
                "triggers/calls_count_usage",
                "triggers/calls_count_usage_anew",
                "triggers/calls_keep_usage",
                "triggers/messages_count_usage",
                "triggers/messages_count_usage_anew");
        }
    }
}
