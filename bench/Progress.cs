namespace ErzyCall.Bench;

internal static class Progress
{
    /// <summary>Tells how far it is. To standard output go the tables alone.</summary>
    public static void Say(string what) => Console.Error.WriteLine(what);
}
