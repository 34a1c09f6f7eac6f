using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <summary>
    /// Since when an organization has its limit and an endpoint its subscription. Without it nobody could say later what should have happened: calls may be more
    /// than a limit that has been lowered, and events may have no delivery to an endpoint that was switched off. By PostgreSQL's clock, read when the row is locked:
    /// what is claimed or published under the same lock comes after it. Rows that are there already have theirs from now on, as far as anybody knows.
    /// </summary>
    public partial class AuditedChanges : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "limit_set_at",
                table: "organizations",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "now()");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "subscribed_at",
                table: "webhook_endpoints",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "now()");

            migrationBuilder.Sql(
                """
                CREATE FUNCTION organizations_note_limit() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  NEW.limit_set_at := clock_timestamp();
                  RETURN NEW;
                END $$;

                CREATE TRIGGER organizations_note_limit BEFORE UPDATE OF max_concurrent_calls ON organizations
                  FOR EACH ROW WHEN (OLD.max_concurrent_calls <> NEW.max_concurrent_calls) EXECUTE FUNCTION organizations_note_limit();

                CREATE FUNCTION webhook_endpoints_note_subscription() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  NEW.subscribed_at := clock_timestamp();
                  RETURN NEW;
                END $$;

                CREATE TRIGGER webhook_endpoints_note_subscription BEFORE UPDATE OF is_active, events ON webhook_endpoints
                  FOR EACH ROW WHEN (OLD.is_active <> NEW.is_active OR OLD.events <> NEW.events) EXECUTE FUNCTION webhook_endpoints_note_subscription();
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                DROP TRIGGER webhook_endpoints_note_subscription ON webhook_endpoints;
                DROP FUNCTION webhook_endpoints_note_subscription();
                DROP TRIGGER organizations_note_limit ON organizations;
                DROP FUNCTION organizations_note_limit();
                """);

            migrationBuilder.DropColumn(
                name: "subscribed_at",
                table: "webhook_endpoints");

            migrationBuilder.DropColumn(
                name: "limit_set_at",
                table: "organizations");
        }
    }
}
