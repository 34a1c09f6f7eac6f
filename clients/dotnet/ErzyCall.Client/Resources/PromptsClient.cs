namespace ErzyCall.Client;

/// <summary>Texts that tell an assistant how to talk.</summary>
public sealed class PromptsClient
{
    private readonly Transport _api;

    internal PromptsClient(Transport api) => _api = api;

    /// <summary>Adds a prompt to the library, for cases and inbound assistants to name as <c>systemPromptId</c>.</summary>
    public Task<Prompt> CreateAsync(CreatePromptRequest prompt, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.CreatePrompt, Operations.CreatePrompt.Path, prompt, idempotencyKey, cancellationToken);

    /// <summary>One prompt of the library.</summary>
    public Task<Prompt> GetAsync(string promptId, CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.GetPrompt, Operations.GetPrompt.At(promptId), query: null, cancellationToken);

    /// <summary>Changes a prompt for calls created from now on; calls that exist already keep the text that they froze.</summary>
    public Task<Prompt> UpdateAsync(string promptId, UpdatePromptRequest changes, CancellationToken cancellationToken = default) =>
        _api.SendAsync(Operations.UpdatePrompt, Operations.UpdatePrompt.At(promptId), changes, idempotencyKey: null, cancellationToken);

    /// <summary>Deletes a prompt.</summary>
    public Task DeleteAsync(string promptId, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync(Operations.DeletePrompt, Operations.DeletePrompt.At(promptId), cancellationToken);

    /// <summary>The organization's library of prompts, newest first.</summary>
    public Task<IReadOnlyList<Prompt>> ListAsync(CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.ListPrompts, Operations.ListPrompts.Path, query: null, cancellationToken);
}
