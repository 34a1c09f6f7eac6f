using System.Text.Json;
using ErzyCall.Api.Platform.Json;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Platform.Persistence;

internal static class JsonColumn
{
    /// <summary>
    /// Keeps a value as <c>json</c> and not as <c>jsonb</c>, which sorts the keys of an object: what integrators store comes back in the
    /// order in which they gave it. The value is never changed in place, only replaced, so comparing references tells whether it has
    /// changed.
    /// </summary>
    public static PropertyBuilder<T> IsJson<T>(this PropertyBuilder<T> property)
        where T : class =>
        property
            .HasColumnType("json")
            .HasConversion(
                value => JsonSerializer.Serialize(value, JsonSettings.Default),
                text => JsonSerializer.Deserialize<T>(text, JsonSettings.Default)!,
                new ValueComparer<T>(
                    (left, right) => ReferenceEquals(left, right),
                    value => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value),
                    value => value));

    /// <summary>Keeps a plain string-to-string object as <c>json</c>, and its order on reading too.</summary>
    public static PropertyBuilder<IReadOnlyDictionary<string, string>> IsStringMap(
        this PropertyBuilder<IReadOnlyDictionary<string, string>> property) =>
        property
            .HasColumnType("json")
            .HasConversion(
                map => JsonSerializer.Serialize(map, JsonSettings.Default),
                text => JsonSerializer.Deserialize<OrderedDictionary<string, string>>(text, JsonSettings.Default)!,
                new ValueComparer<IReadOnlyDictionary<string, string>>(
                    (left, right) => ReferenceEquals(left, right),
                    map => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(map),
                    map => map));
}
