namespace ErzyCall.IntegrationTests.Fuzzing;

/// <summary>Chance that comes out the same for the same seed.</summary>
internal sealed class SeededRandom(int seed)
{
    private readonly Random _random = new(seed);

    public int Next(int below) => _random.Next(below);

    /// <summary>Both ends included.</summary>
    public int Between(int from, int to) => (int)_random.NextInt64(from, (long)to + 1);

    public double NextDouble() => _random.NextDouble();

    public bool OneIn(int times) => _random.Next(times) == 0;

    public T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    public IReadOnlyList<T> Shuffled<T>(IEnumerable<T> items)
    {
        T[] shuffled = [.. items];
        _random.Shuffle(shuffled);
        return shuffled;
    }
}
