namespace ErzyCall.Api.Features.Organizations;

internal static class OrganizationSetup
{
    public static void AddOrganizations(this IServiceCollection services) => services.AddHostedService<NoOrganizationNotice>();
}
