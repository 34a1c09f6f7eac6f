using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <summary>Whether an earlier event waits is looked up for each delivery, instead of joining the queue with itself.</summary>
    public partial class QueueOrderByIndex : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                -- As before. But OFFSET 0 keeps PostgreSQL from joining the queue with all of itself, as it does while its statistics are old:
                -- whether an earlier event waits is looked up by the index, for each delivery that is asked for.
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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                CREATE OR REPLACE FUNCTION due_deliveries(at timestamptz) RETURNS SETOF webhook_deliveries LANGUAGE sql STABLE AS $$
                  SELECT * FROM webhook_deliveries AS delivery
                  WHERE status = 'pending' AND next_attempt_at <= at AND (leased_until IS NULL OR leased_until <= at)
                    AND NOT EXISTS (
                      SELECT FROM webhook_deliveries AS earlier
                      WHERE earlier.endpoint_id = delivery.endpoint_id AND earlier.resource_id = delivery.resource_id AND earlier.position < delivery.position
                        AND earlier.status = 'pending' AND earlier.failures = 0)
                $$;
                """);
        }
    }
}
