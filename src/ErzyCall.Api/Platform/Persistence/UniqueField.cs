using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// The field error that a client gets when a unique index refuses its row. It stands with the index, and the index alone decides, also
/// between two requests at once.
/// </summary>
internal static class UniqueField
{
    private const string Annotation = "ErzyCall:UniqueField";

    /// <param name="taken">The field as clients write it, and why it was refused.</param>
    public static IndexBuilder IsUniqueField(this IndexBuilder index, FieldError taken) =>
        index.IsUnique().HasAnnotation(Annotation, $"{taken.Field}\n{taken.Message}");

    /// <summary>The field that the index of this name guards, or <c>null</c> when no field of a client's is at fault.</summary>
    public static FieldError? Of(IModel model, string index) =>
        model.GetEntityTypes()
            .SelectMany(type => type.GetIndexes())
            .FirstOrDefault(candidate => candidate.GetDatabaseName() == index)
            ?.FindAnnotation(Annotation)?.Value is string text && text.Split('\n') is [var field, var message]
            ? new FieldError(field, message)
            : null;
}
