using ErzyCall.Api.Platform.Workers;

namespace ErzyCall.Api.Features.ContactGroups;

internal static class ContactGroupSetup
{
    public static void AddContactGroups(this IServiceCollection services) => services.AddJob<AddUpChangesJob>();
}
