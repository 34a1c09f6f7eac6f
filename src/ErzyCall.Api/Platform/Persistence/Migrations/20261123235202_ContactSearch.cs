using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <summary>What finds a contact, and places a group's contacts in order.</summary>
    public partial class ContactSearch : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                CREATE EXTENSION IF NOT EXISTS pg_trgm;

                -- Lower case, without accents: José becomes jose, and Łukasz lukasz. Canonical decomposition at most triples a text's bytes, so that a folded title
                -- of 200 characters still fits into an index. Not the extension unaccent: its rules differ between versions, and an index must not.
                CREATE FUNCTION search_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
                  SELECT replace(replace(replace(
                    translate(lower(regexp_replace(normalize($1, NFD), '[\u0300-\u036F]+', '', 'g')), 'øłđħıðþ', 'oldhidt'),
                    'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe')
                $$;

                -- The words of a folded text, with one space before and behind each: ' ada lovelace ada example com '.
                CREATE FUNCTION search_words(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
                  SELECT ' ' || btrim(regexp_replace($1, '[^[:alnum:]]+', ' ', 'g')) || ' '
                $$;
                """);

            migrationBuilder.AlterColumn<string>(
                name: "phone",
                table: "contacts",
                type: "character varying(16)",
                maxLength: 16,
                nullable: false,
                collation: "C",
                oldClrType: typeof(string),
                oldType: "character varying(16)",
                oldMaxLength: 16);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "contact_created_at",
                table: "contact_group_members",
                type: "timestamp with time zone",
                nullable: false,
                defaultValue: new DateTimeOffset(new DateTime(1, 1, 1, 0, 0, 0, 0, DateTimeKind.Unspecified), new TimeSpan(0, 0, 0, 0, 0)));

            migrationBuilder.Sql("UPDATE contact_group_members SET contact_created_at = contacts.created_at FROM contacts WHERE contacts.id = contact_id");

            migrationBuilder.AddColumn<string>(
                name: "search_email",
                table: "contacts",
                type: "text",
                nullable: true,
                computedColumnSql: "left(search_fold(coalesce(email, '')), 200)",
                stored: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "search_title",
                table: "contacts",
                type: "text",
                nullable: true,
                computedColumnSql: "search_fold(title)",
                stored: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "search_words",
                table: "contacts",
                type: "text",
                nullable: true,
                computedColumnSql: "search_words(search_fold(title || ' ' || coalesce(email, '')))",
                stored: true);

            migrationBuilder.CreateIndex(
                name: "ix_do_not_call_entries_organization_id_at_id",
                table: "do_not_call_entries",
                columns: new[] { "organization_id", "at", "id" },
                filter: "lifted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_contacts_organization_id_search_email_id",
                table: "contacts",
                columns: new[] { "organization_id", "search_email", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_contacts_organization_id_search_title_id",
                table: "contacts",
                columns: new[] { "organization_id", "search_title", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_contacts_phone",
                table: "contacts",
                column: "phone")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_contacts_search_words",
                table: "contacts",
                column: "search_words")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_contacts_tags",
                table: "contacts",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "ix_contact_groups_organization_id_created_at_id",
                table: "contact_groups",
                columns: new[] { "organization_id", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_contact_group_members_group_id_contact_created_at_contact_id",
                table: "contact_group_members",
                columns: new[] { "group_id", "contact_created_at", "contact_id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_do_not_call_entries_organization_id_at_id",
                table: "do_not_call_entries");

            migrationBuilder.DropIndex(
                name: "ix_contacts_organization_id_search_email_id",
                table: "contacts");

            migrationBuilder.DropIndex(
                name: "ix_contacts_organization_id_search_title_id",
                table: "contacts");

            migrationBuilder.DropIndex(
                name: "ix_contacts_phone",
                table: "contacts");

            migrationBuilder.DropIndex(
                name: "ix_contacts_search_words",
                table: "contacts");

            migrationBuilder.DropIndex(
                name: "ix_contacts_tags",
                table: "contacts");

            migrationBuilder.DropIndex(
                name: "ix_contact_groups_organization_id_created_at_id",
                table: "contact_groups");

            migrationBuilder.DropIndex(
                name: "ix_contact_group_members_group_id_contact_created_at_contact_id",
                table: "contact_group_members");

            migrationBuilder.DropColumn(
                name: "search_email",
                table: "contacts");

            migrationBuilder.DropColumn(
                name: "search_title",
                table: "contacts");

            migrationBuilder.DropColumn(
                name: "search_words",
                table: "contacts");

            migrationBuilder.DropColumn(
                name: "contact_created_at",
                table: "contact_group_members");

            migrationBuilder.AlterColumn<string>(
                name: "phone",
                table: "contacts",
                type: "character varying(16)",
                maxLength: 16,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "character varying(16)",
                oldMaxLength: 16,
                oldCollation: "C");

            migrationBuilder.Sql("DROP FUNCTION search_words(text); DROP FUNCTION search_fold(text)");
        }
    }
}
