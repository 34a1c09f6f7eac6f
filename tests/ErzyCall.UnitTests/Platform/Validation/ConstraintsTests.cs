using ErzyCall.Api.Platform.Validation;

namespace ErzyCall.UnitTests.Platform.Validation;

public sealed class ConstraintsTests
{
    private static readonly Constraint<IReadOnlyList<string>> s_days = Constraints.SomeOf(["mon", "tue"], max: 4, min: 1);

    [Fact]
    public void Known_values_are_told_apart_from_unknown_and_repeated_ones() => Assert.Equal(
        [("[1]", "Must be one of mon, tue"), ("[2]", "Must be one of mon, tue"), ("[3]", "Given more than once")],
        Of(s_days, ["mon", "sun", null!, "mon"]));

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Items_of_a_list_with_too_few_or_too_many_are_not_looked_at(int count) =>
        Assert.Equal([("", "Must have 1 to 4 entries")], Of(s_days, [.. Enumerable.Repeat("sun", count)]));

    [Fact]
    public void A_list_is_described_by_what_it_is_checked_by()
    {
        var limits = s_days.Limits;
        Assert.Equal((1, 4, true), (limits.MinCount, limits.MaxCount, limits.Unique));
        Assert.Equal(["mon", "tue"], limits.Each!.Values);
    }

    [Fact]
    public void What_two_items_may_not_have_in_common_is_a_violation_of_the_second_ones_field()
    {
        var item = Constraints.Of<Tuple<string>>(new FieldLimits(), static _ => null);
        var list = Constraints.ListOf(item, max: 3, once: new Once<Tuple<string>>(value => value.Item1, "Another has it", ".item1"));

        Assert.Equal([("[2].item1", "Another has it")], Of(list, [Tuple.Create("a"), Tuple.Create("b"), Tuple.Create("a")]));
        Assert.False(list.Limits.Unique);
    }

    [Fact]
    public void Entries_of_a_map_are_named_and_the_first_violation_of_each_is_told()
    {
        var map = Constraints.Map(max: 4, Constraints.Text(1, 3), Constraints.Text(0, 2));

        Assert.Equal(
            [(".long", "Must be 1 to 3 characters"), (".b", "Must be a string"), (".c", "Must be at most 2 characters")],
            Of(map, new OrderedDictionary<string, string> { ["a"] = "1", ["long"] = "123", ["b"] = null!, ["c"] = "123" }));
    }

    [Fact]
    public void What_is_added_is_asked_only_of_what_fits_already()
    {
        var even = Constraints.Text(2, 4).And(text => text.Length % 2 == 0, "Must be even", limits => limits with { Format = "even" });

        Assert.Equal([("", "Must be 2 to 4 characters")], Of(even, "1"));
        Assert.Equal([("", "Must be even")], Of(even, "123"));
        Assert.Empty(Of(even, "12"));
        Assert.Equal((4, "even"), (even.Limits.MaxLength, even.Limits.Format));
    }

    private static IEnumerable<(string Path, string Message)> Of<T>(Constraint<T> constraint, T value)
        where T : notnull =>
        constraint.Check(value).Select(violation => (violation.Path, violation.Message));
}
