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

    /// <summary>The clock by which is waited.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>What is wrong with them.</summary>
    internal IEnumerable<string> Problems()
    {
        if (BaseAddress is not { IsAbsoluteUri: true, Scheme: "http" or "https", Query: "", Fragment: "" })
        {
            yield return "BaseAddress must be the server's address: http:// or https://, without a query";
        }

        if (string.IsNullOrEmpty(ApiKey) || ApiKey.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            yield return "ApiKey must be given, without spaces or line breaks";
        }

        if (Timeout <= TimeSpan.Zero || MaxRetries < 0 || MaxRetryDelay < TimeSpan.Zero)
        {
            yield return "Timeout must be more than zero, MaxRetries and MaxRetryDelay not less";
        }
    }
}
