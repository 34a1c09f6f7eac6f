using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <summary>
    /// What became of a delivery's attempts stands on the delivery; and fewer indexes follow its moves. Copies of the server before it deliver no webhooks any more; what they had
    /// under way comes again.
    /// </summary>
    public partial class AttemptsOnDeliveries : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_webhook_deliveries_organizations_organization_id",
                table: "webhook_deliveries");

            migrationBuilder.DropIndex(
                name: "ix_webhook_deliveries_endpoint_id_resource_id_position",
                table: "webhook_deliveries");

            migrationBuilder.DropIndex(
                name: "ix_webhook_deliveries_organization_id",
                table: "webhook_deliveries");

            migrationBuilder.Sql(
                """
                ALTER TABLE webhook_deliveries DROP COLUMN attempts, ADD COLUMN attempts jsonb NOT NULL DEFAULT '[]';
                UPDATE webhook_deliveries SET attempts = told.attempts
                FROM (
                  SELECT delivery_id, jsonb_agg(
                    jsonb_build_object('at', at, 'statusCode', status_code, 'error', error, 'durationMs', duration_ms, 'responseBody', response_body) ORDER BY number) AS attempts
                  FROM webhook_attempts GROUP BY delivery_id) AS told
                WHERE id = delivery_id;
                ALTER TABLE webhook_deliveries ALTER COLUMN attempts DROP DEFAULT;
                DROP TABLE webhook_attempts;
                """);

            migrationBuilder.CreateIndex(
                name: "ix_webhook_deliveries_endpoint_id_resource_id_position",
                table: "webhook_deliveries",
                columns: new[] { "endpoint_id", "resource_id", "position" },
                filter: "failures = 0 AND next_attempt_at IS NOT NULL");

            // Of the indexes over what is pending only one can answer what is asked inside now, whatever the statistics say.
            migrationBuilder.Sql(
                """
                CREATE OR REPLACE FUNCTION due_deliveries(at timestamptz) RETURNS SETOF webhook_deliveries LANGUAGE sql STABLE AS $$
                  SELECT * FROM webhook_deliveries AS delivery
                  WHERE status = 'pending' AND next_attempt_at <= at AND (leased_until IS NULL OR leased_until <= at)
                    AND NOT EXISTS (
                      SELECT FROM webhook_deliveries AS earlier
                      WHERE earlier.endpoint_id = delivery.endpoint_id AND earlier.resource_id = delivery.resource_id AND earlier.position < delivery.position
                        AND earlier.failures = 0 AND earlier.next_attempt_at IS NOT NULL
                      OFFSET 0)
                $$;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_webhook_deliveries_endpoint_id_resource_id_position",
                table: "webhook_deliveries");

            migrationBuilder.CreateTable(
                name: "webhook_attempts",
                columns: table => new
                {
                    delivery_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    duration_ms = table.Column<int>(type: "integer", nullable: true),
                    error = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    response_body = table.Column<string>(type: "text", nullable: true),
                    status_code = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_webhook_attempts", x => new { x.delivery_id, x.number });
                    table.ForeignKey(
                        name: "fk_webhook_attempts_webhook_deliveries_delivery_id",
                        column: x => x.delivery_id,
                        principalTable: "webhook_deliveries",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.Sql(
                """
                INSERT INTO webhook_attempts (delivery_id, number, at, status_code, error, duration_ms, response_body)
                SELECT id, number, (attempt ->> 'at')::timestamptz, (attempt ->> 'statusCode')::integer, attempt ->> 'error', (attempt ->> 'durationMs')::integer, attempt ->> 'responseBody'
                FROM webhook_deliveries CROSS JOIN jsonb_array_elements(attempts) WITH ORDINALITY AS told (attempt, number);
                ALTER TABLE webhook_deliveries ALTER COLUMN attempts TYPE integer USING jsonb_array_length(attempts);
                """);

            migrationBuilder.CreateIndex(
                name: "ix_webhook_deliveries_endpoint_id_resource_id_position",
                table: "webhook_deliveries",
                columns: new[] { "endpoint_id", "resource_id", "position" },
                filter: "status = 'pending' AND failures = 0");

            migrationBuilder.Sql(
                """
                CREATE OR REPLACE FUNCTION due_deliveries(at timestamptz) RETURNS SETOF webhook_deliveries LANGUAGE sql STABLE AS $$
                  SELECT * FROM webhook_deliveries AS delivery
                  WHERE status = 'pending' AND next_attempt_at <= at AND (leased_until IS NULL OR leased_until <= at)
                    AND NOT EXISTS (
                      SELECT FROM webhook_deliveries AS earlier
                      WHERE earlier.endpoint_id = delivery.endpoint_id AND earlier.resource_id = delivery.resource_id AND earlier.position < delivery.position
                        AND earlier.status = 'pending' AND earlier.failures = 0
                      OFFSET 0)
                $$;
                """);

            migrationBuilder.CreateIndex(
                name: "ix_webhook_deliveries_organization_id",
                table: "webhook_deliveries",
                column: "organization_id");

            migrationBuilder.AddForeignKey(
                name: "fk_webhook_deliveries_organizations_organization_id",
                table: "webhook_deliveries",
                column: "organization_id",
                principalTable: "organizations",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);
        }
    }
}
