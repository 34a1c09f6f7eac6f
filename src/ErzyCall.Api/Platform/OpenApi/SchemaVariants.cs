using System.Text.Json.Nodes;

namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>
/// Says of a response type that it comes in several forms, which one of its fields tells apart. Its schema is the choice among theirs, so
/// that clients know from the one field what the others hold.
/// </summary>
/// <param name="Field">The field that tells the forms apart, by its name on the wire.</param>
internal sealed record SchemaVariants(Type Type, string Field, IReadOnlyList<SchemaVariant> All);

/// <summary>One form of a response.</summary>
/// <param name="Value">The value of the field that tells it apart.</param>
/// <param name="Name">The name of its schema.</param>
/// <param name="Field">The field that has another type in each form, by its name on the wire.</param>
/// <param name="Type">The type of that field in this form.</param>
/// <param name="Example">Fields of its example, where those that are made of their types do not fit.</param>
internal sealed record SchemaVariant(string Value, string Name, string Description, string Field, Type Type, JsonObject Example);
