using System.Text.RegularExpressions;
using ErzyCall.Api.Features;
using ErzyCall.Api.Features.Events;
using ErzyCall.IntegrationTests.Server;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Conventions;

/// <summary>
/// The names of events and scopes stand in the code once each: a name that is written a second time can be written wrong.
/// </summary>
public sealed class NamesOnceTests(TestRun run)
{
    [Fact]
    public void The_name_of_an_event_is_written_where_its_feature_declares_it_and_nowhere_else() =>
        WrittenOnce(run.Shared.Services.GetServices<EventDescription>().Select(description => description.Type));

    [Fact]
    public void A_scope_is_written_where_it_is_declared_and_nowhere_else() =>
        WrittenOnce(Scopes.All.Where(scope => scope != Scopes.Everything));

    private static void WrittenOnce(IEnumerable<string> names)
    {
        var lines = SourceCode.Lines();
        var all = names.ToList();
        Assert.NotEmpty(all);
        Assert.All(all, name =>
        {
            // In a text, and within the SQL or the words of one.
            var inText = new Regex($@"[""'`,]{Regex.Escape(name)}[""'`,\\]");
            var written = lines.Where(line => inText.IsMatch(line.Line)).ToList();
            Assert.True(
                written is [var declared] && declared.Line.StartsWith("public const string ", StringComparison.Ordinal),
                $"Refer to the constant that is '{name}':\n{string.Join('\n', written.Select(line => $"{line.File}: {line.Line}"))}");
        });
    }
}
