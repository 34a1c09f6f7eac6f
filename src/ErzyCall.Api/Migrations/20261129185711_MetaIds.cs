using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Migrations
{
    /// <summary>
    /// A message's id at Meta is named after Meta, as everything of Meta's is. It is renamed in one step, which only a schema that no
    /// release has can be: servers of the version before do not know the new name.
    /// </summary>
    public partial class MetaIds : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.RenameColumn(name: "platform_id", table: "messages", newName: "meta_id");
            migrationBuilder.RenameIndex(
                name: "ix_messages_account_id_platform_id", table: "messages", newName: "ix_messages_account_id_meta_id");
        }
    }
}
