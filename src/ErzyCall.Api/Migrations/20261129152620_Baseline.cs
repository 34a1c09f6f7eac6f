using System;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace ErzyCall.Api.Migrations
{
    /// <summary>The whole schema. There is nothing below it to go back to.</summary>
    public partial class Baseline : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterDatabase()
                .Annotation("Npgsql:PostgresExtension:pg_trgm", ",,");

            // What columns and indexes are computed with.
            migrationBuilder.CreateOrReplace("functions/search_fold", "functions/search_words", "functions/search_has_marks");

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

            migrationBuilder.CreateTable(
                name: "data_protection_keys",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    friendly_name = table.Column<string>(type: "text", nullable: true),
                    xml = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_data_protection_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "organizations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    mode = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    max_concurrent_calls = table.Column<int>(type: "integer", nullable: false),
                    max_waiting_calls = table.Column<int>(type: "integer", nullable: true),
                    per_minute = table.Column<int>(type: "integer", nullable: true),
                    per_hour = table.Column<int>(type: "integer", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    limit_set_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_organizations", x => x.id);
                    table.CheckConstraint("ck_organizations_max_concurrent_calls", "max_concurrent_calls >= 1");
                    table.CheckConstraint("ck_organizations_max_waiting_calls", "max_waiting_calls >= 1");
                    table.CheckConstraint("ck_organizations_per_hour", "per_hour >= 1");
                    table.CheckConstraint("ck_organizations_per_minute", "per_minute >= 1");
                });

            migrationBuilder.CreateTable(
                name: "row_versions",
                columns: table => new
                {
                    rows = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    version = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_row_versions", x => x.rows);
                });

            migrationBuilder.CreateTable(
                name: "simulated_calls",
                columns: table => new
                {
                    call_id = table.Column<Guid>(type: "uuid", nullable: false),
                    to = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    first_message = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<string>(type: "character varying(10)", maxLength: 10, nullable: false),
                    next_step_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    answered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    hung_up_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_simulated_calls", x => x.call_id);
                });

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
                name: "waiting_call_changes",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    calls = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                });

            migrationBuilder.CreateTable(
                name: "api_keys",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    secret_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    scopes = table.Column<string[]>(type: "text[]", nullable: false),
                    per_minute = table.Column<int>(type: "integer", nullable: false),
                    per_hour = table.Column<int>(type: "integer", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    revoked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_api_keys", x => x.id);
                    table.ForeignKey(
                        name: "fk_api_keys_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "call_scripts",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    content = table.Column<string>(type: "json", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_call_scripts", x => new { x.organization_id, x.hash });
                    table.ForeignKey(
                        name: "fk_call_scripts_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "contact_groups",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    description = table.Column<string>(type: "text", nullable: true),
                    counted_contacts = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    compared_name = table.Column<string>(type: "text", nullable: true, computedColumnSql: "normalize(regexp_replace(name, '[\\U000000AD\\U0000034F\\U0000061C\\U0000115F-\\U00001160\\U000017B4-\\U000017B5\\U0000180B-\\U0000180F\\U0000200B-\\U0000200F\\U0000202A-\\U0000202E\\U00002060-\\U0000206F\\U00003164\\U0000FE00-\\U0000FE0F\\U0000FEFF\\U0000FFA0\\U0000FFF0-\\U0000FFF8\\U0001BCA0-\\U0001BCA3\\U0001D173-\\U0001D17A\\U000E0000-\\U000E0FFF]', '', 'g'), NFC)", stored: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_contact_groups", x => x.id);
                    table.ForeignKey(
                        name: "fk_contact_groups_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "contacts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    title = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    phone = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false, collation: "C"),
                    canonical_number = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false, collation: "C"),
                    number_turn = table.Column<short>(type: "smallint", nullable: false),
                    email = table.Column<string>(type: "text", nullable: true),
                    notes = table.Column<string>(type: "text", nullable: true),
                    tags = table.Column<string[]>(type: "text[]", nullable: false),
                    custom_fields = table.Column<string>(type: "json", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    search_email = table.Column<string>(type: "text", nullable: true, computedColumnSql: "left(search_fold(coalesce(email, '')), 200)", stored: true, collation: "C"),
                    search_title = table.Column<string>(type: "text", nullable: true, computedColumnSql: "left(search_fold(title), 600)", stored: true, collation: "C"),
                    search_words = table.Column<string>(type: "text", nullable: true, computedColumnSql: "search_words(search_fold(title || ' ' || coalesce(email, '')))", stored: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_contacts", x => x.id);
                    table.ForeignKey(
                        name: "fk_contacts_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

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
                name: "events",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: true),
                    is_private = table.Column<bool>(type: "boolean", nullable: false),
                    type = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    resource_id = table.Column<Guid>(type: "uuid", nullable: false),
                    data = table.Column<string>(type: "json", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_events", x => x.id);
                    table.ForeignKey(
                        name: "fk_events_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "idempotency_records",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    request_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    fingerprint = table.Column<byte[]>(type: "bytea", nullable: false),
                    status = table.Column<short>(type: "smallint", nullable: false),
                    content_type = table.Column<string>(type: "text", nullable: true),
                    location = table.Column<string>(type: "text", nullable: true),
                    body = table.Column<byte[]>(type: "bytea", nullable: false),
                    holds_secret = table.Column<bool>(type: "boolean", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_idempotency_records", x => new { x.organization_id, x.request_hash });
                    table.ForeignKey(
                        name: "fk_idempotency_records_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "outbound_assistants",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    description = table.Column<string>(type: "text", nullable: true),
                    is_default = table.Column<bool>(type: "boolean", nullable: false),
                    first_message = table.Column<string>(type: "text", nullable: true),
                    system_prompt = table.Column<string>(type: "text", nullable: true),
                    voice = table.Column<JsonElement>(type: "json", nullable: false),
                    model = table.Column<JsonElement>(type: "json", nullable: false),
                    transcriber = table.Column<JsonElement>(type: "json", nullable: true),
                    backchanneling_enabled = table.Column<bool>(type: "boolean", nullable: false),
                    dial_keypad_function_enabled = table.Column<bool>(type: "boolean", nullable: false),
                    background_denoising_enabled = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbound_assistants", x => x.id);
                    table.ForeignKey(
                        name: "fk_outbound_assistants_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "prompts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    text = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_prompts", x => x.id);
                    table.ForeignKey(
                        name: "fk_prompts_organizations_organization_id",
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
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    subscribed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
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
                name: "calls",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    status = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    to = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    canonical_to = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false, collation: "C"),
                    from = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    contact_id = table.Column<Guid>(type: "uuid", nullable: true),
                    case_id = table.Column<Guid>(type: "uuid", nullable: true),
                    assistant_config_id = table.Column<Guid>(type: "uuid", nullable: true),
                    first_message = table.Column<string>(type: "text", nullable: false),
                    variable_values = table.Column<string>(type: "json", nullable: false),
                    metadata = table.Column<string>(type: "json", nullable: false),
                    script_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    script_values = table.Column<string>(type: "json", nullable: true),
                    scheduled_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    deadline_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    carrier = table.Column<string>(type: "text", nullable: true),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    handed_over_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    answered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    hang_up_requested_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    hang_up_reason = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    hang_up_sent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    leased_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    duration = table.Column<int>(type: "integer", nullable: true),
                    ended_reason = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    fault = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    retryable = table.Column<bool>(type: "boolean", nullable: true),
                    transcript = table.Column<string>(type: "json", nullable: false),
                    recording_url = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    metadata_search = table.Column<string>(type: "jsonb", nullable: true, computedColumnSql: "metadata::jsonb", stored: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_calls", x => x.id);
                    table.CheckConstraint("ck_calls_final", "(status IN ('new', 'scheduled', 'processing')) = (ended_at IS NULL) AND (ended_at IS NULL) = (ended_reason IS NULL) AND (ended_at IS NULL) = (fault IS NULL) AND (ended_at IS NULL) = (retryable IS NULL)");
                    table.CheckConstraint("ck_calls_processing", "status <> 'processing' OR (started_at IS NOT NULL AND carrier IS NOT NULL)");
                    table.CheckConstraint("ck_calls_scheduled", "status <> 'scheduled' OR scheduled_at IS NOT NULL");
                    table.CheckConstraint("ck_calls_status", "status IN ('new', 'scheduled', 'processing', 'ended', 'cancelled', 'error')");
                    table.ForeignKey(
                        name: "fk_calls_contacts_contact_id",
                        column: x => x.contact_id,
                        principalTable: "contacts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "fk_calls_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "contact_group_members",
                columns: table => new
                {
                    group_id = table.Column<Guid>(type: "uuid", nullable: false),
                    contact_id = table.Column<Guid>(type: "uuid", nullable: false),
                    contact_created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_contact_group_members", x => new { x.group_id, x.contact_id });
                    table.ForeignKey(
                        name: "fk_contact_group_members_contact_groups_group_id",
                        column: x => x.group_id,
                        principalTable: "contact_groups",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_contact_group_members_contacts_contact_id",
                        column: x => x.contact_id,
                        principalTable: "contacts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "do_not_call_entries",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    phone = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false, collation: "C"),
                    canonical_number = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false, collation: "C"),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    source = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    contact_id = table.Column<Guid>(type: "uuid", nullable: true),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    lifted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_do_not_call_entries", x => x.id);
                    table.CheckConstraint("ck_do_not_call_entries_source", "source IN ('api', 'whatsapp', 'call', 'import')");
                    table.ForeignKey(
                        name: "fk_do_not_call_entries_contacts_contact_id",
                        column: x => x.contact_id,
                        principalTable: "contacts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "fk_do_not_call_entries_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "cases",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    title = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    status = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    description = table.Column<string>(type: "text", nullable: true),
                    first_message = table.Column<string>(type: "text", nullable: true),
                    prompt = table.Column<string>(type: "text", nullable: true),
                    system_prompt_id = table.Column<Guid>(type: "uuid", nullable: true),
                    variables = table.Column<string>(type: "json", nullable: false),
                    tool_ids = table.Column<string[]>(type: "text[]", nullable: false),
                    keyterms = table.Column<string[]>(type: "text[]", nullable: false),
                    tags = table.Column<string[]>(type: "text[]", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cases", x => x.id);
                    table.CheckConstraint("ck_cases_one_prompt", "(prompt IS NULL) <> (system_prompt_id IS NULL)");
                    table.CheckConstraint("ck_cases_status", "status IN ('open', 'archived')");
                    table.ForeignKey(
                        name: "fk_cases_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_cases_prompts_system_prompt_id",
                        column: x => x.system_prompt_id,
                        principalTable: "prompts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "inbound_assistants",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    system_prompt_id = table.Column<Guid>(type: "uuid", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_inbound_assistants", x => x.id);
                    table.ForeignKey(
                        name: "fk_inbound_assistants_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_inbound_assistants_prompts_system_prompt_id",
                        column: x => x.system_prompt_id,
                        principalTable: "prompts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
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
                    attempts = table.Column<string>(type: "jsonb", nullable: false),
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
                        name: "fk_webhook_deliveries_webhook_endpoints_endpoint_id",
                        column: x => x.endpoint_id,
                        principalTable: "webhook_endpoints",
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
                    canonical_number = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false, collation: "C"),
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
                name: "phone_numbers",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    phone_number = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    label = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    country = table.Column<string>(type: "character varying(2)", maxLength: 2, nullable: false),
                    provider = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    capabilities = table.Column<string[]>(type: "text[]", nullable: false),
                    is_active = table.Column<bool>(type: "boolean", nullable: false),
                    is_default = table.Column<bool>(type: "boolean", nullable: false),
                    inbound_assistant_id = table.Column<Guid>(type: "uuid", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    is_live = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_phone_numbers", x => x.id);
                    table.CheckConstraint("ck_phone_numbers_capabilities", "capabilities <@ ARRAY['inbound', 'outbound', 'whatsapp']");
                    table.ForeignKey(
                        name: "fk_phone_numbers_inbound_assistants_inbound_assistant_id",
                        column: x => x.inbound_assistant_id,
                        principalTable: "inbound_assistants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "fk_phone_numbers_organizations_organization_id",
                        column: x => x.organization_id,
                        principalTable: "organizations",
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
                name: "ix_api_keys_organization_id",
                table: "api_keys",
                column: "organization_id");

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

            migrationBuilder.CreateIndex(
                name: "ix_api_keys_secret_hash",
                table: "api_keys",
                column: "secret_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_calls_contact_id_created_at_id",
                table: "calls",
                columns: new[] { "contact_id", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_calls_deadline_at",
                table: "calls",
                column: "deadline_at",
                filter: "status IN ('new', 'scheduled', 'processing')");

            migrationBuilder.CreateIndex(
                name: "ix_calls_hang_up_requested_at",
                table: "calls",
                column: "hang_up_requested_at",
                filter: "hang_up_requested_at IS NOT NULL AND hang_up_sent_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_calls_metadata_search",
                table: "calls",
                column: "metadata_search")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "jsonb_path_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_calls_organization_id_case_id_created_at_id",
                table: "calls",
                columns: new[] { "organization_id", "case_id", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_calls_organization_id_created_at_id",
                table: "calls",
                columns: new[] { "organization_id", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_calls_organization_id_due_at_id",
                table: "calls",
                columns: new[] { "organization_id", "due_at", "id" },
                filter: "status IN ('new', 'scheduled')");

            migrationBuilder.CreateIndex(
                name: "ix_calls_organization_id_ended_reason_created_at_id",
                table: "calls",
                columns: new[] { "organization_id", "ended_reason", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_calls_organization_id_from_created_at_id",
                table: "calls",
                columns: new[] { "organization_id", "from", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_calls_organization_id_leased_until",
                table: "calls",
                columns: new[] { "organization_id", "leased_until" },
                filter: "status = 'processing'");

            migrationBuilder.CreateIndex(
                name: "ix_calls_organization_id_status_created_at_id",
                table: "calls",
                columns: new[] { "organization_id", "status", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_calls_organization_id_to_created_at_id",
                table: "calls",
                columns: new[] { "organization_id", "to", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_cases_organization_id_created_at_id",
                table: "cases",
                columns: new[] { "organization_id", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_cases_system_prompt_id",
                table: "cases",
                column: "system_prompt_id");

            migrationBuilder.CreateIndex(
                name: "ix_contact_group_changes_group_id",
                table: "contact_group_changes",
                column: "group_id");

            migrationBuilder.CreateIndex(
                name: "ix_contact_group_members_contact_id",
                table: "contact_group_members",
                column: "contact_id");

            migrationBuilder.CreateIndex(
                name: "ix_contact_group_members_group_id_contact_created_at_contact_id",
                table: "contact_group_members",
                columns: new[] { "group_id", "contact_created_at", "contact_id" });

            migrationBuilder.CreateIndex(
                name: "ix_contact_groups_organization_id_compared_name",
                table: "contact_groups",
                columns: new[] { "organization_id", "compared_name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_contact_groups_organization_id_created_at_id",
                table: "contact_groups",
                columns: new[] { "organization_id", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_contacts_organization_id_canonical_number_number_turn",
                table: "contacts",
                columns: new[] { "organization_id", "canonical_number", "number_turn" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_contacts_organization_id_created_at_id",
                table: "contacts",
                columns: new[] { "organization_id", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_contacts_organization_id_created_at_id1",
                table: "contacts",
                columns: new[] { "organization_id", "created_at", "id" },
                filter: "search_has_marks(search_title) OR search_has_marks(search_email)");

            migrationBuilder.CreateIndex(
                name: "ix_contacts_organization_id_phone",
                table: "contacts",
                columns: new[] { "organization_id", "phone" },
                unique: true);

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
                name: "ix_conversations_account_id_canonical_number",
                table: "conversations",
                columns: new[] { "account_id", "canonical_number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_conversations_account_id_wa_id",
                table: "conversations",
                columns: new[] { "account_id", "wa_id" },
                filter: "wa_id IS NOT NULL");

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
                name: "ix_do_not_call_entries_contact_id",
                table: "do_not_call_entries",
                column: "contact_id");

            migrationBuilder.CreateIndex(
                name: "ix_do_not_call_entries_organization_id_at_id",
                table: "do_not_call_entries",
                columns: new[] { "organization_id", "at", "id" },
                filter: "lifted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_do_not_call_entries_organization_id_canonical_number",
                table: "do_not_call_entries",
                columns: new[] { "organization_id", "canonical_number" },
                unique: true,
                filter: "lifted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_events_created_at",
                table: "events",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_events_organization_id_created_at",
                table: "events",
                columns: new[] { "organization_id", "created_at" },
                filter: "sequence IS NOT NULL");

            // Before the index of what is to be published: of indexes that seem to cost the same PostgreSQL takes the one that was made last, and
            // while its statistics are of an empty table they all do.
            migrationBuilder.CreateIndex(
                name: "ix_events_position",
                table: "events",
                column: "position",
                unique: true);

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
                name: "ix_events_resource_id",
                table: "events",
                column: "resource_id",
                unique: true,
                filter: "type IN ('call.ended', 'call.failed', 'call.cancelled')");

            migrationBuilder.CreateIndex(
                name: "ix_idempotency_records_expires_at",
                table: "idempotency_records",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "ix_inbound_assistants_organization_id_created_at_id",
                table: "inbound_assistants",
                columns: new[] { "organization_id", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_inbound_assistants_system_prompt_id",
                table: "inbound_assistants",
                column: "system_prompt_id");

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
                name: "ix_messages_organization_id_created_at",
                table: "messages",
                columns: new[] { "organization_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_messages_send_by",
                table: "messages",
                column: "send_by",
                filter: "status = 'queued'");

            migrationBuilder.CreateIndex(
                name: "ix_outbound_assistants_organization_id",
                table: "outbound_assistants",
                column: "organization_id",
                unique: true,
                filter: "is_default");

            migrationBuilder.CreateIndex(
                name: "ix_outbound_assistants_organization_id_created_at_id",
                table: "outbound_assistants",
                columns: new[] { "organization_id", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_phone_numbers_inbound_assistant_id",
                table: "phone_numbers",
                column: "inbound_assistant_id");

            migrationBuilder.CreateIndex(
                name: "ix_phone_numbers_organization_id",
                table: "phone_numbers",
                column: "organization_id",
                unique: true,
                filter: "is_default");

            migrationBuilder.CreateIndex(
                name: "ix_phone_numbers_organization_id_phone_number",
                table: "phone_numbers",
                columns: new[] { "organization_id", "phone_number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_phone_numbers_phone_number",
                table: "phone_numbers",
                column: "phone_number",
                unique: true,
                filter: "is_live");

            migrationBuilder.CreateIndex(
                name: "ix_prompts_organization_id_created_at_id",
                table: "prompts",
                columns: new[] { "organization_id", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_simulated_calls_next_step_at",
                table: "simulated_calls",
                column: "next_step_at",
                filter: "next_step_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_simulated_messages_next_step_at",
                table: "simulated_messages",
                column: "next_step_at",
                filter: "next_step_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_waiting_call_changes_organization_id",
                table: "waiting_call_changes",
                column: "organization_id")
                .Annotation("Npgsql:IndexInclude", new[] { "calls" });

            migrationBuilder.CreateIndex(
                name: "ix_webhook_deliveries_endpoint_id_created_at_id",
                table: "webhook_deliveries",
                columns: new[] { "endpoint_id", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_webhook_deliveries_endpoint_id_event_created_at_id",
                table: "webhook_deliveries",
                columns: new[] { "endpoint_id", "event", "created_at", "id" });

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
                filter: "failures = 0 AND next_attempt_at IS NOT NULL");

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

            migrationBuilder.CreateOrReplace(
                "functions/calls_count_waiting",
                "functions/calls_guard_moves",
                "functions/calls_hold_what_they_use",
                "functions/cases_guard_waiting_calls",
                "functions/contact_group_members_count",
                "functions/contact_tag_keys",
                "functions/contacts_with_tags",
                "functions/due_deliveries",
                "functions/messages_guard_moves",
                "functions/organizations_make_feed",
                "functions/organizations_note_limit",
                "functions/phone_numbers_guard_waiting_calls",
                "functions/phone_numbers_set_is_live",
                "functions/room_for_waiting_calls",
                "functions/search_inside",
                "functions/webhook_endpoints_note_subscription",
                "triggers/calls_begin_to_wait",
                "triggers/calls_guard_moves",
                "triggers/calls_hold_what_they_use",
                "triggers/calls_wait_and_go",
                "triggers/calls_wait_no_more",
                "triggers/cases_guard_waiting_calls",
                "triggers/contact_group_members_joined",
                "triggers/contact_group_members_left",
                "triggers/messages_guard_moves",
                "triggers/organizations_make_feed",
                "triggers/organizations_note_limit",
                "triggers/phone_numbers_guard_waiting_calls",
                "triggers/phone_numbers_set_is_live",
                "triggers/webhook_endpoints_note_subscription",
                "indexes/ix_cases_search",
                "indexes/ix_contacts_tags",
                "constraints/fk_calls_call_scripts");
        }
    }
}
