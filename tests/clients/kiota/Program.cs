// What an integrator does, by the client that Kiota makes of the document. Usage: dotnet run -- ADDRESS KEY
using System.Globalization;
using ErzyCall.Kiota;
using ErzyCall.Kiota.Models;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;
using Microsoft.Kiota.Http.HttpClientLibrary.Middleware;

// Without the handler that waits by itself and asks again: this program wants to see that there were too many requests. The key is a header of every request,
// since Kiota's own way sends keys by https only.
var handlers = KiotaClientFactory.CreateDefaultHandlers().Where(handler => handler is not RetryHandler).ToList();
using var http = KiotaClientFactory.Create(handlers, new HttpClientHandler());
http.DefaultRequestHeaders.Add("X-API-Key", args[1]);
var v1 = new ErzyCallClient(new HttpClientRequestAdapter(new AnonymousAuthenticationProvider(), httpClient: http) { BaseUrl = args[0] }).Api.V1;

var ended = await CallAsync("+14155550100");
Console.WriteLine($"a call: {ended.Status} {ended.EndedReason} after {ended.Duration} s, {ended.Transcript?.Count} lines".ToLowerInvariant());

var contacts = 0;
string? cursor = null;
do
{
    var page = await v1.Contacts.GetAsync(request =>
    {
        request.QueryParameters.Limit = 1;
        request.QueryParameters.Cursor = cursor;
    });
    contacts += page?.Data?.Count ?? 0;
    cursor = page?.Pagination?.HasMore is true ? page.Pagination.Cursor : null;
}
while (cursor is not null);
Console.WriteLine($"contacts: {(contacts > 1 ? "all, page by page" : "none")}");

var events = await v1.Events.GetAsync(request => request.QueryParameters.Limit = 100);
var told = events?.Data?.Any(happened => happened.CallEndedEvent is { Event: CallEndedEvent_event.CallEnded } call && call.Data?.Id == ended.Id) is true;
Console.WriteLine($"an event: {(told ? "call.ended" : "none")}");

await v1.DoNotCall.PostAsync(new BlockNumberRequest { Phone = "+14155550177" });
try
{
    await v1.Calls.PostAsync(new CreateCallRequest { To = "+14155550177", From = "+14155559999", FirstMessage = "Hello." });
}
catch (ErrorEnvelope refused) when (refused.Error?.Code is ErrorCode.CONTACT_OPTED_OUT)
{
    Console.WriteLine($"an error: {refused.Error.Code}");
}

try
{
    for (var i = 0; i < 100; i++)
    {
        await v1.Me.GetAsync();
    }
}
catch (ErrorEnvelope refused) when (refused.Error?.Code is ErrorCode.RATE_LIMITED)
{
    var seconds = int.Parse(refused.ResponseHeaders["Retry-After"].Single(), CultureInfo.InvariantCulture);
    Console.WriteLine($"too many: wait for {(seconds > 0 ? "Retry-After" : "nothing")}");
}

async Task<Call> CallAsync(string to)
{
    var request = new CreateCallRequest { To = to, From = "+14155559999", FirstMessage = "Hello." };
    var call = (await v1.Calls.PostAsync(request, with => with.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString())))?.Data;
    while (call?.Status is not (CallStatus.Ended or CallStatus.Error or CallStatus.Cancelled))
    {
        await Task.Delay(200);
        call = (await v1.Calls[call?.Id ?? ""].GetAsync())?.Data;
    }

    return call;
}
