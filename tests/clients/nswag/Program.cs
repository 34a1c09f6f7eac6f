// What an integrator does, by the client that NSwag makes of the document. Usage: dotnet run -- ADDRESS KEY
using System.Globalization;
using ErzyCall.NSwag;

using var http = new HttpClient { BaseAddress = new Uri(args[0]), DefaultRequestHeaders = { { "X-API-Key", args[1] } } };
var api = new ErzyCallClient(http);

var ended = await CallAsync("+14155550100");
Console.WriteLine($"a call: {ended.Status} {ended.EndedReason} after {ended.Duration} s, {ended.Transcript.Count} lines".ToLowerInvariant());

var contacts = 0;
string? cursor = null;
do
{
    var page = await api.ListContactsAsync(limit: 1, cursor: cursor);
    contacts += page.Data.Count;
    cursor = page.Pagination.HasMore ? page.Pagination.Cursor : null;
}
while (cursor is not null);
Console.WriteLine($"contacts: {(contacts > 1 ? "all, page by page" : "none")}");

await api.BlockNumberAsync(new BlockNumberRequest { Phone = "+14155550177" });
try
{
    await api.CreateCallAsync(new CreateCallRequest { To = "+14155550177", From = "+14155559999", FirstMessage = "Hello." });
}
catch (ApiException<ErrorEnvelope> refused) when (refused.Result.Error.Code == ErrorCode.CONTACT_OPTED_OUT)
{
    Console.WriteLine($"an error: {refused.Result.Error.Code}");
}

try
{
    for (var i = 0; i < 100; i++)
    {
        await api.GetMeAsync();
    }
}
catch (ApiException<ErrorEnvelope> refused) when (refused.Result.Error.Code == ErrorCode.RATE_LIMITED)
{
    var seconds = int.Parse(refused.Headers["Retry-After"].Single(), CultureInfo.InvariantCulture);
    Console.WriteLine($"too many: wait for {(seconds > 0 ? "Retry-After" : "nothing")}");
}

async Task<Call> CallAsync(string to)
{
    var request = new CreateCallRequest
    {
        To = to,
        From = "+14155559999",
        FirstMessage = "Hello.",
        Metadata = new Dictionary<string, string> { ["client"] = "nswag" },
    };
    var call = (await api.CreateCallAsync(request, idempotency_Key: Guid.NewGuid().ToString())).Data;
    while (call.Status is not (CallStatus.Ended or CallStatus.Error or CallStatus.Cancelled))
    {
        await Task.Delay(200);
        call = (await api.GetCallAsync(call.Id)).Data;
    }

    return call;
}
