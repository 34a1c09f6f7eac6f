using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class WhatsApp : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "simulated_messages",
                columns: table => new
                {
                    message_id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    to = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    steps_played = table.Column<int>(type: "integer", nullable: false),
                    next_step_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_simulated_messages", x => x.message_id);
                });

            migrationBuilder.CreateTable(
                name: "whatsapp_accounts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    status = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    status_message = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    waba_id = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    phone_number_id = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    display_phone_number = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    verified_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    quality_rating = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    is_simulated = table.Column<bool>(type: "boolean", nullable: false),
                    access_token = table.Column<string>(type: "text", nullable: true),
                    app_secret = table.Column<string>(type: "text", nullable: true),
                    verify_token = table.Column<string>(type: "text", nullable: true),
                    paused_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    messages_sent = table.Column<long>(type: "bigint", nullable: false),
                    messages_received = table.Column<long>(type: "bigint", nullable: false),
                    last_message_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_whatsapp_accounts", x => x.id);
                    table.CheckConstraint("ck_whatsapp_accounts_secrets", "is_simulated = (access_token IS NULL) AND is_simulated = (app_secret IS NULL) AND is_simulated = (verify_token IS NULL)");
                    table.CheckConstraint("ck_whatsapp_accounts_status", "status IN ('active', 'disconnected', 'error', 'pending_setup')");
                    table.ForeignKey(
                        name: "fk_whatsapp_accounts_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "conversations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    status = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    wa_user_phone = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    wa_id = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    wa_user_name = table.Column<string>(type: "text", nullable: true),
                    contact_id = table.Column<Guid>(type: "uuid", nullable: true),
                    last_message_preview = table.Column<string>(type: "text", nullable: true),
                    last_message_direction = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: true),
                    last_message_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    customer_wrote_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_conversations", x => x.id);
                    table.CheckConstraint("ck_conversations_status", "status IN ('active', 'handed_off', 'closed')");
                    table.ForeignKey(
                        name: "fk_conversations_contacts_contact_id",
                        column: x => x.contact_id,
                        principalTable: "contacts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "fk_conversations_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_conversations_whats_app_accounts_account_id",
                        column: x => x.account_id,
                        principalTable: "whatsapp_accounts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "messages",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: false),
                    conversation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    direction = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    type = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    text = table.Column<string>(type: "json", nullable: true),
                    template = table.Column<string>(type: "json", nullable: true),
                    fallback_template = table.Column<string>(type: "json", nullable: true),
                    status = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    error = table.Column<string>(type: "json", nullable: true),
                    platform_id = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    send_by = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    claimed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    sent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    delivered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    read_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_messages", x => x.id);
                    table.CheckConstraint("ck_messages_content", "(type = 'text') = (text IS NOT NULL) AND (type = 'template') = (template IS NOT NULL)");
                    table.CheckConstraint("ck_messages_direction", "direction IN ('inbound', 'outbound')");
                    table.CheckConstraint("ck_messages_failed", "(status = 'failed') = (error IS NOT NULL)");
                    table.CheckConstraint("ck_messages_inbound", "direction = 'outbound' OR (status = 'delivered' AND platform_id IS NOT NULL)");
                    table.CheckConstraint("ck_messages_status", "status IN ('queued', 'sent', 'delivered', 'read', 'failed')");
                    table.ForeignKey(
                        name: "fk_messages_conversations_conversation_id",
                        column: x => x.conversation_id,
                        principalTable: "conversations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_messages_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_messages_whats_app_accounts_account_id",
                        column: x => x.account_id,
                        principalTable: "whatsapp_accounts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_conversations_account_id_wa_id",
                table: "conversations",
                columns: new[] { "account_id", "wa_id" },
                filter: "wa_id IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_account_id_wa_user_phone",
                table: "conversations",
                columns: new[] { "account_id", "wa_user_phone" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_conversations_contact_id",
                table: "conversations",
                column: "contact_id");

            migrationBuilder.CreateIndex(
                name: "ix_conversations_organization_id_last_message_at_id",
                table: "conversations",
                columns: new[] { "organization_id", "last_message_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_conversations_organization_id_status_last_message_at_id",
                table: "conversations",
                columns: new[] { "organization_id", "status", "last_message_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_messages_account_id_platform_id",
                table: "messages",
                columns: new[] { "account_id", "platform_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_messages_conversation_id_created_at",
                table: "messages",
                columns: new[] { "conversation_id", "created_at" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_messages_conversation_id_created_at1",
                table: "messages",
                columns: new[] { "conversation_id", "created_at" },
                filter: "status = 'queued'");

            migrationBuilder.CreateIndex(
                name: "ix_messages_due_at",
                table: "messages",
                column: "due_at",
                filter: "status = 'queued' AND claimed_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_messages_organization_id",
                table: "messages",
                column: "organization_id");

            migrationBuilder.CreateIndex(
                name: "ix_messages_send_by",
                table: "messages",
                column: "send_by",
                filter: "status = 'queued'");

            migrationBuilder.CreateIndex(
                name: "ix_simulated_messages_next_step_at",
                table: "simulated_messages",
                column: "next_step_at",
                filter: "next_step_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_whatsapp_accounts_organization_id_phone_number_id",
                table: "whatsapp_accounts",
                columns: new[] { "organization_id", "phone_number_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_whatsapp_accounts_phone_number_id",
                table: "whatsapp_accounts",
                column: "phone_number_id",
                unique: true,
                filter: "NOT is_simulated");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "messages");

            migrationBuilder.DropTable(
                name: "simulated_messages");

            migrationBuilder.DropTable(
                name: "conversations");

            migrationBuilder.DropTable(
                name: "whatsapp_accounts");
        }
    }
}
