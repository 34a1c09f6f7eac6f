using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <summary>
    /// What the model cannot express: that a call makes no move but the lawful ones, whoever writes the row, and that committed work
    /// announces itself on the channel that <see cref="Workers.WorkListener"/> hears.
    /// </summary>
    public partial class CallGuards : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                CREATE FUNCTION calls_guard_moves() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  IF (OLD.status, NEW.status) NOT IN (
                    ('new', 'processing'), ('new', 'cancelled'), ('new', 'error'),
                    ('scheduled', 'processing'), ('scheduled', 'cancelled'), ('scheduled', 'error'),
                    ('processing', 'ended'), ('processing', 'error'))
                  THEN
                    RAISE EXCEPTION 'call % cannot move from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
                  END IF;
                  RETURN NEW;
                END $$;

                CREATE TRIGGER calls_guard_moves BEFORE UPDATE OF status ON calls
                  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION calls_guard_moves();

                CREATE FUNCTION announce_work() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  PERFORM pg_notify('erzycall_work', '');
                  RETURN NULL;
                END $$;

                -- A call to be dialled now.
                CREATE TRIGGER calls_announce_new AFTER INSERT ON calls
                  FOR EACH ROW WHEN (NEW.status = 'new') EXECUTE FUNCTION announce_work();

                -- Room for another call, and a call to be hung up.
                CREATE TRIGGER calls_announce_room AFTER UPDATE OF status ON calls
                  FOR EACH ROW WHEN (OLD.status = 'processing' AND NEW.status <> 'processing') EXECUTE FUNCTION announce_work();
                CREATE TRIGGER calls_announce_hang_up AFTER UPDATE OF cancel_requested_at, handed_over_at ON calls
                  FOR EACH ROW WHEN (NEW.status = 'processing' AND NEW.cancel_requested_at IS NOT NULL) EXECUTE FUNCTION announce_work();

                -- A simulated call that goes on, now or later, or is hung up.
                CREATE TRIGGER simulated_calls_announce AFTER INSERT OR UPDATE OF hung_up_at ON simulated_calls
                  FOR EACH ROW WHEN (NEW.next_step_at IS NOT NULL) EXECUTE FUNCTION announce_work();
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                DROP TRIGGER simulated_calls_announce ON simulated_calls;
                DROP TRIGGER calls_announce_hang_up ON calls;
                DROP TRIGGER calls_announce_room ON calls;
                DROP TRIGGER calls_announce_new ON calls;
                DROP FUNCTION announce_work();
                DROP TRIGGER calls_guard_moves ON calls;
                DROP FUNCTION calls_guard_moves();
                """);
        }
    }
}
