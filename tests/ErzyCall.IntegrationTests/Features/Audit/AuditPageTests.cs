using System.Runtime.CompilerServices;
using ErzyCall.Api.Features.Audit;

namespace ErzyCall.IntegrationTests.Features.Audit;

/// <summary>What <c>docs/audit.md</c> tells an operator to do is about the laws that there are.</summary>
public sealed class AuditPageTests
{
    [Fact]
    public async Task The_page_tells_of_each_law_in_their_order_and_of_no_other()
    {
        var told = (await File.ReadAllLinesAsync(FileOf(), TestContext.Current.CancellationToken))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1]);

        Assert.Equal(AuditLaws.All.Select(law => law.Name), told);
    }

    private static string FileOf([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "../../../../docs/audit.md");
}
