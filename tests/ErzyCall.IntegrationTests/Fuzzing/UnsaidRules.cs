using System.Text;
using System.Text.Json;
using ErzyCall.Api.Features.Calls.Policy;
using ErzyCall.Api.Features.Numbers;

namespace ErzyCall.IntegrationTests.Fuzzing;

/// <summary>A rule that JSON Schema cannot say, so that what breaks it fits the document and is refused.</summary>
/// <param name="Where">The name of the body's schema, or the id of the operation with the query; empty for all queries.</param>
/// <param name="Field">How the field begins that the refusal names.</param>
/// <param name="Why">Why it cannot be said.</param>
/// <param name="IsBroken">Whether it may be broken by a body, or by a query as an object. For a batch's item: with the defaults.</param>
internal sealed record UnsaidRule(string Where, string Field, string Why, Func<JsonElement, DateTimeOffset, bool> IsBroken);

/// <summary>Every such rule. What is not in this table and fits the document must be accepted.</summary>
internal static class UnsaidRules
{
    private const int MaxSettings = 4 * 1024;
    private const int DeepestSettings = 32;

    private const string Now = "a schema knows no present moment";

    private static readonly TimeSpan s_year = TimeSpan.FromDays(365);

    /// <summary>Where a number is written anew.</summary>
    private static readonly (string Where, string Field)[] s_numbers =
    [
        ("CreateCallRequest", "to"), ("CreateCallRequest", "from"), ("PartialCreateCallRequest", "to"), ("PartialCreateCallRequest", "from"), ("CreateContactRequest", "phone"),
        ("UpdateContactRequest", "phone"), ("BlockNumberRequest", "phone"), ("CreatePhoneNumberRequest", "phoneNumber"), ("SendWhatsAppMessageRequest", "to"),
    ];

    public static IReadOnlyList<UnsaidRule> All { get; } =
    [
        .. BothIn("CreateCallRequest", "PartialCreateCallRequest", "scheduledAt", Now, static (call, now) => Time(call, "scheduledAt") is { } at && (at <= now || at > now + s_year)),
        .. BothIn("CreateCallRequest", "PartialCreateCallRequest", "variableValues.", "which variables a case requires is in the case", static (call, _) => Has(call, "caseId")),
        new("PartialCreateCallRequest", "to", "an item or the defaults must have it", static (call, _) => !Has(call, "to")),
        new("PartialCreateCallRequest", "from", "an item or the defaults must have it", static (call, _) => !Has(call, "from")),
        .. s_numbers.Select(static number => new UnsaidRule(
            number.Where, number.Field, "how long a number may be hangs on its country", (body, _) => Has(body, number.Field) && new E164(body.GetProperty(number.Field).GetString()!).LengthProblem is not null)),
        .. new[] { "timeZone", "fallbackTimeZone" }.Select(field => new UnsaidRule(
            "UpdateCallingPolicyRequest",
            field,
            "which time zones there are is the IANA's to say",
            (policy, _) => Has(policy, field) && !IsZone(policy, field))),
        new("UpdateCallingPolicyRequest", "hours[", "a schema compares no two values", static (policy, _) => HasHoursBackwards(policy)),
        new("CreateApiKeyRequest", "expiresAt", Now, static (key, now) => Time(key, "expiresAt") <= now),
        new("RecoverWebhookDeliveriesRequest", "since", Now, static (recovery, now) => Time(recovery, "since") > now),
        new("CreatePhoneNumberRequest", "country", "which numbers are of no country is not told by their digits", static (number, _) => !Has(number, "country")),
        .. BothIn("CreatePhoneNumberRequest", "UpdatePhoneNumberRequest", "provider", "which carriers there are is the server's configuration", static (number, _) => Has(number, "provider") && number.GetProperty("provider").GetString() != "simulator"),
        .. BothIn("CreateCaseRequest", "UpdateCaseRequest", "variables[", "that one field of items is unique cannot be said of an array", static (script, _) => HasNameTwice(script)),
        .. new[] { "prompt", "systemPromptId" }.Select(field => new UnsaidRule(
            "UpdateCaseRequest", field, "whether the case has the other one is in the case", (change, _) => change.TryGetProperty(field, out var value) && value.ValueKind is JsonValueKind.Null)),
        .. new[] { "voice", "model", "transcriber" }.SelectMany(field => BothIn(
            "CreateOutboundAssistantRequest", "UpdateOutboundAssistantRequest", field, "neither the length of an object's JSON nor how deep it is nor what is in it at any depth can be said", (assistant, _) => Has(assistant, field) && !IsPlain(assistant.GetProperty(field)))),
        new("getUsage", "from", "a schema compares no two values", static (query, _) => Has(query, "from") || Has(query, "to")),
        new("", "cursor", "a cursor is what an answer gave", static (query, _) => Has(query, "cursor")),
        new("", "after", "a cursor is what an answer gave", static (query, _) => Has(query, "after")),
    ];

    private static IEnumerable<UnsaidRule> BothIn(string one, string other, string field, string why, Func<JsonElement, DateTimeOffset, bool> isBroken) =>
        new[] { one, other }.Select(where => new UnsaidRule(where, field, why, isBroken));

    private static bool Has(JsonElement value, string field) => value.TryGetProperty(field, out var found) && found.ValueKind is not JsonValueKind.Null;

    private static DateTimeOffset? Time(JsonElement value, string field) => Has(value, field) ? value.GetProperty(field).GetDateTimeOffset() : null;

    private static bool HasNameTwice(JsonElement script) =>
        Has(script, "variables") && script.GetProperty("variables").EnumerateArray().CountBy(variable => variable.GetProperty("name").GetString()!).Any(name => name.Value > 1);

    private static bool IsZone(JsonElement policy, string field) =>
        policy.GetProperty(field).GetString() is var zone && (TimeZones.IsKnown(zone!) || (zone == "recipient" && field == "timeZone"));

    private static bool HasHoursBackwards(JsonElement policy) =>
        Has(policy, "hours") && policy.GetProperty("hours").EnumerateArray().Any(window =>
            string.CompareOrdinal(window.GetProperty("from").GetString(), window.GetProperty("to").GetString()) >= 0);

    private static bool IsPlain(JsonElement settings) =>
        Encoding.UTF8.GetByteCount(settings.GetRawText()) <= MaxSettings
        && DepthOf(settings) <= DeepestSettings
        && Texts(settings).All(static text => text.All(static character => !char.IsControl(character) || character is '\t' or '\n'));

    private static int DepthOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => 1 + value.EnumerateArray().Select(DepthOf).DefaultIfEmpty().Max(),
        JsonValueKind.Object => 1 + value.EnumerateObject().Select(static field => DepthOf(field.Value)).DefaultIfEmpty().Max(),
        _ => 0,
    };

    private static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(field => Texts(field.Value).Prepend(field.Name)),
        _ => [],
    };
}
