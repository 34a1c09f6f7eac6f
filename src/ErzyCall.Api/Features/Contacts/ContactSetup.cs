using ErzyCall.Api.Features.Events;
using ErzyCall.Api.Platform.OpenApi;

namespace ErzyCall.Api.Features.Contacts;

internal static class ContactSetup
{
    public static void AddContacts(this IServiceCollection services) =>
        services
            .AddEventDescription<ContactListItem>(ContactEvents.Created, ContactRoutes.Tag, "A contact was made.")
            .AddEventDescription<ContactListItem>(ContactEvents.Updated, ContactRoutes.Tag, "A contact was changed.")
            .AddEventDescription<ContactListItem>(
                ContactEvents.Deleted, ContactRoutes.Tag, "A contact was deleted. The data is how it was.")
            .AddExamples(new()
            {
                ["title"] = "Ada Lovelace",
                ["phone"] = "+14155550100",
                ["email"] = "ada@example.com",
                ["notes"] = "Prefers the morning",
                ["tags"] = "vip",

                // The field that the example of a refusal names.
                ["field"] = "phone",
            });
}
