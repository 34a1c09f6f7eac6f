namespace ErzyCall.Client;

/// <summary>Which server is asked, as whom, and with how much patience.</summary>
public sealed class ErzyCallOptions
{
    /// <summary>The address of the server, such as <c>https://voice.example.com</c>, without <c>/api/v1</c>.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>The key of your organization: <c>ek_live_…</c> or <c>ek_test_…</c>.</summary>
    public string? ApiKey { get; set; }

    /// <summary>How often a request is sent again that may be.</summary>
    public int MaxRetries { get; set; } = 2;

    /// <summary>How long an answer is waited for, each time.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest time that is waited before a request is sent again. A server that asks for more is not asked again.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The clock by which is waited, and by which webhooks are too old.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;
}
