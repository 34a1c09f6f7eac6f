using ErzyCall.Api.Platform.Outbox;

namespace ErzyCall.Api.Features.Contacts;

internal static class ContactSetup
{
    public static void AddContacts(this IServiceCollection services) =>
        services
            .AddEventDescription<ContactListItem>(ContactEvent.Created, ContactRoutes.Tag, "A contact was made.")
            .AddEventDescription<ContactListItem>(ContactEvent.Updated, ContactRoutes.Tag, "A contact was changed.")
            .AddEventDescription<ContactListItem>(ContactEvent.Deleted, ContactRoutes.Tag, "A contact was deleted. The data is how it was.");
}
