namespace ErzyCall.Api.Features.Prompts;

/// <summary>A text in the library of system prompts.</summary>
/// <param name="Name">What lists call the prompt; it is not spoken.</param>
/// <param name="Text">
/// The instructions for an assistant. Placeholders such as <c>{{name}}</c> are filled in on each call that is placed with it.
/// </param>
internal sealed record PromptResponse(Id<Prompt> Id, string Name, string Text, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static PromptResponse Of(Prompt prompt) => new(prompt.Id, prompt.Name, prompt.Text, prompt.CreatedAt, prompt.UpdatedAt);
}
