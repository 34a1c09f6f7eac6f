namespace ErzyCall.Api.Platform.OpenApi;

/// <summary>What the product says of itself in the API document.</summary>
/// <param name="Text">What the API is for.</param>
/// <param name="Keys">What a key is good for, behind what it looks like.</param>
internal sealed record ApiSummary(string Text, string Keys);
