namespace ErzyCall.Api.Platform.Documented;

/// <summary>
/// Names the schema of a type whose own name says too little outside of its folder: clients get a type of this name, beside all others of
/// the API.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class SchemaNameAttribute(string name) : Attribute
{
    public string Name => name;
}
