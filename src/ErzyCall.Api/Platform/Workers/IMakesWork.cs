namespace ErzyCall.Api.Platform.Workers;

/// <summary>
/// A row that may be work for a job. Once it is committed, the jobs that are woken by its table look. SQL of our own that makes work says
/// so itself: <see cref="ErzyCallDbContext.Announce"/>.
/// </summary>
internal interface IMakesWork
{
    /// <summary>Whether a job may have something to do now that the row is as it is. To say so too often costs a look each time.</summary>
    bool MakesWork { get; }
}
