using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ErzyCall.Api;
using ErzyCall.Api.Features.Numbers;
using ErzyCall.Api.Platform.Json;
using ErzyCall.Api.Platform.OpenApi;
using ErzyCall.Api.Platform.Validation;
using ErzyCall.IntegrationTests.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ErzyCall.IntegrationTests.Conventions;

/// <summary>The records of all bodies, and of the objects inside of them, give handlers values that need no parsing and no doubt.</summary>
public sealed class TypedRequestsTests(TestRun run)
{
    private static readonly Type[] s_wrappers = [typeof(Nullable<>), typeof(Optional<>), typeof(IReadOnlyList<>), typeof(BatchItem<>)];

    [Fact]
    public void No_record_holds_an_id_a_time_or_a_phone_number_as_text()
    {
        var parsed = Fields().Where(field => IsParsed(field.Property, field.Limits)).ToList();
        Assert.True(parsed.Count > 20);
        Assert.All(parsed, field => Assert.True(IsGiven(Unwrapped(field.Property.PropertyType)), $"{Name(field.Property)} can be a Given<…>."));
    }

    [Fact]
    public void A_field_is_required_in_its_record_when_its_validator_demands_it_and_only_then()
    {
        var fields = Fields();
        Assert.True(fields.Count(Demands) > 20);
        Assert.All(fields, field => Assert.True(
            Demands(field) == field.Property.IsDefined(typeof(RequiredMemberAttribute)),
            $"{Name(field.Property)} is `required` in its record, or its validator says .Required(): both or none."));
    }

    private List<Field> Fields()
    {
        var limits = run.Shared.Services.GetRequiredService<RequestLimits>();
        return run.Shared.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<BodyIsRead>()?.Body)
            .OfType<Type>()
            .SelectMany(RecordsOf)
            .Distinct()
            .SelectMany(record => record.GetProperties(), (record, property) =>
                new Field(property, [.. limits.Of(record, JsonNamingPolicy.CamelCase.ConvertName(property.Name))]))
            .ToList();
    }

    private static IEnumerable<Type> RecordsOf(Type record) =>
        record.GetProperties()
            .Select(property => Unwrapped(property.PropertyType))
            .Where(type => type.Assembly == typeof(ErzyCallApp).Assembly && !IsGiven(type))
            .SelectMany(RecordsOf)
            .Prepend(record);

    private static Type Unwrapped(Type type) =>
        type.IsGenericType && s_wrappers.Contains(type.GetGenericTypeDefinition()) ? Unwrapped(type.GenericTypeArguments[0]) : type;

    private static bool IsGiven(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Given<>);

    /// <summary>By its constraint, or by a name that promises it.</summary>
    private static bool IsParsed(PropertyInfo property, IEnumerable<FieldLimits> limits) =>
        limits.Select(limit => limit.Each ?? limit).Any(limit => limit.IdPrefix is not null || limit.Format == "date-time" || limit.Pattern == E164.Syntax)
        || property.Name is [.., 'I', 'd'] or [.., 'A', 't'] or [.., 'P', 'h', 'o', 'n', 'e']
        || (property.Name.EndsWith("Ids", StringComparison.Ordinal) && property.Name != "ToolIds");

    private static bool Demands(Field field) =>
        field.Limits.Any(limit => limit.RefusesNull)
        && !(field.Property.PropertyType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Optional<>));

    private static string Name(PropertyInfo property) => $"{property.ReflectedType!.Name}.{property.Name}";

    private sealed record Field(PropertyInfo Property, IReadOnlyList<FieldLimits> Limits);
}
