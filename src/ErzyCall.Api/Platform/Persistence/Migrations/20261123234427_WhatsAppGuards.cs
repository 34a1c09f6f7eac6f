using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ErzyCall.Api.Platform.Persistence.Migrations
{
    /// <summary>
    /// What the model cannot express: that a WhatsApp message only moves forward, whoever writes the row, and that committed work announces itself on
    /// the channel that <see cref="Workers.WorkListener"/> hears.
    /// </summary>
    public partial class WhatsAppGuards : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                CREATE FUNCTION messages_guard_moves() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  IF (OLD.status, NEW.status) NOT IN (
                    ('queued', 'sent'), ('queued', 'delivered'), ('queued', 'read'), ('queued', 'failed'),
                    ('sent', 'delivered'), ('sent', 'read'), ('sent', 'failed'),
                    ('delivered', 'read'))
                  THEN
                    RAISE EXCEPTION 'message % cannot move from % to %', OLD.id, OLD.status, NEW.status USING ERRCODE = 'check_violation';
                  END IF;
                  RETURN NEW;
                END $$;

                CREATE TRIGGER messages_guard_moves BEFORE UPDATE OF status ON messages
                  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION messages_guard_moves();

                -- A message to be sent now, a message that the next one of its conversation has waited for, and an account whose messages have waited.
                CREATE TRIGGER messages_announce_queued AFTER INSERT ON messages
                  FOR EACH ROW WHEN (NEW.status = 'queued') EXECUTE FUNCTION announce_work();
                CREATE TRIGGER messages_announce_next AFTER UPDATE OF status ON messages
                  FOR EACH ROW WHEN (OLD.status = 'queued' AND NEW.status <> 'queued') EXECUTE FUNCTION announce_work();
                CREATE TRIGGER whatsapp_accounts_announce_active AFTER UPDATE OF status ON whatsapp_accounts
                  FOR EACH ROW WHEN (OLD.status <> 'active' AND NEW.status = 'active') EXECUTE FUNCTION announce_work();

                -- A simulated message that goes on, now or later.
                CREATE TRIGGER simulated_messages_announce AFTER INSERT ON simulated_messages
                  FOR EACH ROW WHEN (NEW.next_step_at IS NOT NULL) EXECUTE FUNCTION announce_work();
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                DROP TRIGGER simulated_messages_announce ON simulated_messages;
                DROP TRIGGER whatsapp_accounts_announce_active ON whatsapp_accounts;
                DROP TRIGGER messages_announce_next ON messages;
                DROP TRIGGER messages_announce_queued ON messages;
                DROP TRIGGER messages_guard_moves ON messages;
                DROP FUNCTION messages_guard_moves();
                """);
        }
    }
}
