using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <summary>
    /// What calls share of their scripts is stored once. The scripts of calls that are there already have their values in them, which
    /// <c>script_values</c> tells by being null. And the number of an organization's waiting calls is kept and not counted.
    /// </summary>
    public partial class SharedScripts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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
                name: "waiting_call_changes",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    calls = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                });

            migrationBuilder.CreateIndex(
                name: "ix_waiting_call_changes_organization_id",
                table: "waiting_call_changes",
                column: "organization_id")
                .Annotation("Npgsql:IndexInclude", new[] { "calls" });

            migrationBuilder.Sql(
                """
                ALTER TABLE calls ADD COLUMN script_hash bytea, ADD COLUMN script_values json;

                CREATE TEMPORARY TABLE scripts_of_calls ON COMMIT DROP AS
                SELECT id, organization_id, sha256(convert_to(content::text, 'UTF8')) AS hash, content
                FROM (SELECT id, organization_id, json_build_object('assistant', assistant_config_snapshot, 'defaults', '{}'::json) AS content FROM calls) AS calls;
                INSERT INTO call_scripts (organization_id, hash, content)
                SELECT DISTINCT ON (organization_id, hash) organization_id, hash, content FROM scripts_of_calls ORDER BY organization_id, hash;
                UPDATE calls SET script_hash = scripts_of_calls.hash FROM scripts_of_calls WHERE scripts_of_calls.id = calls.id;

                ALTER TABLE calls
                  ALTER COLUMN script_hash SET NOT NULL,
                  DROP COLUMN assistant_config_snapshot,
                  ADD CONSTRAINT fk_calls_call_scripts FOREIGN KEY (organization_id, script_hash) REFERENCES call_scripts (organization_id, hash);

                CREATE FUNCTION calls_count_waiting() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  IF TG_OP = 'INSERT' THEN
                    INSERT INTO waiting_call_changes (organization_id, calls) VALUES (NEW.organization_id, 1);
                  ELSE
                    INSERT INTO waiting_call_changes (organization_id, calls) VALUES (OLD.organization_id, -1);
                  END IF;
                  RETURN NULL;
                END $$;

                CREATE TRIGGER calls_begin_to_wait AFTER INSERT ON calls
                  FOR EACH ROW WHEN (NEW.status IN ('new', 'scheduled')) EXECUTE FUNCTION calls_count_waiting();
                CREATE TRIGGER calls_wait_no_more AFTER UPDATE OF status ON calls
                  FOR EACH ROW WHEN (OLD.status IN ('new', 'scheduled') AND NEW.status NOT IN ('new', 'scheduled')) EXECUTE FUNCTION calls_count_waiting();
                CREATE TRIGGER calls_wait_and_go AFTER DELETE ON calls
                  FOR EACH ROW WHEN (OLD.status IN ('new', 'scheduled')) EXECUTE FUNCTION calls_count_waiting();

                -- Making a trigger has locked the table against writers until this is committed: no call is counted twice or missed.
                INSERT INTO waiting_call_changes (organization_id, calls)
                SELECT organization_id, count(*) FROM calls WHERE status IN ('new', 'scheduled') GROUP BY organization_id;

                -- How many of as many more calls as are wanted may begin to wait in this transaction. Each statement in here sees what was committed before it.
                CREATE FUNCTION room_for_waiting_calls(organization uuid, most_by_default integer, wanted integer) RETURNS integer LANGUAGE plpgsql AS $$
                DECLARE
                  -- More than all who hold the lock together can be about to place: four batches of a thousand, and as many single calls as there are connections.
                  under_way CONSTANT integer := 5000;
                  queue CONSTANT bigint := hashtextextended('waiting calls ' || organization, 0);
                  most bigint;
                  waiting bigint;
                BEGIN
                  SELECT coalesce(max_waiting_calls, most_by_default) INTO most FROM organizations WHERE id = organization;
                  SELECT coalesce(sum(calls), 0) INTO waiting FROM waiting_call_changes WHERE organization_id = organization;
                  IF waiting + under_way <= most THEN
                    PERFORM pg_advisory_xact_lock_shared(queue);
                    SELECT coalesce(sum(calls), 0) INTO waiting FROM waiting_call_changes WHERE organization_id = organization;
                    IF waiting + under_way <= most THEN
                      RETURN wanted;
                    END IF;
                    RAISE EXCEPTION 'calls of organization % have come near their limit meanwhile', organization USING ERRCODE = 'serialization_failure';
                  END IF;

                  -- Near the limit: one after the other, and after all who did not see it near.
                  PERFORM pg_advisory_xact_lock(queue);
                  SELECT coalesce(sum(calls), 0) INTO waiting FROM waiting_call_changes WHERE organization_id = organization;
                  RETURN greatest(0, least(wanted, most - waiting));
                END $$;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                DO $$ BEGIN
                  IF EXISTS (SELECT FROM calls WHERE script_values IS NOT NULL) THEN
                    RAISE EXCEPTION 'only the server that placed these calls can put their scripts together';
                  END IF;
                END $$;

                DROP FUNCTION room_for_waiting_calls(uuid, integer, integer);
                DROP TRIGGER calls_wait_and_go ON calls;
                DROP TRIGGER calls_wait_no_more ON calls;
                DROP TRIGGER calls_begin_to_wait ON calls;
                DROP FUNCTION calls_count_waiting();

                ALTER TABLE calls ADD COLUMN assistant_config_snapshot json;
                UPDATE calls SET assistant_config_snapshot = content -> 'assistant'
                FROM call_scripts WHERE call_scripts.organization_id = calls.organization_id AND hash = script_hash;
                ALTER TABLE calls
                  ALTER COLUMN assistant_config_snapshot SET NOT NULL,
                  DROP CONSTRAINT fk_calls_call_scripts,
                  DROP COLUMN script_hash,
                  DROP COLUMN script_values;
                """);

            migrationBuilder.DropTable(
                name: "call_scripts");

            migrationBuilder.DropTable(
                name: "waiting_call_changes");
        }
    }
}
