using System.Diagnostics;
using System.Net;
using System.Text.Json;
using ErzyCall.Cli;
using ErzyCall.Client;
using ErzyCall.IntegrationTests.Commands;
using ErzyCall.IntegrationTests.Features.WhatsApp;
using ErzyCall.IntegrationTests.Local;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.Time.Testing;
using OrganizationMode = ErzyCall.Api.Features.Organizations.OrganizationMode;

namespace ErzyCall.IntegrationTests.Clients;

/// <summary>The tool <c>erzycall</c>, against a real server.</summary>
public sealed class CommandLineToolTests(TestRun run) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("erzycall-cli-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Who_logs_in_has_a_profile_that_nobody_else_can_read()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var tool = new Tool(run.Shared, _folder) { Input = tenant.Secret };

        Assert.Equal((1, "UNAUTHORIZED"), (await (tool with { Input = "ek_test_wrong" }).RunAsync("login --url http://localhost")).CodeOfError());
        Assert.Equal(1, (await tool.RunAsync("calls list")).Exit);
        Assert.Contains("Test tenant (test)", (await tool.RunAsync("login --url http://localhost")).Output, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder.FullName, "profiles.json")));
        }

        Assert.Equal(0, (await tool.RunAsync("calls list")).Exit);
        Assert.DoesNotContain(tenant.Secret, (await tool.RunAsync("profiles --json")).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await tool.RunAsync("calls list --profile other")).Exit);
        Assert.Equal(0, (await tool.RunAsync("login --url http://localhost --profile other")).Exit);
        Assert.Equal(0, (await tool.RunAsync("logout")).Exit);
        Assert.Equal((1, 0), ((await tool.RunAsync("calls list")).Exit, (await tool.RunAsync("calls list --profile other")).Exit));

        // A profile that is named is meant, and half of an environment is a mistake.
        Assert.Equal(0, (await (tool with { Url = "http://localhost", Key = "ek_test_wrong" }).RunAsync("calls list --profile other")).Exit);
        Assert.Contains("Set both", (await (tool with { Url = "http://localhost" }).RunAsync("calls list")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_is_judged_placed_watched_and_listed()
    {
        await using var server = await run.StartServerAsync(new TestServerOptions { Workers = true });
        var tenant = await server.CreateTenantAsync();
        var tool = Tool.Of(tenant, _folder);

        Assert.Contains("Hello Ada.", (await tool.RunAsync("calls create --to +14155550100 --message", "Hello {{name}}.", "--variable", "name=Ada", "--preview")).Output, StringComparison.Ordinal);
        var watched = await tool.RunAsync("calls create --to +14155550100 --watch --metadata order=4711 --message", "Hello.");
        Assert.Equal((0, true), (watched.Exit, watched.Output.Contains("ended: assistant-ended-call", StringComparison.Ordinal)));
        var busy = await tool.RunAsync("calls create --to +14155550006 --watch --json --message", "Hello.");
        Assert.Equal((1, "carrier-rejected"), (busy.Exit, busy.Json.GetProperty("endedReason").GetString()));

        var listed = Assert.Single((await tool.RunAsync("calls list --json --metadata order=4711")).Json.GetProperty("data").EnumerateArray());
        Assert.Contains("assistant  Hello.", (await tool.RunAsync($"calls get {listed.GetProperty("id").GetString()}")).Output, StringComparison.Ordinal);
        Assert.Equal(3, (await tool.RunAsync("calls list")).Output.Trim().Split('\n').Length);

        Assert.Equal((1, "VALIDATION_ERROR"), (await tool.RunAsync("calls create --to +14155550100 --at 2036-01-01T10:00:00Z --message", "Hello.")).CodeOfError());
        var waiting = await tool.RunAsync($"calls create --to +14155550100 --at {tenant.Now.AddDays(1):O} --message", "Hello.");
        Assert.EndsWith(" cancelled", (await tool.RunAsync($"calls cancel {waiting.Output.Trim()}")).Output.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_usage_and_refusals_say_what_is_wrong()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var tool = Tool.Of(tenant, _folder);

        foreach (var wrong in (string[])["calls", "nonsense", "calls list --status bogus", "calls list --limit 0", "calls list --limit x", "calls create --to x --at 10:30", "calls create --to x --at 2027-01-15T10:30:00", "calls create --message x", "calls create --to x --metadata y", "trigger call.sung", "webhooks listen --forward-to here"])
        {
            var (exit, output, error) = await tool.RunAsync(wrong);
            Assert.Equal((2, ""), (exit, output));
            Assert.Contains("--help", error, StringComparison.Ordinal);
        }

        var refused = await tool.RunAsync("calls create --to nobody --message x");
        Assert.Equal((1, "VALIDATION_ERROR"), refused.CodeOfError());
        Assert.Matches(@"to: .*\[req_[0-9a-z]+\]", refused.Error);
        Assert.Equal(1, (await (tool with { Url = "localhost" }).RunAsync("calls list")).Exit);
    }

    [Fact]
    public async Task Contacts_of_an_address_book_are_imported_and_what_is_refused_is_told_by_its_line()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var tool = Tool.Of(tenant, _folder);
        var file = await WriteAsync(
            "people.csv",
            "First Name;Last Name;Mobile Phone;E-mail Address;Plan;Categories\n"
            + "Ada;Lovelace;+1 (415) 555-0190;ada@example.com;gold;vip, math\n\n"
            + "\"Jos\u00e9\nMaria\";Garc\u00eda;0049 30 123456;;;\n"
            + "Eve;X;12345;;;\n"
            + "Bob;;+14155550190;;;\n"
            + "Carl;;+14155550191;no address;;\n");

        var dry = await tool.RunAsync($"contacts import {file} --dry-run --map plan=Plan");
        Assert.Equal(1, dry.Exit);
        Assert.Contains("line 6: phone: 12345", dry.Error, StringComparison.Ordinal);
        Assert.Empty((await tool.RunAsync("contacts list --json")).Json.GetProperty("data").EnumerateArray());

        var (exit, output, error) = await tool.RunAsync($"contacts import {file} --map plan=Plan");
        Assert.Equal((1, "Contacts created: 2, there already: 0, lines refused: 3"), (exit, output.Trim()));
        Assert.Contains("line 7: phone: +14155550190 is that of line 2", error, StringComparison.Ordinal);
        Assert.Contains("line 8: email: ", error, StringComparison.Ordinal);
        var ada = (await tenant.Api.GetAsync("/contacts?search=lovelace")).Data[0].GetProperty("id").GetString();
        var contact = (await tenant.Api.GetAsync($"/contacts/{ada}")).Data;
        Assert.Equal(("gold", "vip"), (contact.GetProperty("customFields").GetProperty("plan").GetString(), contact.GetProperty("tags")[0].GetString()));
        Assert.Equal("+4930123456", (await tenant.Api.GetAsync("/contacts?search=garc")).Data[0].GetProperty("phone").GetString());

        // Once it is done, the same again is another import.
        Assert.StartsWith("Contacts created: 0, there already: 2", (await tool.RunAsync($"contacts import {file} --map plan=Plan")).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await tool.RunAsync($"contacts import {file} --map phone=Nope")).Exit);
    }

    [Fact]
    public async Task An_import_whose_answer_was_lost_goes_on_where_it_was_and_nobody_is_there_twice()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var file = await WriteAsync("many.csv", $"name,phone\n{string.Concat(Enumerable.Range(0, 1_200).Select(row => $"Person {row},+1415556{row:D4}\n"))}");
        using var broken = new LosesAnswers(lost: 2);
        var first = await (Tool.Of(tenant, _folder) with { Between = broken }).RunAsync($"contacts import {file} --on-conflict fail");
        Assert.Equal(1, first.Exit);
        Assert.True(File.Exists($"{file}.progress"));

        // How far it was is not how far it is for somebody else.
        var other = await run.Shared.CreateTenantAsync();
        await File.WriteAllTextAsync($"{file}.copy", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        File.Copy($"{file}.progress", $"{file}.copy.progress");
        Assert.Equal("Contacts created: 1200, there already: 0, lines refused: 0", (await Tool.Of(other, _folder).RunAsync($"contacts import {file}.copy --on-conflict fail")).Output.Trim());

        var (exit, output, error) = await Tool.Of(tenant, _folder).RunAsync($"contacts import {file} --on-conflict fail");
        Assert.Equal((0, "Contacts created: 1200, there already: 0, lines refused: 0"), (exit, output.Trim()));
        Assert.Contains("Going on behind item 500 of 1200", error, StringComparison.Ordinal);
        Assert.False(File.Exists($"{file}.progress"));
    }

    [Fact]
    public async Task Who_does_not_know_whether_a_call_was_placed_is_told_how_to_ask_again_for_the_same()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        using var broken = new LosesAnswers(lost: 1);

        var lost = await (Tool.Of(tenant, _folder) with { Between = broken }).RunAsync("calls create --to +14155550100 --from", Tenant.From, "--message", "Hello.");
        Assert.Equal(1, lost.Exit);
        var again = await Tool.Of(tenant, _folder).RunAsync($"calls create --to +14155550100 {lost.Error[lost.Error.IndexOf("--idempotency-key", StringComparison.Ordinal)..].Trim()} --from", Tenant.From, "--message", "Hello.");

        Assert.Equal(0, again.Exit);
        Assert.Equal(again.Output.Trim(), Assert.Single((await tenant.Api.GetAsync("/calls")).Data.EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Numbers_are_entered_into_the_ledger_one_by_one_and_from_a_file()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        var tool = Tool.Of(tenant, _folder);
        var file = await WriteAsync("ledger.csv", "Mobile,Home Phone,reason\n+14155550181,+14155550183 ::: +14155550184,By letter\n0014155550182,,\nnobody,,\n");

        Assert.Equal(0, (await tool.RunAsync("do-not-call add +14155550180 --reason", "By phone")).Exit);
        Assert.StartsWith("Entries created: 4", (await tool.RunAsync($"do-not-call import {file} --reason old")).Output, StringComparison.Ordinal);
        Assert.Contains("By letter", (await tool.RunAsync("do-not-call get +14155550181")).Output, StringComparison.Ordinal);
        Assert.Contains(": old", (await tool.RunAsync("do-not-call get +14155550182")).Output, StringComparison.Ordinal);
        Assert.Equal(5, (await tool.RunAsync("do-not-call list --json")).Json.GetProperty("data").GetArrayLength());
        Assert.Equal(0, (await tool.RunAsync("do-not-call get +14155550184")).Exit);
        var unclosed = await WriteAsync("unclosed.csv", "phone,reason\n+14155550185,\"By mail\n+14155550186,x\n");
        Assert.Contains("line 2", (await tool.RunAsync($"do-not-call import {unclosed}")).Error, StringComparison.Ordinal);
        Assert.Contains("no field plan", (await tool.RunAsync($"do-not-call import {file} --map plan=reason")).Error, StringComparison.Ordinal);
        Assert.Contains("phone = reason", (await tool.RunAsync($"do-not-call import {file} --map Phone=reason --dry-run")).Error, StringComparison.Ordinal);
        Assert.Equal(1, (await tool.RunAsync("do-not-call get +14155550185")).Exit);
        Assert.Equal((1, "CONTACT_OPTED_OUT"), (await tool.RunAsync("calls create --to +14155550181 --message x")).CodeOfError());
    }

    [Fact]
    public async Task Every_event_can_be_triggered_and_comes_signed_to_a_receiver_on_this_machine()
    {
        await using var server = await run.StartServerAsync(new TestServerOptions { Workers = true });
        var tenant = await server.CreateTenantAsync();
        await tenant.HearAsync(await tenant.ConnectAsync());
        await using var receiver = await WebhookReceiver.StartAsync();
        var tool = Tool.Of(tenant, _folder);
        var secret = $"whsec_{Convert.ToBase64String(new byte[32])}";
        var before = (await tool.RunAsync("events tail --from-start --once")).Error.Split("--after ")[1].Trim();

        var types = EventType.All.Where(static type => type != EventType.CallReport).ToList();
        foreach (var type in types)
        {
            Assert.Equal("", (await tool.RunAsync($"trigger {type}")).Error);
        }

        await Patience.UntilAsync("every event has happened", async () =>
            (await tool.RunAsync($"events tail --json --once --after {before}")).Lines.Select(one => one.GetProperty("event").GetString()).ToHashSet().IsSupersetOf(types.Select(type => type.Value)));
        var listening = await tool.RunAsync($"webhooks listen --forward-to {receiver.Url} --once --after {before} --type call.ended --type whatsapp.message.received --secret {secret}");

        Assert.Equal(0, listening.Exit);
        Assert.All(receiver.Received, request =>
        {
            var sent = ErzyCallWebhook.Read(request.Body, name => request.Headers.GetValueOrDefault(name), secret);
            Assert.True(sent is CallEndedWebhook or WhatsAppMessageReceivedWebhook);
            Assert.Equal(sent.Event.Value, request.Headers["X-Webhook-Event"]);
        });
        Assert.Contains(receiver.Received, request => request.Headers["X-Webhook-Event"] == "call.ended");
        Assert.Contains(" 200 ", listening.Output, StringComparison.Ordinal);

        var live = await server.CreateTenantAsync(new TenantOptions { Mode = OrganizationMode.Live });
        Assert.Contains("no test organization", (await Tool.Of(live, _folder).RunAsync("trigger call.ended")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_when_nobody_reads_what_it_writes_any_more()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows tells no program that its reader has gone.");
        await using var server = await run.StartServerAsync(new TestServerOptions { Workers = true, IsOnPort = true });
        var tenant = await server.CreateTenantAsync();
        using var process = Process.Start(CommandProcess.StartInfo(
            "erzycall.dll", ["events", "tail", "--from-start"], ("ERZYCALL_URL", server.Url), ("ERZYCALL_API_KEY", tenant.Secret)))!;
        try
        {
            process.StandardInput.Close();
            await tenant.CreateContactAsync("The first");
            Assert.Contains("contact.created", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            process.StandardOutput.Close();

            await Patience.UntilAsync("it ends", async () =>
            {
                await tenant.CreateContactAsync("Another");
                return process.HasExited;
            });
            Assert.Equal(141, process.ExitCode);
            Assert.Contains("--after ", await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task What_commands_a_terminal_is_not_shown()
    {
        var tenant = await run.Shared.CreateTenantAsync();
        await tenant.Api.PostAsync("/contacts", new { title = "Eve\nforged\u202e", phone = "+14155550195" });
        var tool = Tool.Of(tenant, _folder);

        var shown = (await tool.RunAsync("contacts list")).Output;

        Assert.Contains("Eve forged", shown, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202e', shown);

        // Programs get what there is.
        Assert.Equal("Eve\nforged\u202e", (await tool.RunAsync("contacts list --json")).Json.GetProperty("data")[0].GetProperty("title").GetString());
    }

    private async Task<string> WriteAsync(string name, string text)
    {
        var file = Path.Combine(_folder.FullName, name);
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        return file;
    }

    /// <summary>The tool as somebody uses it who sits in a folder, with the environment's key or none.</summary>
    private sealed record Tool(TestServer Server, DirectoryInfo Folder)
    {
        public string Input { get; init; } = "";

        public string? Url { get; init; }

        public string? Key { get; init; }

        public DelegatingHandler? Between { get; init; }

        public static Tool Of(Tenant tenant, DirectoryInfo folder) => new(tenant.Server, folder) { Url = "http://localhost", Key = tenant.Secret };

        /// <param name="line">Words with a space between.</param>
        /// <param name="more">Words that may have spaces in them.</param>
        public async Task<Told> RunAsync(string line, params string[] more)
        {
            using var output = new StringWriter();
            using var error = new StringWriter();
            using var http = new HttpClient();
            var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
            var terminal = new Terminal
            {
                Input = new StringReader(Input),
                IsInteractive = false,
                Output = Terminal.ConsoleOf(output, isRedirected: true),
                Error = Terminal.ConsoleOf(error, isRedirected: true),
                Variable = name => name switch { "ERZYCALL_URL" => Url, "ERZYCALL_API_KEY" => Key, _ => null },
                Folder = Folder.FullName,
                Connect = options => new ErzyCallClient(Between is null ? Server.CreateClient() : Server.CreateDefaultClient(Between), options),
                Http = http,
                Clock = clock,
            };
            var exit = await Patience.WhileTimePassesAsync(clock, ErzyCallCli.RunAsync([.. line.Split(' '), .. more], terminal));
            return new Told(exit, output.ToString(), error.ToString());
        }
    }

    private sealed record Told(int Exit, string Output, string Error)
    {
        public JsonElement Json => JsonElement.Parse(Output);

        public IEnumerable<JsonElement> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line));

        public (int Exit, string Code) CodeOfError() => (Exit, Error.Split(':')[0]);
    }

    /// <summary>Lets a request reach the server, but not its answer the client, from the second one that makes something on.</summary>
    private sealed class LosesAnswers(int lost) : DelegatingHandler
    {
        private int _asked;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (request.Method == HttpMethod.Get)
            {
                return answer;
            }

            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            return Interlocked.Increment(ref _asked) < lost ? answer : throw new HttpRequestException("reset");
        }
    }
}
