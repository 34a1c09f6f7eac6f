namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>The words of the product about itself in the API document.</summary>
/// <param name="Text">The purpose of the API, in one sentence.</param>
/// <param name="Introduction">How to begin, in Markdown: the first request, and what holds for all of them.</param>
/// <param name="Terms">Words in names of use cases that are one term, with how they are written in a sentence.</param>
/// <param name="Keys">A sentence about keys, which follows their forms.</param>
internal sealed record ApiSummary(string Text, string Introduction, IReadOnlyDictionary<string, string> Terms, string Keys);
