using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Migrations
{
    /// <summary>
    /// What the jobs look at grows no more with what is idle: the queues of calls, and indexes of what is due. New indexes on large tables
    /// are built while others write.
    /// </summary>
    public partial class WhatIsDue : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // This is committed before what follows, as are the indexes, and is run once more if that is interrupted.
            migrationBuilder.Sql(
                """
                ALTER TABLE waiting_call_changes ADD COLUMN IF NOT EXISTS is_sum boolean NOT NULL DEFAULT false;
                CREATE INDEX IF NOT EXISTS ix_waiting_call_changes_single ON waiting_call_changes (organization_id) WHERE NOT is_sum;
                CREATE INDEX IF NOT EXISTS ix_calling_policies_changed_at_organization_id ON calling_policies (changed_at, organization_id)
                """);
            foreach (var index in (string[])["ix_messages_account_id_due_at", "ix_messages_claimed_at", "ix_calls_leased_until"])
            {
                migrationBuilder.Sql($"DROP INDEX CONCURRENTLY IF EXISTS {index}", suppressTransaction: true);
            }

            migrationBuilder.CreateIndex(
                name: "ix_messages_account_id_due_at",
                table: "messages",
                columns: new[] { "account_id", "due_at" },
                filter: "status = 'queued' AND claimed_at IS NULL")
                .Annotation("Npgsql:CreatedConcurrently", true);

            migrationBuilder.CreateIndex(
                name: "ix_messages_claimed_at",
                table: "messages",
                column: "claimed_at",
                filter: "status = 'queued' AND claimed_at IS NOT NULL")
                .Annotation("Npgsql:CreatedConcurrently", true);

            migrationBuilder.CreateIndex(
                name: "ix_calls_leased_until",
                table: "calls",
                column: "leased_until",
                filter: "status = 'processing' AND submitted_at IS NULL")
                .Annotation("Npgsql:CreatedConcurrently", true);

            migrationBuilder.DropIndex(
                name: "ix_messages_due_at",
                table: "messages");

            // From here on nobody places or moves a call until this is committed, so that no call and no organization is forgotten. Calls are
            // locked first, as by whoever claims.
            migrationBuilder.Sql("LOCK TABLE calls IN SHARE ROW EXCLUSIVE MODE");
            migrationBuilder.CreateTable(
                name: "call_queues",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    first_due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    awaits_room = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_call_queues", x => x.organization_id);
                    table.ForeignKey(
                        name: "fk_call_queues_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_call_queues_awaits_room_first_due_at",
                table: "call_queues",
                columns: new[] { "awaits_room", "first_due_at" },
                filter: "first_due_at IS NOT NULL");

            migrationBuilder.CreateOrReplace(
                "functions/call_queues_bring_forward",
                "functions/organizations_make_call_queue",
                "functions/organizations_make_room",
                "functions/settle_call_queue",
                "triggers/organizations_make_call_queue",
                "triggers/organizations_make_room",
                "triggers/calls_make_room",
                "triggers/calls_queue_anew",
                "triggers/calls_queue_up");
            migrationBuilder.Sql(
                """
                INSERT INTO call_queues (organization_id, first_due_at, awaits_room)
                SELECT id, first.due_at, false FROM organizations CROSS JOIN LATERAL (
                  SELECT min(due_at) AS due_at FROM calls WHERE organization_id = organizations.id AND status IN ('new', 'scheduled')) AS first
                """);
        }
    }
}
