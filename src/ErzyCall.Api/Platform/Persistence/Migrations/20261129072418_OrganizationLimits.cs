using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <summary>
    /// What an operator has set for one organization; what is not set goes by the server's defaults. The indexes answer for the largest limit among an
    /// organization's keys, which every request asks for, by one entry however many keys there are.
    /// </summary>
    public partial class OrganizationLimits : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "max_waiting_calls",
                table: "organizations",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "per_hour",
                table: "organizations",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "per_minute",
                table: "organizations",
                type: "integer",
                nullable: true);

            migrationBuilder.AddCheckConstraint(
                name: "ck_organizations_max_waiting_calls",
                table: "organizations",
                sql: "max_waiting_calls >= 1");

            migrationBuilder.AddCheckConstraint(
                name: "ck_organizations_per_hour",
                table: "organizations",
                sql: "per_hour >= 1");

            migrationBuilder.AddCheckConstraint(
                name: "ck_organizations_per_minute",
                table: "organizations",
                sql: "per_minute >= 1");

            migrationBuilder.CreateIndex(
                name: "ix_api_keys_organization_id_per_hour",
                table: "api_keys",
                columns: new[] { "organization_id", "per_hour" },
                filter: "revoked_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_api_keys_organization_id_per_minute",
                table: "api_keys",
                columns: new[] { "organization_id", "per_minute" },
                filter: "revoked_at IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropCheckConstraint(
                name: "ck_organizations_max_waiting_calls",
                table: "organizations");

            migrationBuilder.DropCheckConstraint(
                name: "ck_organizations_per_hour",
                table: "organizations");

            migrationBuilder.DropCheckConstraint(
                name: "ck_organizations_per_minute",
                table: "organizations");

            migrationBuilder.DropIndex(
                name: "ix_api_keys_organization_id_per_hour",
                table: "api_keys");

            migrationBuilder.DropIndex(
                name: "ix_api_keys_organization_id_per_minute",
                table: "api_keys");

            migrationBuilder.DropColumn(
                name: "max_waiting_calls",
                table: "organizations");

            migrationBuilder.DropColumn(
                name: "per_hour",
                table: "organizations");

            migrationBuilder.DropColumn(
                name: "per_minute",
                table: "organizations");
        }
    }
}
