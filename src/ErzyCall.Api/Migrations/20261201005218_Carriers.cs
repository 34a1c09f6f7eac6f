using System;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Migrations
{
    /// <summary>
    /// Accounts with carriers that ring real phones, and what a call has of its carrier: the carrier's own id of it, when its line is free,
    /// when the carrier is asked about it, what it costs. The lease of a call in processing becomes the time at which somebody asks about
    /// it, which every such call has from now on.
    /// </summary>
    public partial class Carriers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_calls_deadline_at",
                table: "calls");

            migrationBuilder.DropIndex(
                name: "ix_calls_leased_until",
                table: "calls");

            migrationBuilder.DropIndex(
                name: "ix_calls_organization_id_leased_until",
                table: "calls");

            migrationBuilder.RenameColumn(
                name: "leased_until",
                table: "calls",
                newName: "next_look_at");
            migrationBuilder.Sql(
                """
                UPDATE calls SET next_look_at = CASE WHEN status = 'processing' THEN least(coalesce(next_look_at, now()), deadline_at) END
                WHERE status = 'processing' OR next_look_at IS NOT NULL
                """);

            migrationBuilder.AddColumn<Guid>(
                name: "carrier_account_id",
                table: "phone_numbers",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "carrier_number_id",
                table: "phone_numbers",
                type: "character varying(100)",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AlterColumn<string>(
                name: "carrier",
                table: "calls",
                type: "character varying(50)",
                maxLength: 50,
                nullable: true,
                oldClrType: typeof(string),
                oldType: "text",
                oldNullable: true);

            migrationBuilder.AddColumn<JsonElement>(
                name: "analysis",
                table: "calls",
                type: "json",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "answered_by",
                table: "calls",
                type: "character varying(20)",
                maxLength: 20,
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "carrier_account_id",
                table: "calls",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "carrier_call_id",
                table: "calls",
                type: "character varying(100)",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "carrier_control",
                table: "calls",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<decimal>(
                name: "cost_amount",
                table: "calls",
                type: "numeric(12,5)",
                precision: 12,
                scale: 5,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "cost_currency",
                table: "calls",
                type: "character varying(3)",
                maxLength: 3,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "direction",
                table: "calls",
                type: "character varying(10)",
                maxLength: 10,
                nullable: false,
                defaultValue: "outbound");

            migrationBuilder.AddColumn<string>(
                name: "failure_code",
                table: "calls",
                type: "character varying(100)",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "failure_message",
                table: "calls",
                type: "character varying(500)",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "line_free_at",
                table: "calls",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "line_free_reason",
                table: "calls",
                type: "character varying(100)",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AddColumn<short>(
                name: "looks",
                table: "calls",
                type: "smallint",
                nullable: false,
                defaultValue: (short)0);

            migrationBuilder.CreateTable(
                name: "carrier_accounts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    status = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    status_message = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    secrets = table.Column<string>(type: "text", nullable: true),
                    base_address = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    calls_per_second = table.Column<decimal>(type: "numeric(9,3)", precision: 9, scale: 3, nullable: true),
                    next_order_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_carrier_accounts", x => x.id);
                    table.CheckConstraint("ck_carrier_accounts_pace", "calls_per_second > 0");
                    table.CheckConstraint("ck_carrier_accounts_secrets", "secrets IS NOT NULL OR status = 'disconnected'");
                    table.CheckConstraint("ck_carrier_accounts_status", "status IN ('active', 'error', 'disconnected')");
                    table.ForeignKey(
                        name: "fk_carrier_accounts_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "carrier_callbacks",
                columns: table => new
                {
                    call_id = table.Column<Guid>(type: "uuid", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    received_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_carrier_callbacks", x => new { x.call_id, x.hash });
                    table.ForeignKey(
                        name: "fk_carrier_callbacks_calls_call_id",
                        column: x => x.call_id,
                        principalTable: "calls",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "stray_calls",
                columns: table => new
                {
                    call_id = table.Column<Guid>(type: "uuid", nullable: false),
                    carrier_call_id = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    carrier_account_id = table.Column<Guid>(type: "uuid", nullable: true),
                    carrier_control = table.Column<string>(type: "text", nullable: true),
                    found_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    hang_up_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stray_calls", x => new { x.call_id, x.carrier_call_id });
                    table.ForeignKey(
                        name: "fk_stray_calls_calls_call_id",
                        column: x => x.call_id,
                        principalTable: "calls",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_phone_numbers_carrier_account_id",
                table: "phone_numbers",
                column: "carrier_account_id");

            migrationBuilder.CreateIndex(
                name: "ix_calls_carrier_account_id_carrier_call_id",
                table: "calls",
                columns: new[] { "carrier_account_id", "carrier_call_id" },
                unique: true,
                filter: "carrier_account_id IS NOT NULL AND carrier_call_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_calls_deadline_at",
                table: "calls",
                column: "deadline_at",
                filter: "status IN ('new', 'scheduled')");

            migrationBuilder.CreateIndex(
                name: "ix_calls_organization_id_line_free_at",
                table: "calls",
                columns: new[] { "organization_id", "line_free_at" },
                filter: "line_free_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_calls_next_look_at",
                table: "calls",
                column: "next_look_at",
                filter: "status = 'processing'");

            migrationBuilder.CreateIndex(
                name: "ix_calls_organization_id",
                table: "calls",
                column: "organization_id",
                filter: "status = 'processing' AND line_free_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_calls_organization_id_created_at_id1",
                table: "calls",
                columns: new[] { "organization_id", "created_at", "id" },
                filter: "direction = 'inbound'");

            migrationBuilder.AddCheckConstraint(
                name: "ck_calls_answered_by",
                table: "calls",
                sql: "answered_by IN ('human', 'machine', 'unknown')");

            migrationBuilder.AddCheckConstraint(
                name: "ck_calls_direction",
                table: "calls",
                sql: "direction IN ('outbound', 'inbound')");

            migrationBuilder.AddCheckConstraint(
                name: "ck_calls_next_look",
                table: "calls",
                sql: "(status = 'processing') = (next_look_at IS NOT NULL)");

            migrationBuilder.CreateIndex(
                name: "ix_carrier_accounts_organization_id_name",
                table: "carrier_accounts",
                columns: new[] { "organization_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_carrier_callbacks_received_at",
                table: "carrier_callbacks",
                column: "received_at");

            migrationBuilder.CreateIndex(
                name: "ix_stray_calls_found_at",
                table: "stray_calls",
                column: "found_at");

            migrationBuilder.CreateIndex(
                name: "ix_stray_calls_hang_up_at",
                table: "stray_calls",
                column: "hang_up_at",
                filter: "hang_up_at IS NOT NULL");

            migrationBuilder.AddForeignKey(
                name: "fk_calls_carrier_accounts_carrier_account_id",
                table: "calls",
                column: "carrier_account_id",
                principalTable: "carrier_accounts",
                principalColumn: "id");

            migrationBuilder.AddForeignKey(
                name: "fk_phone_numbers_carrier_accounts_carrier_account_id",
                table: "phone_numbers",
                column: "carrier_account_id",
                principalTable: "carrier_accounts",
                principalColumn: "id");
            migrationBuilder.CreateOrReplace(
                "functions/calls_keep_carrier_call",
                "triggers/calls_keep_carrier_call",
                "triggers/calls_free_line",
                "functions/settle_call_queue");
        }
    }
}
