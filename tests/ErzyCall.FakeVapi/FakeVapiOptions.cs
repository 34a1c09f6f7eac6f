namespace ErzyCall.VapiStandIn;

/// <summary>A phone number of the account, as <c>GET /phone-number</c> lists it.</summary>
/// <param name="Status"><c>active</c>, <c>activating</c> or <c>blocked</c>.</param>
internal sealed record VapiNumber(string Number, Guid Id, string Provider = "twilio", string Status = "active");

internal sealed record FakeVapiOptions
{
    /// <summary>Where it listens. By default a free port is chosen.</summary>
    public string Url { get; init; } = "http://127.0.0.1:0";

    /// <summary>The key of the account, which every request to the API needs.</summary>
    public string PrivateKey { get; init; } = "private-key-of-the-stand-in";

    /// <summary>The key that control addresses need where the order asked for it.</summary>
    public string PublicKey { get; init; } = "public-key-of-the-stand-in";

    public IReadOnlyList<VapiNumber> Numbers { get; init; } = [new("+14155559001", new Guid("42b4b25d-031e-4786-857f-63b346c9580f"))];

    /// <summary>The clock of every time that is told, and of every delay except the time that a callback is given to be answered.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>By how much the delays of a backoff plan are divided.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>How long after a call that was hung up its report is sent.</summary>
    public TimeSpan HangUpReportAfter { get; init; }

    /// <summary>
    /// Whether <see cref="FakeVapi.Requests"/> and <see cref="FakeVapi.Callbacks"/> are kept. A process that plays calls for hours would be filled by them.
    /// </summary>
    public bool KeepsTraffic { get; init; } = true;

    /// <summary>Where what happens is written; <c>null</c> for nowhere.</summary>
    public Journal? Journal { get; init; }
}
