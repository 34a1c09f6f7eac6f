using System.Text.RegularExpressions;
using ErzyCall.Client;

namespace ErzyCall.UnitTests.Client;

public sealed partial class OperationsTests
{
    [Fact]
    public void Every_operation_of_the_API_has_a_method()
    {
        var client = Path.Combine(ProjectFolder.Root, "clients/dotnet/ErzyCall.Client");
        var source = string.Concat(Directory.GetFiles(client, "*Client.cs").Concat(Directory.GetFiles(Path.Combine(client, "Resources"))).Select(File.ReadAllText));
        var used = Uses().Matches(source).Select(use => use.Groups[1].Value).ToHashSet();

        Assert.Equal([], typeof(Operations).GetProperties().Select(operation => operation.Name).Except(used));
    }

    [GeneratedRegex(@"_api\.\w+\(\s*Operations\.(\w+)")]
    private static partial Regex Uses();
}
