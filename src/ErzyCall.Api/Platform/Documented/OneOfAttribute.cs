namespace ErzyCall.Api.Platform.Documented;

/// <summary>
/// Says of a field in a response that it holds one of the names that <paramref name="catalogue"/> lists as its <c>All</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OneOfAttribute(Type catalogue) : Attribute
{
    public Type Catalogue => catalogue;
}
