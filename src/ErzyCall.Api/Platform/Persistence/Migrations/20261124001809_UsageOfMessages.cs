using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class UsageOfMessages : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_messages_organization_id",
                table: "messages");

            migrationBuilder.CreateIndex(
                name: "ix_messages_organization_id_created_at",
                table: "messages",
                columns: new[] { "organization_id", "created_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_messages_organization_id_created_at",
                table: "messages");

            migrationBuilder.CreateIndex(
                name: "ix_messages_organization_id",
                table: "messages",
                column: "organization_id");
        }
    }
}
