using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ErzyCall.Api.Platform.Errors;

namespace ErzyCall.IntegrationTests.Conventions;

/// <summary>Errors stand with the features that answer them; all together they are the table that integrators read.</summary>
public sealed partial class ErrorCatalogueTests
{
    [Fact]
    public async Task Every_code_is_in_the_table_of_errors_with_its_status_and_no_other()
    {
        var documented = (await File.ReadAllLinesAsync(FileOf(), TestContext.Current.CancellationToken))
            .Select(line => Row().Match(line))
            .Where(row => row.Success)
            .Select(row => (row.Groups["code"].Value, int.Parse(row.Groups["status"].Value, null)))
            .ToHashSet();
        Assert.NotEmpty(documented);

        const BindingFlags Static = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var types = typeof(ApiError).Assembly.GetTypes().Where(type => !type.ContainsGenericParameters).ToList();
        var errors = types.SelectMany(type => type.GetProperties(Static)).Where(property => property.PropertyType == typeof(ApiError)).Select(property => property.GetValue(null))
            .Concat(types.SelectMany(type => type.GetMethods(Static)).Where(IsFactory).Select(method => method.Invoke(null, [.. method.GetParameters().Select(Any)])))
            .Cast<ApiError>();

        // A request that is not HTTP has the status of whatever is wrong with it.
        var answered = errors.Where(error => error.Status != AnyNumber).Select(error => (error.Code, error.Status)).ToHashSet();
        Assert.Equal(documented.Order(), answered.Order());
    }

    private const int AnyNumber = 1;

    private static bool IsFactory(MethodInfo method) =>
        method.ReturnType == typeof(ApiError) && !method.IsSpecialName && method.IsPublic && method.GetParameters().All(parameter => Any(parameter) is not null);

    private static object? Any(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(string) ? "any"
        : parameter.ParameterType == typeof(int) ? AnyNumber
        : parameter.ParameterType == typeof(FieldError) ? new FieldError("any", "any")
        : parameter.ParameterType == typeof(IReadOnlyList<FieldError>) ? Array.Empty<FieldError>()
        : null;

    private static string FileOf([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/api/errors.md");

    [GeneratedRegex(@"^\| <a id=""(?<code>[A-Z_]+)""></a>`\k<code>` \| (?<status>\d+) \|")]
    private static partial Regex Row();
}
