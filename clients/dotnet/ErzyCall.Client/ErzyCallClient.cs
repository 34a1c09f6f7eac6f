using System.Text.Json;

namespace ErzyCall.Client;

/// <summary>A server of ErzyCall, as the key of an organization sees it. It can be used by many threads at once.</summary>
/// <remarks>
/// Every method may throw an <see cref="ErzyCallException"/> when the server refuses the request, and an
/// <see cref="ErzyCallConnectionException"/> when it does not answer.
/// </remarks>
public sealed class ErzyCallClient
{
    private static readonly TimeSpan s_connectionLifetime = TimeSpan.FromMinutes(2);

    private readonly Transport _api;

    /// <summary>A client with connections of its own, which are renewed now and then, for the life of a program.</summary>
#pragma warning disable CA2000 // The connections live as long as the client.
    public ErzyCallClient(ErzyCallOptions options)
        : this(CreateHttpClient(), options)
    {
    }
#pragma warning restore CA2000

    /// <summary>
    /// A client that sends by <paramref name="http"/>, whose own time limit should be longer than that of the options. It should follow no
    /// redirects: they take the key with them.
    /// </summary>
    /// <exception cref="ArgumentException">The options are not usable.</exception>
    public ErzyCallClient(HttpClient http, ErzyCallOptions options)
    {
        _api = new Transport(http, options);
        Calls = new CallsClient(_api);
        Contacts = new ContactsClient(_api);
        ContactGroups = new ContactGroupsClient(_api);
        DoNotCall = new DoNotCallClient(_api);
        Cases = new CasesClient(_api);
        Prompts = new PromptsClient(_api);
        OutboundAssistants = new OutboundAssistantsClient(_api);
        InboundAssistants = new InboundAssistantsClient(_api);
        PhoneNumbers = new PhoneNumbersClient(_api);
        Webhooks = new WebhooksClient(_api);
        WhatsApp = new WhatsAppClient(_api);
        ApiKeys = new ApiKeysClient(_api);
        CallingPolicy = new CallingPolicyClient(_api);
    }

    /// <summary>Calls: placed, looked at, cancelled.</summary>
    public CallsClient Calls { get; }

    /// <summary>The people who are called.</summary>
    public ContactsClient Contacts { get; }

    /// <summary>Groups of contacts.</summary>
    public ContactGroupsClient ContactGroups { get; }

    /// <summary>The numbers that must not be called or messaged.</summary>
    public DoNotCallClient DoNotCall { get; }

    /// <summary>Reusable call scripts.</summary>
    public CasesClient Cases { get; }

    /// <summary>Texts that tell an assistant how to talk.</summary>
    public PromptsClient Prompts { get; }

    /// <summary>The assistants that talk on calls that are placed.</summary>
    public OutboundAssistantsClient OutboundAssistants { get; }

    /// <summary>The assistants that answer calls.</summary>
    public InboundAssistantsClient InboundAssistants { get; }

    /// <summary>The numbers of the organization, from which calls are made.</summary>
    public PhoneNumbersClient PhoneNumbers { get; }

    /// <summary>The endpoints that events are sent to, and what was sent to them.</summary>
    public WebhooksClient Webhooks { get; }

    /// <summary>Messages by WhatsApp.</summary>
    public WhatsAppClient WhatsApp { get; }

    /// <summary>The keys of the organization.</summary>
    public ApiKeysClient ApiKeys { get; }

    /// <summary>When phones may ring, and how often one number.</summary>
    public CallingPolicyClient CallingPolicy { get; }

    /// <summary>Whose key this is, and what it may do.</summary>
    public Task<Me> GetMeAsync(CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.GetMe, Operations.GetMe.Path, query: null, cancellationToken);

    /// <summary>
    /// The organization's events, oldest first. Keep the cursor of the last page that you have seen to the end, and go on from there with
    /// <c>PagesAsync(cursor)</c>.
    /// </summary>
    public PagedList<FeedEvent> Events(ListEventsQuery? query = null) => _api.List(Operations.ListEvents, Operations.ListEvents.Path, query);

    /// <summary>The same as it came, for tools that pass it on.</summary>
    internal PagedList<JsonElement> RawEvents(ListEventsQuery query) =>
        _api.List(new ListOperation<JsonElement>(Operations.ListEvents.Path, Operations.ListEvents.Cursor, ErzyCallJson.Api.PageJsonElement), Operations.ListEvents.Path, query);

    /// <summary>The carrier accounts that the operator has connected.</summary>
    public Task<IReadOnlyList<CarrierAccount>> GetCarrierAccountsAsync(CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.ListCarrierAccounts, Operations.ListCarrierAccounts.Path, query: null, cancellationToken);

    /// <summary>What was done, all in all or day by day.</summary>
    public Task<Usage> GetUsageAsync(GetUsageQuery? query = null, CancellationToken cancellationToken = default) =>
        _api.GetAsync(Operations.GetUsage, Operations.GetUsage.Path, query, cancellationToken);

#pragma warning disable CA2000, CA5399 // The handler lives as long as what it is given to. Whether certificates are looked up in revocation lists is the machine's setting.
    private static HttpClient CreateHttpClient() =>
        new(CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan };
#pragma warning restore CA2000, CA5399

    /// <summary>Follows no redirects, which would take the key elsewhere and make a GET of a POST.</summary>
    internal static SocketsHttpHandler CreateHandler() => new() { AllowAutoRedirect = false, PooledConnectionLifetime = s_connectionLifetime };
}
