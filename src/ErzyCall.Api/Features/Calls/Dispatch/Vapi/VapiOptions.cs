namespace ErzyCall.Api.Features.Calls.Dispatch.Vapi;

/// <summary>The settings in the section <c>Carriers:Vapi</c>.</summary>
internal sealed record VapiOptions
{
    public const string Section = "Carriers:Vapi";

    /// <summary>The address of Vapi's API; an account may name another (<c>carriers connect --base-address</c>).</summary>
    public Uri BaseAddress { get; init; } = new("https://api.vapi.ai");

    /// <summary>The model of calls whose assistant leaves it to the platform: one of OpenAI's, as Vapi names them.</summary>
    public string Model { get; init; } = "gpt-4.1-mini";

    /// <summary>
    /// Whether Vapi records the calls. Many places want everybody on the line to know of a recording, or to agree to it first.
    /// </summary>
    public bool RecordsCalls { get; init; } = true;
}
