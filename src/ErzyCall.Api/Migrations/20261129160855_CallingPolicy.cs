using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Migrations
{
    /// <summary>
    /// The policy of when phones may ring and how often, the version of it by which a call was judged, and the two lanes of the queue. A
    /// call that is asked for now may wait, and one that waits may be new again.
    /// </summary>
    public partial class CallingPolicy : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_calls_organization_id_due_at_id",
                table: "calls");

            migrationBuilder.DropCheckConstraint(
                name: "ck_calls_scheduled",
                table: "calls");

            migrationBuilder.AddColumn<long>(
                name: "claimed_calls",
                table: "organizations",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<bool>(
                name: "is_batched",
                table: "calls",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "policy_ignored",
                table: "calls",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "policy_version",
                table: "calls",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "calling_policies",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    hours = table.Column<string>(type: "json", nullable: true),
                    time_zone = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    fallback_time_zone = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    outside_hours = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    max_per_number = table.Column<string>(type: "json", nullable: true),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_calling_policies", x => x.organization_id);
                    table.CheckConstraint("ck_calling_policies_outside_hours", "outside_hours IN ('wait', 'refuse')");
                    table.ForeignKey(
                        name: "fk_calling_policies_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_calls_organization_id_canonical_to_started_at",
                table: "calls",
                columns: new[] { "organization_id", "canonical_to", "started_at" },
                filter: "started_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_calls_organization_id_is_batched_due_at_id",
                table: "calls",
                columns: new[] { "organization_id", "is_batched", "due_at", "id" },
                filter: "status IN ('new', 'scheduled')");

            migrationBuilder.CreateIndex(
                name: "ix_calls_organization_id_policy_version",
                table: "calls",
                columns: new[] { "organization_id", "policy_version" },
                filter: "status IN ('new', 'scheduled') AND NOT policy_ignored");

            migrationBuilder.CreateOrReplace("functions/calls_guard_moves");
        }
    }
}
