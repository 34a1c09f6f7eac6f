namespace ErzyCall.Api.Features.Prompts;

internal sealed record PromptResponse(Id<Prompt> Id, string Name, string Text, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static PromptResponse Of(Prompt prompt) => new(prompt.Id, prompt.Name, prompt.Text, prompt.CreatedAt, prompt.UpdatedAt);
}
