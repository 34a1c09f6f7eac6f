using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <summary>
    /// A case or a phone number that a call waits with cannot be deleted, also when both happen at once. A call keeps both after they are gone, so no
    /// foreign key can say it. As one would, a call that is placed to wait locks what it uses against deletion and sees that it is there; a deletion
    /// locks the row (PostgreSQL does so before it fires the trigger), so it waits for such calls to commit, and then looks for them. Both refuse
    /// as a foreign key does, and are answered as one.
    /// </summary>
    public partial class WaitingCallGuards : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                CREATE FUNCTION calls_hold_what_they_use() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  PERFORM FROM phone_numbers WHERE organization_id = NEW.organization_id AND phone_number = NEW."from" FOR KEY SHARE;
                  IF NOT FOUND THEN
                    RAISE EXCEPTION 'phone number % of call % is gone', NEW."from", NEW.id USING ERRCODE = 'foreign_key_violation';
                  END IF;
                  IF NEW.case_id IS NOT NULL THEN
                    PERFORM FROM cases WHERE id = NEW.case_id FOR KEY SHARE;
                    IF NOT FOUND THEN
                      RAISE EXCEPTION 'case % of call % is gone', NEW.case_id, NEW.id USING ERRCODE = 'foreign_key_violation';
                    END IF;
                  END IF;
                  RETURN NEW;
                END $$;

                CREATE TRIGGER calls_hold_what_they_use BEFORE INSERT ON calls
                  FOR EACH ROW WHEN (NEW.status IN ('new', 'scheduled')) EXECUTE FUNCTION calls_hold_what_they_use();

                CREATE FUNCTION cases_guard_waiting_calls() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  IF EXISTS (SELECT FROM calls WHERE organization_id = OLD.organization_id AND case_id = OLD.id AND status IN ('new', 'scheduled')) THEN
                    RAISE EXCEPTION 'calls wait with case %', OLD.id USING ERRCODE = 'foreign_key_violation';
                  END IF;
                  RETURN OLD;
                END $$;

                CREATE TRIGGER cases_guard_waiting_calls BEFORE DELETE ON cases
                  FOR EACH ROW EXECUTE FUNCTION cases_guard_waiting_calls();

                CREATE FUNCTION phone_numbers_guard_waiting_calls() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  IF EXISTS (SELECT FROM calls WHERE organization_id = OLD.organization_id AND "from" = OLD.phone_number AND status IN ('new', 'scheduled')) THEN
                    RAISE EXCEPTION 'calls wait with phone number %', OLD.id USING ERRCODE = 'foreign_key_violation';
                  END IF;
                  RETURN OLD;
                END $$;

                CREATE TRIGGER phone_numbers_guard_waiting_calls BEFORE DELETE ON phone_numbers
                  FOR EACH ROW EXECUTE FUNCTION phone_numbers_guard_waiting_calls();
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                DROP TRIGGER phone_numbers_guard_waiting_calls ON phone_numbers;
                DROP FUNCTION phone_numbers_guard_waiting_calls();
                DROP TRIGGER cases_guard_waiting_calls ON cases;
                DROP FUNCTION cases_guard_waiting_calls();
                DROP TRIGGER calls_hold_what_they_use ON calls;
                DROP FUNCTION calls_hold_what_they_use();
                """);
        }
    }
}
