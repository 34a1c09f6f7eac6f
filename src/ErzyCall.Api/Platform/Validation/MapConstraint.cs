namespace ErzyCall.Api.Platform.Validation;

/// <summary>
/// The constraint of a flat object of texts, in a body or as the parameters of the form <c>name[key]=value</c> of a query.
/// </summary>
internal sealed record MapConstraint(int Max, Constraint<string> Key, Constraint<string> Value)
    : Constraint<OrderedDictionary<string, string>>(
        new FieldLimits { MaxCount = Max, Keys = Key.Limits, Each = Value.Limits },
        map => map.Count > Max ? [TooMany(Max)] : CheckEntries(map, Key, Value) is { } violations ? violations : [])
{
    /// <summary>The violation of a map with too many entries. They are not looked at: it would be one error an entry.</summary>
    public static Violation TooMany(int max) => new($"Must have at most {max} entries");

    private static List<Violation>? CheckEntries(OrderedDictionary<string, string> map, Constraint<string> key, Constraint<string> value)
    {
        List<Violation>? all = null;
        foreach (var (name, text) in map)
        {
            // The serializer does not check the nullability of a dictionary's values.
            var violations = key.Check(name) is { Count: > 0 } misnamed ? misnamed
                : text is null ? [new Violation("Must be a string")]
                : value.Check(text);
            if (violations.Count > 0)
            {
                all ??= [];
                all.AddRange(violations.Select(violation => violation with { Path = $".{name}" }));
            }
        }

        return all;
    }
}
