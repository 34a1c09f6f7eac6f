using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <summary>Keeps how many contacts are in each group: what was counted, and the changes since.</summary>
    public partial class GroupSizes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "counted_contacts",
                table: "contact_groups",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateTable(
                name: "contact_group_changes",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    group_id = table.Column<Guid>(type: "uuid", nullable: false),
                    contacts = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_contact_group_changes", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_contact_group_changes_group_id",
                table: "contact_group_changes",
                column: "group_id");

            migrationBuilder.Sql(
                """
                -- A membership is made or ends; it never moves.
                CREATE FUNCTION contact_group_members_count() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  INSERT INTO contact_group_changes (group_id, contacts)
                  SELECT group_id, CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END FROM changed GROUP BY group_id;
                  RETURN NULL;
                END $$;

                CREATE TRIGGER contact_group_members_joined AFTER INSERT ON contact_group_members
                  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION contact_group_members_count();
                CREATE TRIGGER contact_group_members_left AFTER DELETE ON contact_group_members
                  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION contact_group_members_count();

                -- Making a trigger has locked the table against writers until this is committed: no change is counted twice or missed.
                UPDATE contact_groups SET counted_contacts = counted.contacts
                FROM (SELECT group_id, count(*) AS contacts FROM contact_group_members GROUP BY group_id) AS counted
                WHERE counted.group_id = contact_groups.id;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                DROP TRIGGER contact_group_members_left ON contact_group_members;
                DROP TRIGGER contact_group_members_joined ON contact_group_members;
                DROP FUNCTION contact_group_members_count();
                """);

            migrationBuilder.DropTable(
                name: "contact_group_changes");

            migrationBuilder.DropColumn(
                name: "counted_contacts",
                table: "contact_groups");
        }
    }
}
