namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>The words of the product about itself in the API document.</summary>
/// <param name="Text">The purpose of the API, in one sentence.</param>
/// <param name="Keys">A sentence about keys, which follows their forms.</param>
internal sealed record ApiSummary(string Text, string Keys);
