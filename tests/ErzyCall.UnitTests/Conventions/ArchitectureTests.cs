using ErzyCall.Api;
using Microsoft.EntityFrameworkCore;

namespace ErzyCall.UnitTests.Conventions;

/// <summary>
/// Which way the arrows of docs/architecture.md point: Commands and ErzyCallApp → Features → Platform, and between the rooms of each of the
/// two in no circle. Who reads one room has to know those that its arrows lead to, and no others.
/// </summary>
public sealed class ArchitectureTests
{
    private const string WhatToDo =
        "Move the type to the room where it belongs; or turn the arrow around: the room that uses the other declares what it asks for "
        + "(as DoNotCall does with IInFlight), and the other one registers it.";

    [Fact]
    public void Platform_knows_no_feature_and_features_know_nothing_above_them()
    {
        var wrong = TypeUse.All.Where(use =>
            (IsIn("Platform", use.UserRoom) && !IsIn("Platform", use.UsedRoom))
            || (IsIn("Features", use.UserRoom) && !IsIn("Features", use.UsedRoom) && !IsIn("Platform", use.UsedRoom))).ToList();

        Assert.Contains(TypeUse.All, use => IsIn("Platform", use.UserRoom));
        Assert.Contains(TypeUse.All, use => IsIn("Features", use.UserRoom) && IsIn("Platform", use.UsedRoom));
        Assert.True(wrong.Count == 0, $"These uses point upwards. {WhatToDo}\n{Arrows(wrong)}");
    }

    [Theory]
    [InlineData("Features")]
    [InlineData("Platform")]
    public void Rooms_use_each_other_in_no_circle(string half)
    {
        var uses = TypeUse.All
            .Where(use => IsIn(half, use.UserRoom) && IsIn(half, use.UsedRoom) && use.UserRoom != use.UsedRoom && !use.IsKindOfId)
            .ToList();
        var arrows = uses.Select(use => (use.UserRoom, use.UsedRoom)).Distinct().ToLookup(arrow => arrow.UserRoom, arrow => arrow.UsedRoom);
        var circular = uses.Where(use => Reachable(arrows, use.UsedRoom).Contains(use.UserRoom)).ToList();

        Assert.NotEmpty(uses);
        Assert.True(circular.Count == 0, $"These arrows make a circle, so one of them has to go. {WhatToDo}\n{Arrows(circular)}");
    }

    /// <summary>What is stored changes for other reasons than what is sent. The one makes the other, never the other way round.</summary>
    [Fact]
    public void Entities_do_not_know_what_goes_over_the_wire()
    {
        var entities = typeof(ErzyCallApp).Assembly.GetTypes()
            .SelectMany(type => type.GetInterfaces())
            .Where(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IEntityTypeConfiguration<>))
            .Select(face => face.GenericTypeArguments[0].FullName)
            .ToHashSet();
        var uses = TypeUse.All.Where(use => entities.Contains(use.User.FullName)).ToList();
        var wrong = uses.Where(use => IsOnTheWire(use.Used.Name)).ToList();

        Assert.NotEmpty(uses);
        Assert.Contains(TypeUse.All, use => IsOnTheWire(use.User.Name));
        Assert.True(wrong.Count == 0, $"These entities use types of requests or responses:\n{string.Join('\n', wrong)}");
    }

    private static bool IsIn(string half, string room) => room == half || room.StartsWith($"{half}.", StringComparison.Ordinal);

    private static bool IsOnTheWire(string type) =>
        type.EndsWith("Request", StringComparison.Ordinal)
        || type.EndsWith("Response", StringComparison.Ordinal)
        || type.EndsWith("ListItem", StringComparison.Ordinal);

    private static HashSet<string> Reachable(ILookup<string, string> arrows, string from)
    {
        var reached = new HashSet<string>();
        var next = new Stack<string>([from]);
        while (next.TryPop(out var room))
        {
            if (reached.Add(room))
            {
                arrows[room].ToList().ForEach(next.Push);
            }
        }

        return reached;
    }

    /// <summary>A line for each arrow between two rooms, with uses that make it: the fewer there are, the easier it is to go without.</summary>
    private static string Arrows(IEnumerable<TypeUse> uses) => string.Join('\n', uses
        .GroupBy(use => (use.UserRoom, use.UsedRoom))
        .OrderBy(arrow => arrow.Count())
        .Select(arrow =>
            $"  {arrow.Key.UserRoom} → {arrow.Key.UsedRoom}: {string.Join(", ", arrow.Take(3))}"
            + (arrow.Count() > 3 ? $" and {arrow.Count() - 3} more" : "")));
}
