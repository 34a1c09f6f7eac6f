using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <summary>Webhook endpoints, their deliveries, and the event feed. Announced work is told by the name of its table from here on.</summary>
    public partial class Webhooks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_events_organization_id",
                table: "events");

            migrationBuilder.AddColumn<bool>(
                name: "is_private",
                table: "events",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "sequence",
                table: "events",
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "event_feeds",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    last_sequence = table.Column<long>(type: "bigint", nullable: false),
                    published_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_event_feeds", x => x.organization_id);
                    table.ForeignKey(
                        name: "fk_event_feeds_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "webhook_endpoints",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    slot = table.Column<int>(type: "integer", nullable: false),
                    url = table.Column<string>(type: "character varying(2048)", maxLength: 2048, nullable: false),
                    events = table.Column<string[]>(type: "text[]", nullable: false),
                    description = table.Column<string>(type: "text", nullable: true),
                    is_active = table.Column<bool>(type: "boolean", nullable: false),
                    disabled_reason = table.Column<string>(type: "text", nullable: true),
                    secret = table.Column<string>(type: "text", nullable: false),
                    previous_secret = table.Column<string>(type: "text", nullable: true),
                    previous_secret_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    failing_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    claimed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_webhook_endpoints", x => x.id);
                    table.CheckConstraint("ck_webhook_endpoints_previous_secret", "(previous_secret IS NULL) = (previous_secret_until IS NULL)");
                    table.CheckConstraint("ck_webhook_endpoints_slot", "slot BETWEEN 1 AND 5");
                    table.ForeignKey(
                        name: "fk_webhook_endpoints_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "webhook_deliveries",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    endpoint_id = table.Column<Guid>(type: "uuid", nullable: false),
                    event_id = table.Column<Guid>(type: "uuid", nullable: false),
                    @event = table.Column<string>(name: "event", type: "character varying(100)", maxLength: 100, nullable: false),
                    resource_id = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<long>(type: "bigint", nullable: false),
                    status = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    failures = table.Column<int>(type: "integer", nullable: false),
                    next_attempt_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    leased_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_webhook_deliveries", x => x.id);
                    table.CheckConstraint("ck_webhook_deliveries_next", "(status = 'pending') = (next_attempt_at IS NOT NULL)");
                    table.CheckConstraint("ck_webhook_deliveries_status", "status IN ('pending', 'delivered', 'failed')");
                    table.ForeignKey(
                        name: "fk_webhook_deliveries_events_event_id",
                        column: x => x.event_id,
                        principalTable: "events",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_webhook_deliveries_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_webhook_deliveries_webhook_endpoints_endpoint_id",
                        column: x => x.endpoint_id,
                        principalTable: "webhook_endpoints",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "webhook_attempts",
                columns: table => new
                {
                    delivery_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    status_code = table.Column<int>(type: "integer", nullable: true),
                    error = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    duration_ms = table.Column<int>(type: "integer", nullable: true),
                    response_body = table.Column<string>(type: "text", nullable: true)
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

            migrationBuilder.CreateIndex(
                name: "ix_events_created_at",
                table: "events",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_events_organization_id_created_at",
                table: "events",
                columns: new[] { "organization_id", "created_at" },
                filter: "sequence IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_events_organization_id_position",
                table: "events",
                columns: new[] { "organization_id", "position" },
                filter: "sequence IS NULL AND NOT is_private");

            migrationBuilder.CreateIndex(
                name: "ix_events_organization_id_sequence",
                table: "events",
                columns: new[] { "organization_id", "sequence" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_webhook_deliveries_endpoint_id_created_at_id",
                table: "webhook_deliveries",
                columns: new[] { "endpoint_id", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_webhook_deliveries_endpoint_id_leased_until",
                table: "webhook_deliveries",
                columns: new[] { "endpoint_id", "leased_until" },
                filter: "status = 'pending' AND leased_until IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_webhook_deliveries_endpoint_id_next_attempt_at_position",
                table: "webhook_deliveries",
                columns: new[] { "endpoint_id", "next_attempt_at", "position" },
                filter: "status = 'pending'");

            migrationBuilder.CreateIndex(
                name: "ix_webhook_deliveries_endpoint_id_resource_id_position",
                table: "webhook_deliveries",
                columns: new[] { "endpoint_id", "resource_id", "position" },
                filter: "status = 'pending' AND failures = 0");

            migrationBuilder.CreateIndex(
                name: "ix_webhook_deliveries_endpoint_id_status_created_at_id",
                table: "webhook_deliveries",
                columns: new[] { "endpoint_id", "status", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_webhook_deliveries_event_id_endpoint_id",
                table: "webhook_deliveries",
                columns: new[] { "event_id", "endpoint_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_webhook_deliveries_organization_id",
                table: "webhook_deliveries",
                column: "organization_id");

            migrationBuilder.CreateIndex(
                name: "ix_webhook_endpoints_claimed_at",
                table: "webhook_endpoints",
                column: "claimed_at");

            migrationBuilder.CreateIndex(
                name: "ix_webhook_endpoints_organization_id_slot",
                table: "webhook_endpoints",
                columns: new[] { "organization_id", "slot" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_webhook_endpoints_previous_secret_until",
                table: "webhook_endpoints",
                column: "previous_secret_until",
                filter: "previous_secret_until IS NOT NULL");

            migrationBuilder.Sql(
                """
                CREATE OR REPLACE FUNCTION announce_work() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  PERFORM pg_notify('erzycall_work', TG_TABLE_NAME);
                  RETURN NULL;
                END $$;

                -- To be published, and to be sent: at once, and again when somebody asks for it.
                CREATE TRIGGER events_announce AFTER INSERT ON events
                  FOR EACH STATEMENT EXECUTE FUNCTION announce_work();
                CREATE TRIGGER webhook_deliveries_announce AFTER INSERT ON webhook_deliveries
                  FOR EACH STATEMENT EXECUTE FUNCTION announce_work();
                CREATE TRIGGER webhook_deliveries_announce_anew AFTER UPDATE OF next_attempt_at ON webhook_deliveries
                  FOR EACH ROW WHEN (NEW.failures = 0 AND NEW.next_attempt_at IS NOT NULL AND NEW.next_attempt_at IS DISTINCT FROM OLD.next_attempt_at)
                  EXECUTE FUNCTION announce_work();

                -- Every organization has its feed.
                CREATE FUNCTION organizations_make_feed() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  INSERT INTO event_feeds (organization_id, last_sequence) VALUES (NEW.id, 0);
                  RETURN NULL;
                END $$;
                CREATE TRIGGER organizations_make_feed AFTER INSERT ON organizations
                  FOR EACH ROW EXECUTE FUNCTION organizations_make_feed();
                INSERT INTO event_feeds (organization_id, last_sequence) SELECT id, 0 FROM organizations;

                -- What may be sent now: it is due, nobody is sending it, and no earlier event of the same resource is still to be tried for the first time.
                CREATE FUNCTION due_deliveries(at timestamptz) RETURNS SETOF webhook_deliveries LANGUAGE sql STABLE AS $$
                  SELECT * FROM webhook_deliveries AS delivery
                  WHERE status = 'pending' AND next_attempt_at <= at AND (leased_until IS NULL OR leased_until <= at)
                    AND NOT EXISTS (
                      SELECT FROM webhook_deliveries AS earlier
                      WHERE earlier.endpoint_id = delivery.endpoint_id AND earlier.resource_id = delivery.resource_id AND earlier.position < delivery.position
                        AND earlier.status = 'pending' AND earlier.failures = 0)
                $$;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                DROP FUNCTION due_deliveries(timestamptz);
                DROP TRIGGER organizations_make_feed ON organizations;
                DROP FUNCTION organizations_make_feed();
                DROP TRIGGER webhook_deliveries_announce_anew ON webhook_deliveries;
                DROP TRIGGER webhook_deliveries_announce ON webhook_deliveries;
                DROP TRIGGER events_announce ON events;
                CREATE OR REPLACE FUNCTION announce_work() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  PERFORM pg_notify('erzycall_work', '');
                  RETURN NULL;
                END $$;
                """);

            migrationBuilder.DropTable(
                name: "event_feeds");

            migrationBuilder.DropTable(
                name: "webhook_attempts");

            migrationBuilder.DropTable(
                name: "webhook_deliveries");

            migrationBuilder.DropTable(
                name: "webhook_endpoints");

            migrationBuilder.DropIndex(
                name: "ix_events_created_at",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_organization_id_created_at",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_organization_id_position",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_events_organization_id_sequence",
                table: "events");

            migrationBuilder.DropColumn(
                name: "is_private",
                table: "events");

            migrationBuilder.DropColumn(
                name: "sequence",
                table: "events");

            migrationBuilder.CreateIndex(
                name: "ix_events_organization_id",
                table: "events",
                column: "organization_id");
        }
    }
}
