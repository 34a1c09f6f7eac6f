using System.Text.Json.Nodes;

namespace ErzyCall.VapiStandIn;

/// <summary>What whoever judges a run wants to know of all calls. An order that was refused, and so rings no phone, is not among them.</summary>
internal static class Summary
{
    public static JsonObject Of(FakeVapi vapi)
    {
        var calls = vapi.Calls.Taken.ToList();
        var names = calls.CountBy(call => call.Name ?? "").ToList();
        return new JsonObject
        {
            ["orders"] = calls.Count,
            ["maxOrdersPerName"] = names.Select(name => name.Value).DefaultIfEmpty().Max(),
            ["orderedAgain"] = new JsonArray([.. names.Where(name => name.Value > 1).Select(name => JsonValue.Create(name.Key))]),
            ["up"] = calls.Count(call => !call.IsOver),
            ["hangUps"] = calls.Count(call => call.HangUpAt is not null),
            ["calls"] = new JsonArray([.. calls.Select(Of)]),
        };
    }

    private static JsonObject Of(VapiCall call) => new()
    {
        ["id"] = call.Id.ToString(),
        ["name"] = call.Name,
        ["number"] = call.Number,
        ["fate"] = call.Fate,
        ["orderedAt"] = VapiCall.Iso(call.Order.At),
        ["acceptedAt"] = VapiCall.Iso(call.CreatedAt),
        ["ringingAt"] = VapiCall.Iso(call.RingingAt),
        ["answeredAt"] = VapiCall.Iso(call.AnsweredAt),
        ["toolCalledAt"] = VapiCall.Iso(call.ToolCalledAt),
        ["endedAt"] = VapiCall.Iso(call.EndedAt),
        ["hangUpAt"] = VapiCall.Iso(call.HangUpAt),
        ["endedReason"] = call.EndedReason,
    };
}
