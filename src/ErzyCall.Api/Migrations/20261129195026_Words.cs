using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Migrations
{
    /// <summary>
    /// Columns get the names that the code has for what they hold: a message's id at Meta, and when a call was submitted. They are renamed
    /// in one step, which only a schema that no release has can be: servers of the version before do not know the new names.
    /// </summary>
    public partial class Words : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.RenameColumn(name: "platform_id", table: "messages", newName: "meta_id");
            migrationBuilder.RenameIndex(
                name: "ix_messages_account_id_platform_id", table: "messages", newName: "ix_messages_account_id_meta_id");
            migrationBuilder.RenameColumn(name: "handed_over_at", table: "calls", newName: "submitted_at");
        }
    }
}
