using ErzyCall.Api.Platform.Authentication;
using ErzyCall.Api.Platform.Ids;

namespace ErzyCall.Api.Platform.Tenancy;

/// <summary>A row that belongs to one organization and that no other may see.</summary>
internal interface IOwned
{
    Id<Organization> OrganizationId { get; }
}

internal static class OwnedQueries
{
    /// <summary>The caller's own rows. Every query of a request on an owned table goes through here.</summary>
    public static IQueryable<T> OwnedBy<T>(this IQueryable<T> rows, Caller caller)
        where T : class, IOwned =>
        rows.Where(row => row.OrganizationId == caller.OrganizationId);
}
