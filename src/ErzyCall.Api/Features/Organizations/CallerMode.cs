namespace ErzyCall.Api.Features.Organizations;

internal static class CallerMode
{
    extension(Caller caller)
    {
        public OrganizationMode Mode => caller.IsLive ? OrganizationMode.Live : OrganizationMode.Test;
    }
}
