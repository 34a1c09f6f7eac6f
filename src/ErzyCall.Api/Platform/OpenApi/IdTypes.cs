namespace ErzyCall.Api.Platform.OpenApi;

internal static class IdTypes
{
    /// <summary>The prefix of the ids that <paramref name="type"/> stands for; <c>null</c> when it is no <see cref="Id{T}"/>.</summary>
    public static string? PrefixOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Id<>)
            ? (string)type.GenericTypeArguments[0].GetProperty(nameof(IHasIdPrefix.IdPrefix))!.GetValue(null)!
            : null;
}
