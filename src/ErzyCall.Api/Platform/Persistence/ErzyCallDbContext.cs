using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ErzyCall.Api.Platform.Persistence;

/// <summary>
/// The database. It knows no table by name: each entity's table, indexes and constraints stand in the entity's own configuration, and below
/// that its set, as an extension of this class (<c>db.Calls</c>). Inside of an expression a set is <c>db.Set&lt;Call&gt;()</c>, since the
/// language allows no extension property there.
/// </summary>
internal sealed class ErzyCallDbContext : DbContext, IDataProtectionKeyContext
{
    private readonly List<Func<Task>> _afterCommit = [];
    private HashSet<string> _announced = [];

    /// <remarks>
    /// Saving inside a transaction sets no savepoint: that would be two round trips for nothing, since a transaction in which something was
    /// refused is undone as a whole. Whoever wants to go on after a refusal sets one.
    /// </remarks>
    public ErzyCallDbContext(DbContextOptions<ErzyCallDbContext> options)
        : base(options) => Database.AutoSavepointsEnabled = false;

    /// <summary>The limit of what the scope that has this context may write.</summary>
    public WriteLimit WriteLimit { get; } = new();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    /// <summary>
    /// Registers work for after the open transaction, when it has ended and given its connection back, and before the code that began it
    /// goes on: work that is promised to a client but cannot be done inside the transaction. It is lost when the process dies in between,
    /// so it may only be what a retry of the client brings about too.
    /// </summary>
    public void AfterCommit(Func<Task> work) => _afterCommit.Add(work);

    /// <summary>Runs the work that was given to <see cref="AfterCommit"/>.</summary>
    public async Task FollowUpAsync()
    {
        var due = _afterCommit.ToList();
        _afterCommit.Clear();
        foreach (var work in due)
        {
            await work();
        }
    }

    /// <summary>
    /// Announces that SQL of our own, which follows, makes work for the jobs that are woken by this table. They look once it is committed.
    /// </summary>
    public void Announce(string table) => _announced.Add(table);

    /// <summary>Takes what was announced, after it was committed.</summary>
    public HashSet<string> TakeAnnounced()
    {
        var announced = _announced;
        _announced = [];
        return announced;
    }

    /// <summary>
    /// The rows that the context tracks, each in the state that is known: whether one was changed meanwhile, which takes long to find out,
    /// is not looked for.
    /// </summary>
    public List<EntityEntry<T>> Tracked<T>()
        where T : class
    {
        ChangeTracker.AutoDetectChangesEnabled = false;
        try
        {
            return [.. ChangeTracker.Entries<T>()];
        }
        finally
        {
            ChangeTracker.AutoDetectChangesEnabled = true;
        }
    }

    /// <summary>Forgets what a transaction has read, changed and registered, after it was undone.</summary>
    public void Discard()
    {
        ChangeTracker.Clear();
        _afterCommit.Clear();
        _announced.Clear();
    }

    /// <summary>Gives the context back to the pool for the next scope, which finds nothing of this one.</summary>
    public override ValueTask DisposeAsync()
    {
        Leave();
        return base.DisposeAsync();
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public override void Dispose()
    {
        Leave();
        base.Dispose();
    }

    private void Leave()
    {
        _afterCommit.Clear();
        _announced.Clear();
        WriteLimit.End();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(ErzyCallDbContext).Assembly);

        // A foreign key is named when it is made, and by then the table that it refers to may not have its name yet. A name from its
        // configuration stays.
        var references = modelBuilder.Model.GetEntityTypes()
            .SelectMany(entity => entity.GetDeclaredForeignKeys())
            .Cast<IConventionForeignKey>()
            .Where(reference => reference.GetConstraintNameConfigurationSource() is not ConfigurationSource.Explicit);
        foreach (var reference in references)
        {
            reference.SetConstraintName(reference.GetDefaultName()?.ToLowerInvariant());
        }
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        var resources = typeof(ErzyCallDbContext).Assembly.GetTypes()
            .Where(type => type.IsClass && type.IsAssignableTo(typeof(IHasIdPrefix)));
        foreach (var resource in resources)
        {
            configurationBuilder
                .Properties(typeof(Id<>).MakeGenericType(resource))
                .HaveConversion(typeof(IdConverter<>).MakeGenericType(resource));
        }
    }

    private sealed class IdConverter<T>() : ValueConverter<Id<T>, Guid>(id => id.Value, value => new Id<T>(value))
        where T : IHasIdPrefix;
}
