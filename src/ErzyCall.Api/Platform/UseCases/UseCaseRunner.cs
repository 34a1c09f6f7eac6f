using ErzyCall.Api.Platform.Idempotency;
using ErzyCall.Api.Platform.RateLimiting;

namespace ErzyCall.Api.Platform.UseCases;

/// <summary>
/// Runs a use case under the rules that hold for all of its callers: for HTTP, which is a coat around this class, and for any other coat,
/// such as an agent's tool. A coat brings the caller and the request, and turns the <see cref="Outcome"/> or the <see cref="ApiError"/>
/// into its own kind of answer. Each run has a service scope of its own.
/// </summary>
internal sealed class UseCaseRunner(Admission admission, OncePerKey keys, ErzyCallDbContext db)
{
    /// <summary>Admits the caller, and then runs the use case.</summary>
    /// <param name="scope">The scope that the caller must hold; <c>null</c> when any key will do.</param>
    /// <inheritdoc cref="RunAdmittedAsync"/>
    public async Task<Outcome> RunAsync(
        Caller caller,
        string? scope,
        IdempotentRequest? request,
        bool isBatch,
        Func<Task<Outcome>> work,
        CancellationToken cancellationToken)
    {
        db.WriteLimit.BeginRequest();
        if (await admission.RefusalOfAsync(caller, scope) is { } refusal)
        {
            throw new ApiException(refusal);
        }

        return await RunAdmittedAsync(caller, request, isBatch, work, cancellationToken);
    }

    /// <summary>Runs the use case for a caller that was admitted before: HTTP has to refuse a lot in between.</summary>
    /// <param name="request">The request under an idempotency key; <c>null</c> when it has none.</param>
    /// <param name="isBatch">Whether the use case makes many resources at once; an organization may run only a few such at a time.</param>
    /// <param name="work">The use case. It reads what it decides on itself, so that it can be repeated; what it throws rolls back what it
    /// wrote.</param>
    /// <exception cref="ApiException">The use case was refused, by the rules for all of them or by itself.</exception>
    public Task<Outcome> RunAdmittedAsync(
        Caller caller, IdempotentRequest? request, bool isBatch, Func<Task<Outcome>> work, CancellationToken cancellationToken)
    {
        return request is null ? InPlaceAsync() : keys.RunAsync(request, InPlaceAsync, cancellationToken);

        Task<Outcome> InPlaceAsync() => isBatch ? BatchPlaces.RunAsync(db, caller, work, cancellationToken) : work();
    }
}
